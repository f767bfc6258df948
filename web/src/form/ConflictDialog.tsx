import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Field, Json, JsonObject, Kind, ProblemBody, RecordEntry } from '../api/types';
import { usePack } from '../pack/pack';
import { useWording } from '../text/texts';
import { describe, type Describing } from '../values/describe';
import { pointerParts, replacing } from '../values/json';
import type { Change } from './RecordEditor';
import css from './conflict.module.css';

export interface Conflict extends ProblemBody {
  readonly change: Change;
}

interface DialogProps {
  readonly kind: Kind;
  readonly conflict: Conflict;
  readonly records: readonly RecordEntry[];
  readonly onSettle: (patch: JsonObject) => Promise<void>;
  readonly onCancel: () => void;
}

/** The top-level answers that both sides changed: an answer is taken whole, from one side. */
export function contested(conflicts: readonly string[]): string[] {
  return [
    ...new Set(
      conflicts.map((pointer) => pointerParts(pointer.replace(/^\/data(?=\/)/, ''))[0] ?? ''),
    ),
  ].filter((id) => id !== '');
}

/** The change to send after each contested answer was settled; of those `apart`, `theirs` is not known here. */
export function settled(
  patch: JsonObject,
  mine: JsonObject,
  theirs: JsonObject,
  choice: ReadonlyMap<string, 'mine' | 'theirs'>,
  apart: ReadonlySet<string> = new Set(),
): JsonObject {
  const result: Record<string, Json> = { ...patch };
  for (const [id, side] of choice) {
    delete result[id];
    if (side === 'theirs') continue;
    const wanted = mine[id];
    if (wanted === undefined) result[id] = null;
    else result[id] = apart.has(id) ? replacing(wanted) : whole(wanted, theirs[id]);
  }
  return result;
}

/** A merge patch that replaces an object by another must also remove what only the old one has. */
function whole(wanted: Json, old: Json | undefined): Json {
  if (!isPlain(wanted) || old === undefined || !isPlain(old)) return wanted;
  const gone = Object.keys(old)
    .filter((key) => !(key in wanted))
    .map((key) => [key, null] as const);
  const kept = Object.entries(wanted).map(([key, value]) => [key, whole(value, old[key])] as const);
  return Object.fromEntries([...gone, ...kept]);
}

function isPlain(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function ConflictDialog({
  kind,
  conflict,
  records,
  onSettle,
  onCancel,
}: DialogProps): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  const [choice, setChoice] = useState<ReadonlyMap<string, 'mine' | 'theirs'>>(new Map());
  const [busy, setBusy] = useState(false);
  const { base = {}, theirs = {}, conflicts = [] } = conflict;
  const ids = contested(conflicts);
  const apart = new Set(kind.fields.filter((field) => field.second_reason).map(({ id }) => id));
  const mine = withOwn(conflict, apart);
  const with_: Describing = { book, lang, say, records };
  const settle = async (): Promise<void> => {
    setBusy(true);
    await onSettle(settled(conflict.change.patch, mine, theirs, choice, apart));
  };
  return (
    <Modal
      opened
      onClose={onCancel}
      title={say('ui.conflict.title')}
      size="lg"
      lockScroll={false}
      closeButtonProps={{ 'aria-label': say('ui.close') }}
    >
      <Text mb="md">{say('ui.conflict.text')}</Text>
      <Stack gap="lg">
        {ids.map((id) => {
          const field = kind.fields.find((item) => item.id === id);
          if (!field) return null;
          return (
            <ContestedAnswer
              key={id}
              field={field}
              base={base[id]}
              mine={mine[id]}
              theirs={theirs[id]}
              with_={with_}
              chosen={choice.get(id)}
              onChoose={(side) => setChoice(new Map(choice).set(id, side))}
            />
          );
        })}
      </Stack>
      <Group mt="xl">
        <Button
          onClick={() => void settle()}
          loading={busy}
          disabled={ids.some((id) => !choice.has(id))}
        >
          {say('ui.conflict.save')}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {say('ui.conflict.back')}
        </Button>
      </Group>
    </Modal>
  );
}

/** My side of the conflict, with what I wrote for answers that the service keeps apart. */
function withOwn({ mine = {}, change }: Conflict, apart: ReadonlySet<string>): JsonObject {
  const sent = Object.entries(mine).filter(([id]) => !apart.has(id));
  const own = Object.entries(change.data).filter(([id]) => apart.has(id) && id in change.patch);
  return Object.fromEntries([...sent, ...own]);
}

interface ContestedProps {
  readonly field: Field;
  readonly base: Json | undefined;
  readonly mine: Json | undefined;
  readonly theirs: Json | undefined;
  readonly with_: Describing;
  readonly chosen: 'mine' | 'theirs' | undefined;
  readonly onChoose: (side: 'mine' | 'theirs') => void;
}

function ContestedAnswer({
  field,
  base,
  mine,
  theirs,
  with_,
  chosen,
  onChoose,
}: ContestedProps): ReactNode {
  const { say } = with_;
  const apart = field.second_reason === true;
  const words = (value: Json | undefined): string =>
    apart && value === undefined ? say('ui.reserved.apart') : describe(field, value, with_);
  const sides = [
    ['mine', describe(field, mine, with_)],
    ['theirs', words(theirs)],
  ] as const;
  return (
    <fieldset className={css['answer']}>
      <legend dir="auto">{field.title}</legend>
      <Text size="sm" c="dimmed" dir="auto">
        {say('ui.conflict.before', { value: words(base) })}
      </Text>
      {sides.map(([side, text]) => (
        <Radio
          key={side}
          name={`conflict-${field.id}`}
          value={side}
          checked={chosen === side}
          onChange={() => onChoose(side)}
          className={css['side'] ?? ''}
          label={
            <>
              <Text span size="sm" c="dimmed">
                {say(`ui.conflict.${side}`)}
              </Text>
              <br />
              <span dir="auto">{text}</span>
            </>
          }
        />
      ))}
    </fieldset>
  );
}
