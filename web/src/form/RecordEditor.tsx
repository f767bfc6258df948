import { Alert, Button, SegmentedControl, Text } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { isProblem, type Failure, type Reply } from '../api/client';
import type { FieldProblem, JsonObject, Kind, RecordEntry } from '../api/types';
import { usePack } from '../pack/pack';
import { Trouble } from '../parts/Trouble';
import { useSay } from '../text/texts';
import { equal, mergePatch } from '../values/json';
import { LeaveGuard } from '../session/LeaveGuard';
import { ConflictDialog, type Conflict } from './ConflictDialog';
import { toAnswers, toJson } from './draft';
import { focusQuestion, FormSurroundingsProvider, type FormSurroundings } from './FieldFrame';
import css from './form.module.css';
import { asked, PackForm } from './PackForm';
import { place, pointerOfPath, questionOf } from './problems';

export interface Change {
  /** All of the form's answers. */
  readonly data: JsonObject;
  /** What differs from the record that was opened. */
  readonly patch: JsonObject;
  /** The version that the change was made from; 0 for a new record. */
  readonly version: number;
}

export interface Done {
  readonly merged: boolean;
  /** The dossier that was opened, where the change opened one. */
  readonly ref?: string;
}

interface EditorProps {
  readonly kind: Kind;
  /** Undefined: a new record. */
  readonly record?: RecordEntry;
  readonly records: readonly RecordEntry[];
  readonly saveLabel: string;
  /** Sends the change; a repeat of the same change must be harmless (same ids). */
  readonly save: (change: Change) => Promise<Reply<Done>>;
  /** The newest version of the record, to settle a conflict on. */
  readonly newest?: () => Promise<RecordEntry | undefined>;
  readonly onSaved: (done: Done) => void;
  readonly onCancel?: () => void;
  readonly focus?: string | undefined;
}

/** From this many questions on, one may look at those that need an answer only. */
const kLongForm = 12;
const kEmpty: JsonObject = {};
const kNoRecords: readonly string[] = [];

function lockedPointers(kind: Kind, withheld: readonly string[]): ReadonlySet<string> {
  // A list is sent whole: with a part of it withheld, saving it would drop that part.
  const pointers = withheld
    .filter((path) => path.includes('.'))
    .map((path) => questionOf(kind.fields, pointerOfPath(path.split(/[./]/)[0] ?? '')))
    .filter((pointer) => pointer !== undefined);
  return new Set(pointers);
}

