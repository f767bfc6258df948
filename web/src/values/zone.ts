/** Wall time in the pack's time zone, both ways. The browser's own zone plays no part. */

export interface WallTime {
  readonly date: string;
  /** `HH:MM`, or `HH:MM:SS` where seconds were recorded. */
  readonly time: string;
}

const kMinute = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA-u-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

export function wallTime(moment: number, zone: string): WallTime {
  const part: Record<string, string> = {};
  for (const { type, value } of formatFor(zone).formatToParts(moment)) part[type] = value;
  const seconds = part['second'] === '00' ? '' : `:${part['second']}`;
  return {
    date: `${part['year']?.padStart(4, '0')}-${part['month']}-${part['day']}`,
    time: `${part['hour']}:${part['minute']}${seconds}`,
  };
}

/** `9:05`, `0905` and `09:05:30` as people type them, in 24 hours; undefined when it is no time. */
export function readTime(text: string): string | undefined {
  const found = /^(\d{1,2})[:.]?(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!found) return undefined;
  const [, hour = '', minute = '', second] = found;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  return `${hour.padStart(2, '0')}:${minute}${second === undefined ? '' : `:${second}`}`;
}

function offsetAt(moment: number, zone: string): number {
  const { date, time } = wallTime(moment, zone);
  const shown = Date.parse(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  return Math.round((shown - Math.floor(moment / 1000) * 1000) / kMinute);
}

/** RFC 3339 with the offset that the zone had then; a wall time that was skipped moves forward. */
export function instantFrom(wall: WallTime, zone: string): string | undefined {
  const time = wall.time.length === 5 ? `${wall.time}:00` : wall.time;
  const naive = Date.parse(`${wall.date}T${time}Z`);
  if (Number.isNaN(naive)) return undefined;
  let offset = offsetAt(naive, zone);
  offset = offsetAt(naive - offset * kMinute, zone);
  const sign = offset < 0 ? '-' : '+';
  const size = Math.abs(offset);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${wall.date}T${time}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
