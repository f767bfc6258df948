/**
 * What stands in a form while somebody fills it in, and the JSON of docs/pack-language.md §2 that it comes from and
 * goes to. A draft can hold what is not yet an answer (half a date, letters in a number); `toJson` says what is wrong.
 */
import type { Field, Json, JsonObject } from '../api/types';
import { kNoDate, plainDigits, readDate, writeDate, type DateDraft } from '../values/date';
import { kNoDuration, readDuration, writeDuration, type DurationParts } from '../values/duration';
import { isList, isObject, pointerTo, textOf } from '../values/json';
import { instantFrom, readTime, wallTime } from '../values/zone';
import type { TextKey } from '../text/texts';

export const kReasons = ['not_known', 'not_asked', 'refused', 'not_applicable_yet'] as const;
export type Reason = (typeof kReasons)[number];

export const kMaxText = 500;
export const kMaxLongText = 20_000;
export const kMaxItems = 200;

export const kNameParts = ['given', 'father', 'grandfather', 'family', 'nick'] as const;
export type NamePartKind = (typeof kNameParts)[number];

export interface NamePart {
  readonly key: number;
  readonly kind: NamePartKind;
  readonly text: string;
}

export type Draft =
  | { readonly as: 'text'; readonly text: string }
  | { readonly as: 'set'; readonly codes: readonly string[] }
  | { readonly as: 'date'; readonly date: DateDraft }
  | { readonly as: 'instant'; readonly date: DateDraft; readonly time: string }
  | {
      readonly as: 'age';
      readonly form: 'born' | 'range';
      readonly born: DateDraft;
      readonly low: string;
      readonly high: string;
      readonly at: DateDraft;
      readonly basis: string;
    }
  | {
      readonly as: 'name';
      readonly parts: readonly NamePart[];
      readonly script: string;
      readonly chosen: boolean;
    }
  | { readonly as: 'place'; readonly pcode: string; readonly text: string }
  | { readonly as: 'money'; readonly amount: string; readonly currency: string }
  | { readonly as: 'duration'; readonly parts: DurationParts }
  | { readonly as: 'group'; readonly answers: Answers }
  | { readonly as: 'list'; readonly items: readonly Item[] };

export interface Item {
  readonly key: number;
  readonly draft: Draft;
}

export interface Answer {
  readonly unknown: Reason | null;
  readonly draft: Draft;
}

export type Answers = { readonly [field: string]: Answer };

export interface DraftProblem {
  readonly pointer: string;
  readonly text: TextKey;
  readonly values?: { readonly [name: string]: string | number };
}

export interface FormContext {
  readonly zone: string;
}

let lastKey = 0;
/** Keys only tell rows apart while they stand on the page. */
export function newKey(): number {
  lastKey += 1;
  return lastKey;
}

const text = (value: string): Draft => ({ as: 'text', text: value });
const dateOf = (value: Json | undefined): DateDraft => readDate(textOf(value)) ?? kNoDate;

export function isReason(value: Json | undefined): value is Reason {
  return kReasons.some((reason) => reason === value);
}

function singleDraft(field: Field, value: Json | undefined, context: FormContext): Draft {
  const parts = isObject(value) ? value : {};
  switch (field.type) {
    case 'codes':
      return {
        as: 'set',
        codes: isList(value) ? value.filter((code) => typeof code === 'string') : [],
      };
    case 'date':
      return { as: 'date', date: dateOf(value) };
    case 'instant':
      return instantDraft(value, context);
    case 'age':
      return {
        as: 'age',
        form: 'low' in parts || 'high' in parts ? 'range' : 'born',
        born: dateOf(parts['born']),
        low: parts['low'] === undefined ? '' : String(parts['low']),
        high: parts['high'] === undefined ? '' : String(parts['high']),
        at: dateOf(parts['at']),
        basis: textOf(parts['basis']),
      };
    case 'person_name':
      return nameDraft(parts);
    case 'place':
      return { as: 'place', pcode: textOf(parts['pcode']), text: textOf(parts['text']) };
    case 'money':
      return { as: 'money', amount: textOf(parts['amount']), currency: textOf(parts['currency']) };
    case 'duration':
      return { as: 'duration', parts: readDuration(textOf(value)) ?? kNoDuration };
    case 'group':
      return { as: 'group', answers: toAnswers(field.fields ?? [], parts, context) };
    case 'number':
    case 'scale':
      return text(typeof value === 'number' ? String(value) : '');
    default:
      return text(typeof value === 'number' ? String(value) : textOf(value));
  }
}

function instantDraft(value: Json | undefined, context: FormContext): Draft {
  const written = textOf(value);
  if (!written.includes('T')) return { as: 'instant', date: dateOf(value), time: '' };
  const moment = Date.parse(written);
  if (Number.isNaN(moment)) return { as: 'instant', date: kNoDate, time: '' };
  const wall = wallTime(moment, context.zone);
  return { as: 'instant', date: readDate(wall.date) ?? kNoDate, time: wall.time };
}

