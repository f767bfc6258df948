import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { memo, useCallback, type Dispatch, type ReactNode, type SetStateAction } from 'react';
import type { Field, JsonObject } from '../api/types';
import { usePack } from '../pack/pack';
import { useSay, useWording } from '../text/texts';
import { describe } from '../values/describe';
import { at, pointerTo } from '../values/json';
import { isShown, reads } from '../values/shown';
import {
  emptyItem,
  kMaxItems,
  toJson,
  type Answer,
  type Answers,
  type Draft,
  type FormContext,
  type Item,
} from './draft';
import { FieldFrame, isKept, useSurroundings } from './FieldFrame';
import css from './form.module.css';
import { AccountAnswer, MoneyAnswer, ReferenceAnswer } from './inputs/other';
import { AgeAnswer, NameAnswer, PlaceAnswer } from './inputs/person';
import {
  CodeAnswer,
  CodesAnswer,
  ScaleAnswer,
  standsOpen,
  TextAnswer,
  TriAnswer,
  useChoices,
} from './inputs/plain';
import { DateAnswer, DurationAnswer, InstantAnswer } from './inputs/time';
import { KeptApart } from './KeptApart';

/** Computed fields are the server's; everything else that was sent is asked. */
export function asked(field: Field): boolean {
  return field.type !== 'computed';
}

export function isAnswered(
  answer: Answer | undefined,
  field: Field,
  context: FormContext,
): boolean {
  if (!answer) return false;
  const { data, problems } = toJson([field], { [field.id]: answer }, context);
  return field.id in data || problems.length > 0;
}

export type Showing = 'shown' | 'maybe' | 'hidden';

const kNoneKept: ReadonlySet<string> = new Set();

/**
 * A question goes only when its condition is certainly not met, or when it waits for an answer that this form still
 * asks for; one that is already answered never goes, so that nothing is lost unseen. What hangs on an answer that is
 * kept apart (`kept`) stays: this page cannot tell.
 */
export function showing(
  field: Field,
  fields: readonly Field[],
  answers: Answers,
  record: JsonObject,
  item: JsonObject | undefined,
  context: FormContext,
  kept: ReadonlySet<string> = kNoneKept,
): Showing {
  if (field.shown === undefined || isAnswered(answers[field.id], field, context)) return 'shown';
  if (item === undefined && kept.has(field.id)) return 'shown';
  if (reads(field.shown).some((id) => kept.has(id) && !(id in record))) return 'maybe';
  const verdict = isShown(field.shown, record, item);
  if (verdict !== undefined) return verdict ? 'shown' : 'hidden';
  const here = item ?? record;
  const waiting = reads(field.shown).some(
    (id) => fields.some((other) => other.id === id && other.may === 'write') && !(id in here),
  );
  return waiting ? 'hidden' : 'maybe';
}

interface PackFormProps {
  readonly fields: readonly Field[];
  readonly answers: Answers;
  readonly setAnswers: Dispatch<SetStateAction<Answers>>;
  /** Leaves out what needs no answer and has none. */
  readonly onlyNeeded?: boolean;
}

/** Every question of a kind. Stands inside a FormSurroundingsProvider. */
export function PackForm({
  fields,
  answers,
  setAnswers,
  onlyNeeded = false,
}: PackFormProps): ReactNode {
  const context = useSurroundings();
  const change = useCallback(
    (id: string, answer: Answer) => setAnswers((old) => ({ ...old, [id]: answer })),
    [setAnswers],
  );
  const record = toJson(fields, answers, context).data;
  return (
    <div className={css['form']}>
      {fields.filter(asked).map((field) => {
        const answer = answers[field.id];
        const state = showing(field, fields, answers, record, undefined, context, context.kept);
        if (!answer || state === 'hidden') return null;
        const has = isAnswered(answer, field, context) || context.kept.has(field.id);
        if (onlyNeeded && !field.required && !has) return null;
        return (
          <Question
            key={field.id}
            field={field}
            pointer={pointerTo('', field.id)}
            answer={answer}
            maybe={state === 'maybe'}
            onChange={change}
            record={field.type === 'group' ? record : undefined}
          />
        );
      })}
    </div>
  );
}

