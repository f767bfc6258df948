/** Time left in words, without a word typed here: units come from the browser's own language data. */
import type { TextKey, Say } from '../text/texts';

const kMinute = 60_000;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

/** From this much on, only the larger unit is said. */
const kDaysAlone = 3 * kDay;
const kHoursAlone = 12 * kHour;

function unit(lang: string, amount: number, name: 'day' | 'hour' | 'minute'): string {
  return new Intl.NumberFormat(lang, { style: 'unit', unit: name, unitDisplay: 'long' }).format(
    amount,
  );
}

function join(lang: string, parts: string[]): string {
  return new Intl.ListFormat(lang, { style: 'narrow', type: 'unit' }).format(parts);
}

/** A length of time, rounded down, at most two units: "2 days 4 hours", "5 hours 10 minutes", "40 minutes". */
export function inWords(length: number, lang: string): string {
  const size = Math.max(0, length);
  const days = Math.floor(size / kDay);
  const hours = Math.floor((size % kDay) / kHour);
  const minutes = Math.floor((size % kHour) / kMinute);
  if (size >= kDaysAlone || (days > 0 && hours === 0)) return unit(lang, days, 'day');
  if (days > 0) return join(lang, [unit(lang, days, 'day'), unit(lang, hours, 'hour')]);
  if (size >= kHoursAlone || (hours > 0 && minutes === 0)) return unit(lang, hours, 'hour');
  if (hours > 0) return join(lang, [unit(lang, hours, 'hour'), unit(lang, minutes, 'minute')]);
  return unit(lang, minutes, 'minute');
}

export function clockWords(due: number, now: number, lang: string, say: Say): string {
  if (due <= now) {
    if (now - due < kMinute) return say('ui.clock.due_now');
    return say('ui.clock.overdue_by', { time: inWords(now - due, lang) });
  }
  if (due - now < kMinute) return say('ui.clock.less_than_a_minute');
  return say('ui.clock.time_left', { time: inWords(due - now, lang) });
}

/** How much of a clock has run, 0 … 100. */
export function partRun(start: number, due: number, now: number): number {
  if (due <= start) return 100;
  return Math.round(Math.min(1, Math.max(0, (now - start) / (due - start))) * 100);
}

export type Bucket = 'overdue' | 'today' | 'week' | 'later' | 'unknown';
export const kBuckets: readonly Bucket[] = ['overdue', 'today', 'week', 'later', 'unknown'];
export const kBucketTitle: { readonly [bucket in Bucket]: TextKey } = {
  overdue: 'ui.work.overdue',
  today: 'ui.work.today',
  week: 'ui.work.week',
  later: 'ui.work.later',
  unknown: 'ui.work.unknown',
};

/** Today ends after 24 hours and the week after seven days: a clock does not know office hours. */
export function bucketOf(item: { outcome: string; due: string | null }, now: number): Bucket {
  if (item.outcome === 'breached') return 'overdue';
  if (item.outcome === 'unknown') return 'unknown';
  if (item.due === null) return 'later';
  const left = Date.parse(item.due) - now;
  if (left <= 0) return 'overdue';
  if (left <= kDay) return 'today';
  return left <= 7 * kDay ? 'week' : 'later';
}
