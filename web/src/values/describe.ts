/** Answers as people read them: one line per value, in their language, times in the pack's time zone. */
import type { AgeRange, Field, Json, RecordEntry } from '../api/types';
import { isReason } from '../form/draft';
import type { PackBook } from '../pack/pack';
import type { Say } from '../text/texts';
import { readParts, type DateParts } from './date';
import { readDuration } from './duration';
import { isList, isObject, textOf } from './json';

export interface Describing {
  readonly book: PackBook;
  readonly lang: string;
  readonly say: Say;
  /** Records of the file, to name what a reference points to. */
  readonly records?: readonly RecordEntry[];
  readonly people?: ReadonlyMap<string, string>;
}

/** When a record was written down and by whom. What came in at the server itself has no name. */
export function writtenDown(record: RecordEntry, { book, lang, say }: Describing): string {
  const time = momentText(record.recorded_at, lang, book.pack.time_zone);
  const { name } = record.recorded_by;
  return name === ''
    ? say('ui.file.written_down_unnamed', { time })
    : say('ui.file.written_down', { time, name });
}

export function momentText(written: string, lang: string, zone: string): string {
  const moment = Date.parse(written);
  if (Number.isNaN(moment)) return written;
  return new Intl.DateTimeFormat(lang, {
    calendar: 'gregory',
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(moment);
}

function partsText(parts: DateParts, lang: string): string {
  const year = Number(parts.year);
  const options: Intl.DateTimeFormatOptions = {
    calendar: 'gregory',
    timeZone: 'UTC',
    year: 'numeric',
  };
  if (parts.month !== '') options.month = parts.day === '' ? 'long' : 'short';
  if (parts.day !== '') options.day = 'numeric';
  const moment = new Date(Date.UTC(2000, Number(parts.month || 1) - 1, Number(parts.day || 1)));
  moment.setUTCFullYear(year);
  return new Intl.DateTimeFormat(lang, options).format(moment);
}

export function dateText(written: string, lang: string, say: Say): string {
  const [first = '', second] = written.replaceAll('~', '').split('/');
  const from = readParts(first);
  if (!from) return written;
  const to = second === undefined ? undefined : readParts(second);
  if (to)
    return say('ui.date.between_values', { from: partsText(from, lang), to: partsText(to, lang) });
  return written.includes('~')
    ? say('ui.date.about_value', { date: partsText(from, lang) })
    : partsText(from, lang);
}

export function durationText(written: string, lang: string): string {
  const parts = readDuration(written);
  if (!parts) return written;
  const units = [
    ['day', parts.days],
    ['hour', parts.hours],
    ['minute', parts.minutes],
    ['second', parts.seconds],
  ] as const;
  const words = units
    .filter(([, amount]) => amount !== '')
    .map(([unit, amount]) =>
      new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(
        Number(amount),
      ),
    );
  return new Intl.ListFormat(lang, { style: 'narrow', type: 'unit' }).format(words);
}

export function ageText(age: AgeRange | null | undefined, lang: string, say: Say): string {
  if (!age) return say('ui.age.unknown');
  const years = new Intl.NumberFormat(lang, { style: 'unit', unit: 'year', unitDisplay: 'long' });
  return age.low === age.high ? years.format(age.low) : years.formatRange(age.low, age.high);
}

export function nameText(value: Json | undefined): string {
  const parts = isObject(value) ? value['parts'] : undefined;
  return (isList(parts) ? parts : [])
    .map((part) => (isObject(part) ? textOf(part['text']) : ''))
    .join(' ')
    .trim();
}

/** The record in one line: its summary fields, or else its first answers. */
export function recordLine(record: RecordEntry, with_: Describing): string {
  const kind = with_.book.kind(record.kind);
  if (!kind) return '';
  const named = kind.summary ?? kind.fields.slice(0, 3).map((field) => field.id);
  return named
    .filter((id) => id !== kind.when)
    .map((id) => {
      const field = kind.fields.find((item) => item.id === id);
      const value = record.data[id];
      return field && value !== undefined ? `${field.title}: ${describe(field, value, with_)}` : '';
    })
    .filter((line) => line !== '')
    .join(' · ');
}

function reference(id: string, with_: Describing): string {
  const record = with_.records?.find((item) => item.id === id);
  if (!record) return with_.people?.get(id) ?? id;
  const kind = with_.book.kind(record.kind);
  const when = kind?.when === undefined ? undefined : textOf(record.data[kind.when]);
  const day = when
    ? whenText(when, with_)
    : momentText(record.recorded_at, with_.lang, with_.book.pack.time_zone);
  return kind ? `${kind.title}, ${day}` : day;
}

/** An instant or a date, whichever was recorded. */
export function whenText(written: string, with_: Describing): string {
  return written.includes('T')
    ? momentText(written, with_.lang, with_.book.pack.time_zone)
    : dateText(written, with_.lang, with_.say);
}

export function describe(field: Field, value: Json | undefined, with_: Describing): string {
  if (value === undefined || value === null) return with_.say('ui.answer.none');
  if (isObject(value) && isReason(value['unknown']))
    return with_.say(`ui.unknown.${value['unknown']}`);
  if (field.repeats && isList(value)) {
    const words = value.map((item) => single(field, item, with_));
    return field.type === 'group'
      ? words.join('; ')
      : new Intl.ListFormat(with_.lang, { type: 'unit' }).format(words);
  }
  return single(field, value, with_);
}

function single(field: Field, value: Json, with_: Describing): string {
  const { lang, say, book } = with_;
  switch (field.type) {
    case 'tri':
      return value === 'yes' || value === 'no' || value === 'unknown'
        ? say(`ui.tri.${value}`)
        : String(value);
    case 'date':
    case 'instant':
      return whenText(textOf(value), with_);
    case 'code':
      return book.label(field.codes ?? '', textOf(value));
    case 'codes':
      return (isList(value) ? value : [])
        .map((code) => book.label(field.codes ?? '', textOf(code)))
        .join(' · ');
    case 'person_name':
      return nameText(value);
    case 'age':
      return ageAnswer(field, value, with_);
    case 'place':
      return isObject(value)
        ? [textOf(value['text']), textOf(value['pcode'])].filter(Boolean).join(' · ')
        : String(value);
    case 'money':
      return isObject(value)
        ? `${textOf(value['amount'])} ${textOf(value['currency'])}`
        : String(value);
    case 'duration':
      return durationText(textOf(value), lang);
    case 'reference':
      return reference(textOf(value), with_);
    case 'group':
      return isObject(value)
        ? (field.fields ?? [])
            .filter((inner) => value[inner.id] !== undefined)
            .map((inner) => `${inner.title}: ${describe(inner, value[inner.id], with_)}`)
            .join(' · ')
        : String(value);
    case 'number':
    case 'scale':
      return typeof value === 'number'
        ? new Intl.NumberFormat(lang, { style: 'decimal', useGrouping: false }).format(value) +
            unitOf(field)
        : String(value);
    default:
      if (field.account) return with_.people?.get(textOf(value)) ?? textOf(value);
      return typeof value === 'string' ? value + unitOf(field) : JSON.stringify(value);
  }
}

function unitOf(field: Field): string {
  return field.unit ? ` ${field.unit}` : '';
}

function ageAnswer(field: Field, value: Json, with_: Describing): string {
  if (!isObject(value)) return String(value);
  const { say } = with_;
  const basis =
    textOf(value['basis']) === ''
      ? ''
      : ` (${with_.book.label(field.codes ?? kAgeBasis, textOf(value['basis']))})`;
  if (typeof value['born'] === 'string')
    return say('ui.age.born', { date: dateText(value['born'], with_.lang, say) }) + basis;
  const range = ageText(
    { low: Number(value['low']), high: Number(value['high']) },
    with_.lang,
    say,
  );
  const on = textOf(value['at']);
  return (
    (on === '' ? range : say('ui.age.on', { age: range, date: dateText(on, with_.lang, say) })) +
    basis
  );
}

/** The code list of an age's basis where the field names none (docs/api.md). */
export const kAgeBasis = 'age_basis';
