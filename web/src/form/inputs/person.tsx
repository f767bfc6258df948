import { ActionIcon, Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Field } from '../../api/types';
import { usePack } from '../../pack/pack';
import { useSay, useWording } from '../../text/texts';
import { kAgeBasis } from '../../values/describe';
import {
  kNameParts,
  kScriptNames,
  newKey,
  scriptOf,
  type Draft,
  type NamePart,
  type NamePartKind,
} from '../draft';
import { idOf, useSurroundings } from '../FieldFrame';
import css from '../form.module.css';
import { DateAnswer } from './time';

type NameDraft = Extract<Draft, { as: 'name' }>;
type AgeDraft = Extract<Draft, { as: 'age' }>;
type PlaceDraft = Extract<Draft, { as: 'place' }>;

interface Props<D> {
  readonly field: Field;
  readonly pointer: string;
  readonly draft: D;
  readonly onChange: (draft: D) => void;
}

function NamePartRow({
  id,
  part,
  onChange,
  onRemove,
}: {
  readonly id: string;
  readonly part: NamePart;
  readonly onChange: (part: NamePart) => void;
  readonly onRemove: (() => void) | undefined;
}): ReactNode {
  const say = useSay();
  const kinds = kNameParts.map((kind) => ({ value: kind, label: say(`ui.name.${kind}`) }));
  return (
    <div className={css['part']}>
      <NativeSelect
        aria-label={say('ui.name.kind')}
        data={kinds}
        value={part.kind}
        className={css['partkind'] ?? ''}
        onChange={(event) => onChange({ ...part, kind: event.currentTarget.value as NamePartKind })}
      />
      <TextInput
        id={id}
        aria-label={say(`ui.name.${part.kind}`)}
        value={part.text}
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        className={css['grow'] ?? ''}
        onChange={(event) => onChange({ ...part, text: event.currentTarget.value })}
      />
      {onRemove && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          onClick={onRemove}
          aria-label={say('ui.name.remove_part')}
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}

function useScripts(): readonly { value: string; label: string }[] {
  const { lang } = useWording();
  const names = new Intl.DisplayNames(lang, { type: 'script' });
  return kScriptNames.map((script) => ({ value: script, label: names.of(script) ?? script }));
}

export function NameAnswer({ pointer, draft, onChange }: Props<NameDraft>): ReactNode {
  const say = useSay();
  const scripts = useScripts();
  const detected = scriptOf(draft.parts.map((part) => part.text).join(' '));
  const replace = (next: NamePart): void =>
    onChange({ ...draft, parts: draft.parts.map((part) => (part.key === next.key ? next : part)) });
  const stray =
    draft.script !== '' && !kScriptNames.includes(draft.script)
      ? [{ value: draft.script, label: draft.script }]
      : [];
  return (
    <div className={css['stack']}>
      {draft.parts.map((part, index) => (
        <NamePartRow
          key={part.key}
          id={`${idOf(pointer)}${index === 0 ? '' : `-${index}`}`}
          part={part}
          onChange={replace}
          onRemove={
            draft.parts.length > 1
              ? () =>
                  onChange({ ...draft, parts: draft.parts.filter(({ key }) => key !== part.key) })
              : undefined
          }
        />
      ))}
      <div className={css['row']}>
        <Button
          data-aside
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() =>
            onChange({
              ...draft,
              parts: [...draft.parts, { key: newKey(), kind: 'given', text: '' }],
            })
          }
        >
          {say('ui.name.add_part')}
        </Button>
        <NativeSelect
          aria-label={say('ui.name.script')}
          value={draft.chosen ? draft.script : detected}
          className={css['script'] ?? ''}
          data={[{ value: '', label: say('ui.name.script_open') }, ...scripts, ...stray]}
          onChange={(event) =>
            onChange({
              ...draft,
              script: event.currentTarget.value,
              chosen: event.currentTarget.value !== '',
            })
          }
        />
      </div>
    </div>
  );
}

export function AgeAnswer({ field, pointer, draft, onChange }: Props<AgeDraft>): ReactNode {
  const say = useSay();
  const { pack } = usePack();
  const bases = (pack.codes[field.codes ?? kAgeBasis]?.codes ?? []).map(({ code, label }) => ({
    value: code,
    label,
  }));
  return (
    <div className={css['stack']}>
      <SegmentedControl
        value={draft.form}
        className={css['fit'] ?? ''}
        aria-label={say('ui.age.how')}
        data={[
          { value: 'born', label: say('ui.age.by_birth') },
          { value: 'range', label: say('ui.age.by_range') },
        ]}
        onChange={(form) => onChange({ ...draft, form: form === 'range' ? 'range' : 'born' })}
      />
      {draft.form === 'born' ? (
        <DateAnswer
          pointer={pointer}
          date={draft.born}
          onChange={(born) => onChange({ ...draft, born })}
        />
      ) : (
        <AgeRangeInputs pointer={pointer} draft={draft} onChange={onChange} />
      )}
      {bases.length > 0 && (
        <NativeSelect
          label={say('ui.age.basis')}
          value={draft.basis}
          data={[{ value: '', label: say('ui.form.choose') }, ...bases]}
          onChange={(event) => onChange({ ...draft, basis: event.currentTarget.value })}
        />
      )}
    </div>
  );
}

function AgeRangeInputs({ pointer, draft, onChange }: Omit<Props<AgeDraft>, 'field'>): ReactNode {
  const say = useSay();
  const wrong = useSurroundings().errors.has(pointer);
  const ends = [
    { end: 'low', id: idOf(pointer), label: say('ui.age.low') },
    { end: 'high', id: `${idOf(pointer)}-high`, label: say('ui.age.high') },
  ] as const;
  return (
    <>
      <div className={css['row']}>
        {ends.map(({ end, id, label }) => (
          <TextInput
            key={end}
            id={id}
            label={label}
            value={draft[end]}
            inputMode="numeric"
            maxLength={3}
            dir="ltr"
            error={wrong}
            className={css['year'] ?? ''}
            onChange={(event) => onChange({ ...draft, [end]: event.currentTarget.value })}
          />
        ))}
      </div>
      <fieldset className={css['inner']}>
        <legend>{say('ui.age.at')}</legend>
        <DateAnswer
          pointer={`${pointer}/at`}
          date={draft.at}
          onChange={(at) => onChange({ ...draft, at })}
        />
      </fieldset>
    </>
  );
}

export function PlaceAnswer({ pointer, draft, onChange }: Props<PlaceDraft>): ReactNode {
  const say = useSay();
  return (
    <div className={css['row']}>
      <TextInput
        id={idOf(pointer)}
        label={say('ui.place.text')}
        value={draft.text}
        dir="auto"
        autoComplete="off"
        className={css['grow'] ?? ''}
        onChange={(event) => onChange({ ...draft, text: event.currentTarget.value })}
      />
      <TextInput
        label={say('ui.place.pcode')}
        value={draft.pcode}
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
        className={css['time'] ?? ''}
        onChange={(event) => onChange({ ...draft, pcode: event.currentTarget.value })}
      />
    </div>
  );
}