/** One record's form: draws it, saves it, and says what went wrong where it went wrong. */
export function RecordEditor(props: EditorProps): ReactNode {
  const { kind, record, records, save, onSaved } = props;
  const say = useSay();
  const { pack } = usePack();
  const zone = pack.time_zone;
  const fields = useMemo(() => kind.fields.filter(asked), [kind]);
  const opened = record?.data ?? kEmpty;
  const first = useMemo(() => toAnswers(fields, opened, { zone }), [fields, opened, zone]);
  const [answers, setAnswers] = useState(first);
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [failure, setFailure] = useState<Failure>();
  const [conflict, setConflict] = useState<Conflict>();
  const [saving, setSaving] = useState(false);
  const [needed, setNeeded] = useState(false);
  const placed = useMemo(() => place(fields, problems), [fields, problems]);
  const before = useMemo(() => toJson(fields, first, { zone }).data, [fields, first, zone]);
  const written = toJson(fields, answers, { zone });
  const dirty = written.problems.length > 0 || !equal(written.data, before);
  const around = useSurroundingsOf(kind, record, records, zone, placed.byField);
  useFocus(props.focus, placed.byField);

  const submit = async (change: Change): Promise<void> => {
    setSaving(true);
    const reply = await save(change);
    if (reply.ok) {
      // Stays "saving": nothing is unsaved any more, and the page that follows must not be held up.
      onSaved(reply.value);
      return;
    }
    setSaving(false);
    const { failure: why } = reply;
    if (isProblem(why, 'conflict') && record) {
      setConflict({ ...why.problem, change });
      return;
    }
    const errors = why.why === 'problem' ? (why.problem.errors ?? []) : [];
    setProblems(errors);
    setNeeded(false);
    setFailure(errors.length > 0 ? undefined : why);
  };
  const onSave = (): void => {
    setFailure(undefined);
    setProblems(
      written.problems.map(({ pointer, text, values }) => ({ pointer, detail: say(text, values) })),
    );
    if (written.problems.length > 0) return;
    void submit({
      data: written.data,
      patch: mergePatch(before, written.data),
      version: record?.version ?? 0,
    });
  };
  return (
    <FormSurroundingsProvider value={around}>
      <LeaveGuard when={dirty && !saving} />
      <form
        noValidate
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        {problems.length > 0 && (
          <Alert
            role="alert"
            color="red"
            variant="light"
            mb="lg"
            title={say('ui.form.check_answers')}
          >
            <ul>
              {[...placed.byField].map(([pointer, detail]) => (
                <li key={pointer}>
                  <button type="button" className="link" onClick={() => focusQuestion(pointer)}>
                    {detail}
                  </button>
                </li>
              ))}
              {placed.elsewhere.map(({ pointer, detail }) => (
                <li key={pointer}>{detail}</li>
              ))}
            </ul>
          </Alert>
        )}
        {fields.length > kLongForm && (
          <SegmentedControl
            size="xs"
            mb="lg"
            value={needed ? 'needed' : 'all'}
            aria-label={say('ui.form.show')}
            onChange={(value) => setNeeded(value === 'needed')}
            data={[
              { value: 'all', label: say('ui.form.show_all') },
              { value: 'needed', label: say('ui.form.show_needed') },
            ]}
          />
        )}
        <PackForm fields={fields} answers={answers} setAnswers={setAnswers} onlyNeeded={needed} />
        {failure && <Trouble failure={failure} lead={say('ui.form.not_saved')} again={onSave} />}
        <div className={css['actions']}>
          <Button type="submit" loading={saving} disabled={record !== undefined && !dirty}>
            {props.saveLabel}
          </Button>
          {props.onCancel && (
            <Button variant="default" onClick={props.onCancel}>
              {say('ui.cancel')}
            </Button>
          )}
          <div role="status" aria-live="polite">
            {saving ? (
              <Text size="sm" c="dimmed">
                {say('ui.form.saving')}
              </Text>
            ) : dirty ? (
              <Text size="sm" c="dimmed">
                {say('ui.form.unsaved')}
              </Text>
            ) : null}
          </div>
        </div>
      </form>
      {conflict && record && (
        <ConflictDialog
          kind={kind}
          conflict={conflict}
          records={records}
          onCancel={() => setConflict(undefined)}
          onSettle={async (patch) => {
            const newest = await props.newest?.();
            setConflict(undefined);
            await submit({
              data: conflict.change.data,
              patch,
              version: newest?.version ?? record.version,
            });
          }}
        />
      )}
    </FormSurroundingsProvider>
  );
}

function useSurroundingsOf(
  kind: Kind,
  record: RecordEntry | undefined,
  records: readonly RecordEntry[],
  zone: string,
  errors: ReadonlyMap<string, string>,
): FormSurroundings {
  const withheld = record?.withheld ?? kNoRecords;
  const contradictions = record?.contradictions;
  return useMemo(() => {
    const notes = new Map(
      (contradictions ?? []).map(({ field, says }) => [pointerOfPath(field), says]),
    );
    return {
      zone,
      errors,
      notes,
      records,
      self: record?.id ?? null,
      locked: lockedPointers(kind, withheld),
    };
  }, [kind, withheld, contradictions, records, record?.id, zone, errors]);
}

/** Goes to the asked question once, and to the first wrong one after each failed attempt. */
function useFocus(focus: string | undefined, wrong: ReadonlyMap<string, string>): void {
  const done = useRef(false);
  useEffect(() => {
    if (!focus || done.current) return;
    done.current = focusQuestion(pointerOfPath(focus));
  }, [focus]);
  useEffect(() => {
    const frames = [...document.querySelectorAll<HTMLElement>('[data-field]')];
    const first = frames
      .map((frame) => frame.dataset['field'] ?? '')
      .find((pointer) => wrong.has(pointer));
    if (first !== undefined) focusQuestion(first);
  }, [wrong]);
}
