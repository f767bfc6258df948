import { Alert, Button, SegmentedControl, Text } from '@mantine/core';
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type Dispatch,
  type FormEvent,
  type ReactNode,
  type SetStateAction,
} from 'react';
import { isProblem, type Failure, type Reply } from '../api/client';
import type { Field, FieldProblem, JsonObject, Kind, RecordEntry } from '../api/types';
import { usePack } from '../pack/pack';
import { Trouble } from '../parts/Trouble';
import { useSay } from '../text/texts';
import { equal, mergePatch, replacing } from '../values/json';
import { LeaveGuard } from '../session/LeaveGuard';
import { ConflictDialog, type Conflict } from './ConflictDialog';
import { toAnswer, toAnswers, toJson, type Answers } from './draft';
import { focusQuestion, FormSurroundingsProvider, type FormSurroundings } from './FieldFrame';
import css from './form.module.css';
import { asked, isAnswered, PackForm } from './PackForm';
import { place, pointerOfPath, questionOf, type Placed } from './problems';
import { useRevealing, type Reveal, type Revealing } from './Reserved';

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
  /** Asks for an answer that is kept apart. */
  readonly reveal?: Reveal;
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

interface Editing {
  readonly fields: readonly Field[];
  readonly answers: Answers;
  readonly setAnswers: Dispatch<SetStateAction<Answers>>;
  readonly dirty: boolean;
  readonly saving: boolean;
  readonly problems: readonly FieldProblem[];
  readonly failure: Failure | undefined;
  readonly conflict: Conflict | undefined;
  readonly save: () => void;
  readonly settle: (patch: JsonObject) => Promise<void>;
  readonly dropConflict: () => void;
  readonly revealing: Revealing;
  readonly beside: JsonObject;
}

/** The change, with what is kept apart left alone unless a new answer was written for it. */
function patchOf(before: JsonObject, after: JsonObject, kept: ReadonlySet<string>): JsonObject {
  const patch = mergePatch(before, after);
  return Object.fromEntries(
    Object.entries(patch).map(([id, value]) => [id, kept.has(id) ? replacing(value) : value]),
  );
}

/** What stands in the form, and what became of saving it. */
function useEditing(props: EditorProps, zone: string): Editing {
  const { kind, record, onSaved } = props;
  const say = useSay();
  const fields = useMemo(() => kind.fields.filter(asked), [kind]);
  const [beside, setBeside] = useState(kEmpty);
  const revealing = useRevealing(record, props.reveal, (field, value) => {
    // What was written meanwhile stands; what was there before is then shown beside it.
    if (value !== undefined && isAnswered(answers[field.id], field, { zone }))
      setBeside((old) => ({ ...old, [field.id]: value }));
    else setAnswers((old) => ({ ...old, [field.id]: toAnswer(field, value, { zone }) }));
  });
  const { revealed } = revealing;
  const opened = useMemo(() => ({ ...record?.data, ...revealed }), [record?.data, revealed]);
  const first = useMemo(() => toAnswers(fields, opened, { zone }), [fields, opened, zone]);
  const before = useMemo(() => toJson(fields, first, { zone }).data, [fields, first, zone]);
  const [answers, setAnswers] = useState(first);
  const [problems, setProblems] = useState<readonly FieldProblem[]>([]);
  const [failure, setFailure] = useState<Failure>();
  const [conflict, setConflict] = useState<Conflict>();
  const [saving, setSaving] = useState(false);
  const written = toJson(fields, answers, { zone });

  const submit = async (change: Change): Promise<void> => {
    setSaving(true);
    const reply = await props.save(change);
    if (reply.ok) {
      // Stays "saving": nothing is unsaved any more, and the page that follows must not be held up.
      onSaved(reply.value);
      return;
    }
    setSaving(false);
    const { failure: why } = reply;
    if (isProblem(why, 'conflict') && record) return setConflict({ ...why.problem, change });
    const errors = why.why === 'problem' ? (why.problem.errors ?? []) : [];
    setProblems(errors);
    setFailure(errors.length > 0 ? undefined : why);
  };
  const save = (): void => {
    setFailure(undefined);
    const wrong = written.problems;
    setProblems(
      wrong.map((item) => ({ pointer: item.pointer, detail: say(item.text, item.values) })),
    );
    if (wrong.length > 0) return;
    const patch = patchOf(before, written.data, revealing.kept);
    void submit({ data: written.data, patch, version: record?.version ?? 0 });
  };
  const settle = async (patch: JsonObject): Promise<void> => {
    if (!conflict || !record) return;
    const newest = await props.newest?.();
    setConflict(undefined);
    await submit({ ...conflict.change, patch, version: newest?.version ?? record.version });
  };
  const dirty = written.problems.length > 0 || !equal(written.data, before);
  const dropConflict = (): void => setConflict(undefined);
  return {
    fields,
    answers,
    setAnswers,
    dirty,
    saving,
    problems,
    failure,
    conflict,
    save,
    settle,
    dropConflict,
    revealing,
    beside,
  };
}