function nameDraft(value: JsonObject): Draft {
  const list = value['parts'];
  const parts = (isList(list) ? list : []).filter(isObject).map((part) => ({
    key: newKey(),
    kind: kNameParts.find((kind) => kind === part['kind']) ?? 'given',
    text: textOf(part['text']),
  }));
  const script = textOf(value['script']);
  if (parts.length > 0) return { as: 'name', parts, script, chosen: script !== '' };
  const empty = (['given', 'father', 'family'] as const).map((kind) => ({
    key: newKey(),
    kind,
    text: '',
  }));
  return { as: 'name', parts: empty, script, chosen: script !== '' };
}

/** An empty item for a list of this field. */
export function emptyItem(field: Field, context: FormContext): Item {
  return { key: newKey(), draft: singleDraft(field, undefined, context) };
}

export function toAnswer(field: Field, value: Json | undefined, context: FormContext): Answer {
  const reason = isObject(value) && isReason(value['unknown']) ? value['unknown'] : null;
  const known = reason === null ? value : undefined;
  if (!field.repeats) return { unknown: reason, draft: singleDraft(field, known, context) };
  const items = (isList(known) ? known : []).map((item) => ({
    key: newKey(),
    draft: singleDraft(field, item, context),
  }));
  return { unknown: reason, draft: { as: 'list', items } };
}

export function toAnswers(
  fields: readonly Field[],
  data: JsonObject,
  context: FormContext,
): Answers {
  return Object.fromEntries(
    fields.map((field) => [field.id, toAnswer(field, data[field.id], context)]),
  );
}

// ---------------------------------------------------------------- back to JSON

const kScripts: readonly (readonly [RegExp, string])[] = [
  [/\p{Script=Arabic}/u, 'Arab'],
  [/\p{Script=Latin}/u, 'Latn'],
  [/\p{Script=Cyrillic}/u, 'Cyrl'],
  [/\p{Script=Hebrew}/u, 'Hebr'],
  [/\p{Script=Ethiopic}/u, 'Ethi'],
  [/\p{Script=Devanagari}/u, 'Deva'],
  [/\p{Script=Han}/u, 'Hani'],
];
export const kScriptNames: readonly string[] = kScripts.map(([, name]) => name);

/** The ISO 15924 name of the script that a name is written in; empty when it cannot be told. */
export function scriptOf(name: string): string {
  return kScripts.find(([letters]) => letters.test(name))?.[1] ?? '';
}

class Writer {
  readonly problems: DraftProblem[] = [];

  constructor(private readonly context: FormContext) {}

  private refuse(pointer: string, key: TextKey, values?: DraftProblem['values']): undefined {
    this.problems.push(values ? { pointer, text: key, values } : { pointer, text: key });
    return undefined;
  }

  answers(fields: readonly Field[], answers: Answers, pointer: string): JsonObject {
    const data: Record<string, Json> = {};
    for (const field of fields) {
      const answer = answers[field.id];
      if (!answer) continue;
      const value = this.answer(field, answer, pointerTo(pointer, field.id));
      if (value !== undefined) data[field.id] = value;
    }
    return data;
  }

  private answer(field: Field, answer: Answer, pointer: string): Json | undefined {
    if (answer.unknown !== null) return { unknown: answer.unknown };
    if (answer.draft.as !== 'list') return this.single(field, answer.draft, pointer);
    const items: Json[] = [];
    answer.draft.items.forEach((item, index) => {
      const value = this.single(field, item.draft, pointerTo(pointer, index));
      if (value !== undefined) items.push(value);
    });
    if (items.length > kMaxItems)
      return this.refuse(pointer, 'ui.form.error.too_many', { max: kMaxItems });
    return items.length === 0 ? undefined : items;
  }

  private single(field: Field, draft: Draft, pointer: string): Json | undefined {
    switch (draft.as) {
      case 'text':
        return this.plain(field, draft.text, pointer);
      case 'set':
        return draft.codes.length === 0 ? undefined : [...draft.codes];
      case 'date':
        return this.date(draft.date, pointer);
      case 'instant':
        return this.instant(draft, pointer);
      case 'age':
        return this.age(draft, pointer);
      case 'name':
        return this.name(draft);
      case 'place': {
        const place: Record<string, Json> = {};
        if (draft.pcode.trim() !== '') place['pcode'] = draft.pcode.trim();
        if (draft.text.trim() !== '') place['text'] = draft.text.trim();
        return Object.keys(place).length === 0 ? undefined : place;
      }
      case 'money':
        return this.money(draft, pointer);
      case 'duration':
        return this.nullIsWrong(
          writeDuration(plainDuration(draft.parts)),
          pointer,
          'ui.form.error.duration',
        );
      case 'group': {
        const value = this.answers(field.fields ?? [], draft.answers, pointer);
        return Object.keys(value).length === 0 ? undefined : value;
      }
      case 'list':
        return undefined;
    }
  }

  private nullIsWrong(
    value: string | null | undefined,
    pointer: string,
    key: TextKey,
  ): string | undefined {
    return value === null ? this.refuse(pointer, key) : value;
  }