interface QuestionProps {
  readonly field: Field;
  readonly pointer: string;
  readonly answer: Answer;
  readonly maybe: boolean;
  /** The record so far, for conditions inside groups. */
  readonly record: JsonObject | undefined;
  readonly onChange: (id: string, answer: Answer) => void;
}

const Question = memo(function Question({
  field,
  pointer,
  answer,
  maybe,
  record,
  onChange,
}: QuestionProps): ReactNode {
  const say = useSay();
  const choices = useChoices(field).length;
  const { locked } = useSurroundings();
  const past = usePast(field, pointer);
  if (field.may !== 'write' || locked.has(pointer))
    return <FixedAnswer field={field} pointer={pointer} answer={answer} />;
  const set = (draft: Draft): void => onChange(field.id, { unknown: null, draft });
  const single = !field.repeats && isSingle(field, choices);
  return (
    <FieldFrame
      field={field}
      pointer={pointer}
      single={single}
      unknown={answer.unknown}
      hint={past ?? (maybe ? say('ui.form.if_applies') : undefined)}
      onUnknown={(unknown) => onChange(field.id, { unknown, draft: answer.draft })}
    >
      {answer.draft.as === 'list' ? (
        <ListAnswer
          field={field}
          pointer={pointer}
          items={answer.draft.items}
          record={record}
          onChange={(items) => set({ as: 'list', items })}
        />
      ) : (
        <SingleAnswer
          field={field}
          pointer={pointer}
          draft={answer.draft}
          record={record}
          onChange={set}
        />
      )}
    </FieldFrame>
  );
});

/** What was shown of an answer that is kept apart, where a new one stands in its place already. */
function usePast(field: Field, pointer: string): string | undefined {
  const { lang, say } = useWording();
  const book = usePack();
  const { beside, records } = useSurroundings();
  const value = pointer === pointerTo('', field.id) ? beside[field.id] : undefined;
  if (value === undefined) return undefined;
  return say('ui.conflict.before', { value: describe(field, value, { book, lang, say, records }) });
}

function isSingle(field: Field, choices: number): boolean {
  return (
    ['text', 'long_text', 'number', 'decimal', 'code', 'codes', 'reference', 'scale'].includes(
      field.type,
    ) && !standsOpen(field, choices)
  );
}

interface SingleProps {
  readonly field: Field;
  readonly pointer: string;
  readonly draft: Draft;
  readonly record: JsonObject | undefined;
  readonly onChange: (draft: Draft) => void;
}

function SingleAnswer({ field, pointer, draft, record, onChange }: SingleProps): ReactNode {
  const props = { field, pointer };
  switch (draft.as) {
    case 'text':
      return (
        <PlainAnswer
          field={field}
          pointer={pointer}
          text={draft.text}
          onChange={(text) => onChange({ as: 'text', text })}
        />
      );
    case 'set':
      return (
        <CodesAnswer
          {...props}
          codes={draft.codes}
          onChange={(codes) => onChange({ as: 'set', codes })}
        />
      );
    case 'date':
      return (
        <DateAnswer
          pointer={pointer}
          date={draft.date}
          onChange={(date) => onChange({ as: 'date', date })}
        />
      );
    case 'instant':
      return (
        <InstantAnswer
          pointer={pointer}
          date={draft.date}
          time={draft.time}
          onChange={(date, time) => onChange({ as: 'instant', date, time })}
        />
      );
    case 'age':
      return <AgeAnswer {...props} draft={draft} onChange={onChange} />;
    case 'name':
      return <NameAnswer {...props} draft={draft} onChange={onChange} />;
    case 'place':
      return <PlaceAnswer {...props} draft={draft} onChange={onChange} />;
    case 'money':
      return <MoneyAnswer pointer={pointer} draft={draft} onChange={onChange} />;
    case 'duration':
      return (
        <DurationAnswer
          {...props}
          parts={draft.parts}
          onChange={(parts) => onChange({ as: 'duration', parts })}
        />
      );
    case 'group':
      return (
        <GroupAnswer
          {...props}
          answers={draft.answers}
          record={record}
          onChange={(answers) => onChange({ as: 'group', answers })}
        />
      );
    case 'list':
      return null;
  }
}

