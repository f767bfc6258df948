export interface DurationParts {
  readonly days: string;
  readonly hours: string;
  readonly minutes: string;
  readonly seconds: string;
}

export const kNoDuration: DurationParts = { days: '', hours: '', minutes: '', seconds: '' };

const kDuration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

export function readDuration(text: string): DurationParts | undefined {
  const found = kDuration.exec(text);
  if (!found || text === 'P' || text.endsWith('T')) return undefined;
  return {
    days: found[1] ?? '',
    hours: found[2] ?? '',
    minutes: found[3] ?? '',
    seconds: found[4] ?? '',
  };
}

/** undefined: nothing entered; null: no duration. */
export function writeDuration(parts: DurationParts): string | null | undefined {
  const all = [parts.days, parts.hours, parts.minutes, parts.seconds];
  if (all.every((part) => part === '')) return undefined;
  if (!all.every((part) => /^\d{0,6}$/.test(part))) return null;
  const piece = (part: string, unit: string): string =>
    part === '' ? '' : `${Number(part)}${unit}`;
  const time = piece(parts.hours, 'H') + piece(parts.minutes, 'M') + piece(parts.seconds, 'S');
  return `P${piece(parts.days, 'D')}${time === '' ? '' : `T${time}`}`;
}