  private date(draft: DateDraft, pointer: string): string | undefined {
    return this.nullIsWrong(
      writeDate(draft),
      pointer,
      draft.form === 'between' ? 'ui.form.error.between' : 'ui.form.error.date',
    );
  }

  private plain(field: Field, written: string, pointer: string): Json | undefined {
    const value = written.trim();
    if (value === '') return undefined;
    switch (field.type) {
      case 'text':
        return value.length > kMaxText
          ? this.refuse(pointer, 'ui.form.error.too_long', { max: kMaxText })
          : value;
      case 'long_text':
        return value.length > kMaxLongText
          ? this.refuse(pointer, 'ui.form.error.too_long', { max: kMaxLongText })
          : value;
      case 'number':
      case 'scale':
        return this.whole(field, value, pointer);
      case 'decimal':
        return this.decimal(value, pointer);
      default:
        return value;
    }
  }

  private whole(field: Field, value: string, pointer: string): number | undefined {
    const digits = plainDigits(value);
    if (!/^-?\d{1,15}$/.test(digits)) return this.refuse(pointer, 'ui.form.error.number');
    const number = Number(digits);
    if (field.min !== undefined && number < field.min)
      return this.refuse(pointer, 'ui.form.error.min', { min: field.min });
    if (field.max !== undefined && number > field.max)
      return this.refuse(pointer, 'ui.form.error.max', { max: field.max });
    return number;
  }

  private decimal(value: string, pointer: string): string | undefined {
    const digits = plainDigits(value).replace(/[,\u066b]/, '.');
    return /^-?\d{1,15}(\.\d{1,9})?$/.test(digits)
      ? digits
      : this.refuse(pointer, 'ui.form.error.decimal');
  }

  private instant(draft: Extract<Draft, { as: 'instant' }>, pointer: string): string | undefined {
    const date = this.date(draft.date, pointer);
    if (draft.time.trim() === '') return date;
    if (date === undefined) {
      return this.problems.some((problem) => problem.pointer === pointer)
        ? undefined
        : this.refuse(pointer, 'ui.form.error.time_without_day');
    }
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date))
      return this.refuse(pointer, 'ui.form.error.time_without_day');
    const time = readTime(plainDigits(draft.time));
    if (time === undefined) return this.refuse(pointer, 'ui.form.error.time');
    return (
      instantFrom({ date, time }, this.context.zone) ?? this.refuse(pointer, 'ui.form.error.time')
    );
  }

  private age(draft: Extract<Draft, { as: 'age' }>, pointer: string): Json | undefined {
    const basis: JsonObject = draft.basis === '' ? {} : { basis: draft.basis };
    if (draft.form === 'born') {
      const born = this.date(draft.born, pointer);
      if (born !== undefined) return { born, ...basis };
      if (draft.basis !== '' && !this.problems.some((problem) => problem.pointer === pointer)) {
        this.refuse(pointer, 'ui.form.error.age_born');
      }
      return undefined;
    }
    const low = plainDigits(draft.low);
    const high = plainDigits(draft.high);
    const when = this.date(draft.at, pointerTo(pointer, 'at'));
    if (low === '' && high === '' && when === undefined && draft.basis === '') return undefined;
    if (!/^\d{1,3}$/.test(low) || !/^\d{1,3}$/.test(high))
      return this.refuse(pointer, 'ui.form.error.age_range');
    if (Number(low) > Number(high)) return this.refuse(pointer, 'ui.form.error.age_order');
    return {
      low: Number(low),
      high: Number(high),
      ...(when === undefined ? {} : { at: when }),
      ...basis,
    };
  }

  private name(draft: Extract<Draft, { as: 'name' }>): Json | undefined {
    const parts = draft.parts
      .map((part) => ({ kind: part.kind, text: part.text.trim() }))
      .filter((part) => part.text !== '');
    if (parts.length === 0) return undefined;
    const script = draft.chosen ? draft.script : scriptOf(parts.map((part) => part.text).join(' '));
    return script === '' ? { parts } : { parts, script };
  }

  private money(draft: Extract<Draft, { as: 'money' }>, pointer: string): Json | undefined {
    if (draft.amount.trim() === '')
      return draft.currency === '' ? undefined : this.refuse(pointer, 'ui.form.error.money');
    const amount = this.decimal(draft.amount, pointer);
    if (amount === undefined) return undefined;
    return draft.currency === ''
      ? this.refuse(pointer, 'ui.form.error.money')
      : { amount, currency: draft.currency };
  }
}

function plainDuration(parts: DurationParts): DurationParts {
  return {
    days: plainDigits(parts.days),
    hours: plainDigits(parts.hours),
    minutes: plainDigits(parts.minutes),
    seconds: plainDigits(parts.seconds),
  };
}

export interface Written {
  readonly data: JsonObject;
  readonly problems: readonly DraftProblem[];
}

/** The data of a record as the service takes it; what is no answer yet is left out and named in `problems`. */
export function toJson(fields: readonly Field[], answers: Answers, context: FormContext): Written {
  const writer = new Writer(context);
  const data = writer.answers(fields, answers, '');
  return { data, problems: writer.problems };
}