function PlainAnswer(props: {
  field: Field;
  pointer: string;
  text: string;
  onChange: (text: string) => void;
}): ReactNode {
  switch (props.field.type) {
    case 'tri':
      return <TriAnswer {...props} />;
    case 'code':
      return <CodeAnswer {...props} />;
    case 'reference':
      return <ReferenceAnswer {...props} />;
    case 'scale':
      return <ScaleAnswer {...props} />;
    default:
      return props.field.account ? <AccountAnswer {...props} /> : <TextAnswer {...props} />;
  }
}

interface GroupProps {
  readonly field: Field;
  readonly pointer: string;
  readonly answers: Answers;
  readonly record: JsonObject | undefined;
  readonly onChange: (answers: Answers) => void;
}

function GroupAnswer({ field, pointer, answers, record, onChange }: GroupProps): ReactNode {
  const context = useSurroundings();
  const fields = field.fields ?? [];
  const item = toJson(fields, answers, context).data;
  return (
    <div className={css['group']}>
      {fields.filter(asked).map((inner) => {
        const answer = answers[inner.id];
        const state = showing(inner, fields, answers, record ?? {}, item, context, context.kept);
        if (!answer || state === 'hidden') return null;
        return (
          <Question
            key={inner.id}
            field={inner}
            pointer={pointerTo(pointer, inner.id)}
            answer={answer}
            maybe={state === 'maybe'}
            record={record}
            onChange={(id, next) => onChange({ ...answers, [id]: next })}
          />
        );
      })}
    </div>
  );
}

interface ListProps {
  readonly field: Field;
  readonly pointer: string;
  readonly items: readonly Item[];
  readonly record: JsonObject | undefined;
  readonly onChange: (items: readonly Item[]) => void;
}

function ListAnswer({ field, pointer, items, record, onChange }: ListProps): ReactNode {
  const say = useSay();
  const context = useSurroundings();
  const { errors } = context;
  const replace = (key: number, draft: Draft): void =>
    onChange(items.map((item) => (item.key === key ? { key, draft } : item)));
  return (
    <div className={css['stack']}>
      {items.map((item, index) => {
        const here = pointerTo(pointer, index);
        const name = say('ui.form.item', { field: field.title, number: index + 1 });
        return (
          <div
            key={item.key}
            className={css['item']}
            role="group"
            aria-label={name}
            data-field={here}
          >
            <div className={css['grow']}>
              <SingleAnswer
                field={field}
                pointer={here}
                draft={item.draft}
                record={record}
                onChange={(draft) => replace(item.key, draft)}
              />
              {errors.has(here) && (
                <div className={css['error']} id={`f${here.replaceAll('/', '-')}-error`}>
                  {errors.get(here)}
                </div>
              )}
            </div>
            <ActionIcon
              data-aside
              variant="subtle"
              color="gray"
              size={44}
              aria-label={say('ui.form.remove_item', { item: name })}
              onClick={() => onChange(items.filter(({ key }) => key !== item.key))}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </div>
        );
      })}
      {items.length < kMaxItems && (
        <Button
          variant="default"
          size="sm"
          className={css['fit'] ?? ''}
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => onChange([...items, emptyItem(field, context)])}
        >
          {items.length === 0 ? say('ui.form.add_first') : say('ui.form.add_another')}
        </Button>
      )}
    </div>
  );
}

/** An answer that this role may read and not change. */
function FixedAnswer({
  field,
  pointer,
  answer,
}: {
  field: Field;
  pointer: string;
  answer: Answer;
}): ReactNode {
  const { lang, say } = useWording();
  const book = usePack();
  const context = useSurroundings();
  const { data } = toJson([field], { [field.id]: answer }, context);
  const apart = isKept(field, pointer, context.kept);
  if (!(field.id in data) && !apart) return null;
  return (
    <div className={css['field']} data-field={pointer} tabIndex={-1}>
      <div className={css['title']} dir="auto">
        {field.title}
      </div>
      {apart ? (
        <KeptApart field={field} writable={false} onAsk={context.ask} />
      ) : (
        <div dir="auto">
          {describe(field, at(data, pointerTo('', field.id)), {
            book,
            lang,
            say,
            records: context.records,
          })}
        </div>
      )}
      <div className={css['hint']}>{say('ui.form.read_only')}</div>
    </div>
  );
}