/** One record's form: draws it, saves it, and says what went wrong where it went wrong. */
export function RecordEditor(props: EditorProps): ReactNode {
  const { kind, record, records } = props;
  const say = useSay();
  const zone = usePack().pack.time_zone;
  const editing = useEditing(props, zone);
  const { fields, problems, dirty, saving } = editing;
  const placed = useMemo(() => place(fields, problems), [fields, problems]);
  const around = useSurroundingsOf(kind, props, zone, placed.byField, editing);
  const [needed, setNeeded] = useState(false);
  useFocus(props.focus, placed.byField);
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    setNeeded(false);
    editing.save();
  };
  return (
    <FormSurroundingsProvider value={around}>
      <LeaveGuard when={dirty && !saving} />
      <form noValidate autoComplete="off" onSubmit={onSubmit}>
        {problems.length > 0 && <Wrong placed={placed} />}
        {fields.length > kLongForm && <Which needed={needed} onChange={setNeeded} />}
        <PackForm
          fields={fields}
          answers={editing.answers}
          setAnswers={editing.setAnswers}
          onlyNeeded={needed}
        />
        {editing.failure && (
          <Trouble failure={editing.failure} lead={say('ui.form.not_saved')} again={editing.save} />
        )}
        <div className={css['actions']}>
          <Button type="submit" loading={saving} disabled={record !== undefined && !dirty}>
            {props.saveLabel}
          </Button>
          {props.onCancel && (
            <Button variant="default" onClick={props.onCancel}>
              {say('ui.cancel')}
            </Button>
          )}
          <Text role="status" size="sm" c="dimmed">
            {saving ? say('ui.form.saving') : dirty ? say('ui.form.unsaved') : ''}
          </Text>
        </div>
      </form>
      {editing.conflict && (
        <ConflictDialog
          kind={kind}
          conflict={editing.conflict}
          records={records}
          onCancel={editing.dropConflict}
          onSettle={editing.settle}
        />
      )}
      {editing.revealing.dialog}
    </FormSurroundingsProvider>
  );
}

/** Everything that is wrong, with a way to each. */
function Wrong({ placed }: { placed: Placed }): ReactNode {
  const say = useSay();
  return (
    <Alert role="alert" color="red" variant="light" mb="lg" title={say('ui.form.check_answers')}>
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
  );
}

function Which(props: { needed: boolean; onChange: (needed: boolean) => void }): ReactNode {
  const say = useSay();
  return (
    <SegmentedControl
      size="xs"
      mb="lg"
      value={props.needed ? 'needed' : 'all'}
      aria-label={say('ui.form.show')}
      onChange={(value) => props.onChange(value === 'needed')}
      data={[
        { value: 'all', label: say('ui.form.show_all') },
        { value: 'needed', label: say('ui.form.show_needed') },
      ]}
    />
  );
}

function useSurroundingsOf(
  kind: Kind,
  { record, records }: Pick<EditorProps, 'record' | 'records'>,
  zone: string,
  errors: ReadonlyMap<string, string>,
  { revealing: { kept, ask }, beside }: Pick<Editing, 'revealing' | 'beside'>,
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
      kept,
      ask,
      beside,
    };
  }, [kind, withheld, contradictions, records, record?.id, zone, errors, kept, ask, beside]);
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
