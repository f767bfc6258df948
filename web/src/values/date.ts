/** Dates as the pack knows them: a year, a month or a day, estimated or not, or a span between two of them. */

export interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

export interface DateDraft {
  readonly form: 'on' | 'between';
  readonly from: DateParts;
  readonly to: DateParts;
  readonly estimated: boolean;
}

export const kNoParts: DateParts = { year: '', month: '', day: '' };
export const kNoDate: DateDraft = { form: 'on', from: kNoParts, to: kNoParts, estimated: false };

const kDate = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const kEasternDigits = /[\u0660-\u0669\u06f0-\u06f9]/g;

/** Digits as people type them: Arabic-Indic and Persian digits are digits too. */
export function plainDigits(text: string): string {
  return text.replace(kEasternDigits, (digit) => String(digit.charCodeAt(0) & 0xf)).trim();
}

export function readParts(text: string): DateParts | undefined {
  const found = kDate.exec(text);
  if (!found) return undefined;
  return { year: found[1] ?? '', month: found[2] ?? '', day: found[3] ?? '' };
}

export function readDate(text: string): DateDraft | undefined {
  const estimated = text.includes('~');
  const [first = '', second] = text.replaceAll('~', '').split('/');
  const from = readParts(first);
  if (!from) return undefined;
  if (second === undefined) return { form: 'on', from, to: kNoParts, estimated };
  const to = readParts(second);
  return to && { form: 'between', from, to, estimated };
}

export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** undefined: nothing entered; null: what was entered is no date. */
export function writeParts(parts: DateParts): string | null | undefined {
  const year = plainDigits(parts.year);
  const month = plainDigits(parts.month);
  const day = plainDigits(parts.day);
  if (year === '' && month === '' && day === '') return undefined;
  if (!/^\d{4}$/.test(year)) return null;
  if (month === '') return day === '' ? year : null;
  if (!/^\d{1,2}$/.test(month) || Number(month) < 1 || Number(month) > 12) return null;
  const ym = `${year}-${month.padStart(2, '0')}`;
  if (day === '') return ym;
  if (
    !/^\d{1,2}$/.test(day) ||
    Number(day) < 1 ||
    Number(day) > daysIn(Number(year), Number(month))
  )
    return null;
  return `${ym}-${day.padStart(2, '0')}`;
}

export function writeDate(draft: DateDraft): string | null | undefined {
  const from = writeParts(draft.from);
  const mark = draft.estimated ? '~' : '';
  if (draft.form === 'on') return from ? from + mark : from;
  const to = writeParts(draft.to);
  if (from === undefined && to === undefined) return undefined;
  return from && to ? `${from}/${to}` : null;
}

/** The first and the last day that a date text can mean, as days since 1970; undefined when it is none. */
export function dayBounds(text: string): { first: number; last: number } | undefined {
  const draft = readDate(text);
  if (!draft) return undefined;
  const low = partBounds(draft.from, draft.estimated);
  if (draft.form === 'on') return low;
  return { first: low.first, last: partBounds(draft.to, false).last };
}

function partBounds(parts: DateParts, estimated: boolean): { first: number; last: number } {
  const year = Number(parts.year);
  const more = estimated ? 1 : 0;
  const dayOf = (y: number, m: number, d: number): number => Date.UTC(y, m, d) / 86_400_000;
  if (parts.month === '')
    return { first: dayOf(year - more, 0, 1), last: dayOf(year + more + 1, 0, 1) - 1 };
  const month = Number(parts.month) - 1;
  if (parts.day === '')
    return { first: dayOf(year, month - more, 1), last: dayOf(year, month + more + 1, 1) - 1 };
  const day = dayOf(year, month, Number(parts.day));
  return { first: day - more, last: day + more };
}
