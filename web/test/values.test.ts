import { describe, expect, it } from 'vitest';
import type { Finding, JsonObject, Pack, RecordEntry } from '../src/api/types';
import { contested, settled } from '../src/form/ConflictDialog';
import { place, pointerOfPath } from '../src/form/problems';
import { bucketOf, clockWords, inWords, partRun } from '../src/values/clock';
import { PackBook } from '../src/pack/pack';
import { writtenDown } from '../src/values/describe';
import { completed, grouped, linkFor } from '../src/values/findings';
import { applyPatch, mergePatch } from '../src/values/json';
import { isShown, reads } from '../src/values/shown';
import { instantFrom, wallTime } from '../src/values/zone';
import { field, say } from './fields';

const kMinute = 60_000;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;

const record = (id: string, kind: string): RecordEntry => ({
  id,
  kind,
  version: 1,
  recorded_at: '',
  recorded_by: { id: '', name: '' },
  data: {},
});

/** As the service sends it, with nothing in it. */
const emptyPack: Pack = {
  pack: 't',
  version: '1',
  title: 'T',
  lang: 'en',
  languages: ['en'],
  time_zone: 'UTC',
  dossiers: [],
  codes: {},
  categories: [],
  acts: [],
  purposes: [],
  roles: [],
  scope: 'assigned',
  texts: {},
  kinds: [],
  safeguards: [],
  provisions: [],
};

describe('time left in words', () => {
  it('says at most two units', () => {
    expect(inWords(5 * kHour + 10 * kMinute, 'en')).toBe('5 hours 10 minutes');
    expect(inWords(2 * kDay + 4 * kHour + 59 * kMinute, 'en')).toBe('2 days 4 hours');
    expect(inWords(40 * kMinute, 'en')).toBe('40 minutes');
  });
  it('says the larger unit alone once the smaller one no longer matters', () => {
    expect(inWords(12 * kHour - kMinute, 'en')).toBe('11 hours 59 minutes');
    expect(inWords(12 * kHour + 30 * kMinute, 'en')).toBe('12 hours');
    expect(inWords(3 * kDay - kHour, 'en')).toBe('2 days 23 hours');
    expect(inWords(3 * kDay + 5 * kHour, 'en')).toBe('3 days');
    expect(inWords(kDay, 'en')).toBe('1 day');
  });
  it('speaks Arabic and French', () => {
    expect(inWords(2 * kDay, 'ar')).toBe('يومان');
    expect(inWords(3 * kHour, 'fr')).toBe('3\u00a0heures');
  });
  it('turns at the due moment', () => {
    expect(clockWords(kHour, 0, 'en', say)).toBe('1 hour left');
    expect(clockWords(kMinute - 1, 0, 'en', say)).toBe('Less than a minute left');
    expect(clockWords(kHour, kHour, 'en', say)).toBe('Due now');
    expect(clockWords(0, kMinute, 'en', say)).toBe('1 minute overdue');
  });
  it('fills its bar between start and due', () => {
    expect([
      partRun(0, 100, -5),
      partRun(0, 100, 0),
      partRun(0, 100, 50),
      partRun(0, 100, 100),
      partRun(0, 100, 900),
      partRun(5, 5, 0),
    ]).toEqual([0, 0, 50, 100, 100, 100]);
  });
});

describe('the buckets of work', () => {
  const due = (ms: number): { outcome: string; due: string } => ({
    outcome: 'running',
    due: new Date(ms).toISOString(),
  });
  it('turn at a day and at a week', () => {
    expect(bucketOf(due(0), 0)).toBe('overdue');
    expect(bucketOf(due(1), 0)).toBe('today');
    expect(bucketOf(due(kDay), 0)).toBe('today');
    expect(bucketOf(due(kDay + 1), 0)).toBe('week');
    expect(bucketOf(due(7 * kDay), 0)).toBe('week');
    expect(bucketOf(due(7 * kDay + 1), 0)).toBe('later');
  });
  it('put breaches first and doubts last, whatever their time', () => {
    expect(bucketOf({ outcome: 'breached', due: null }, 0)).toBe('overdue');
    expect(bucketOf({ outcome: 'unknown', due: new Date(1).toISOString() }, 0)).toBe('unknown');
    expect(bucketOf({ outcome: 'running', due: null }, 0)).toBe('later');
  });
});

describe('findings', () => {
  const finding = (
    safeguard: string,
    outcome: Finding['outcome'],
    severity: Finding['severity'],
    due?: string,
  ): Finding => ({
    safeguard,
    title: safeguard,
    outcome,
    severity,
    limited: false,
    due: due ?? null,
  });
  it('stand by outcome, then severity, then time', () => {
    const groups = grouped([
      finding('a', 'running', 'high', '2026-03-02T00:00:00Z'),
      finding('b', 'breached', 'medium'),
      finding('c', 'running', 'high', '2026-03-01T00:00:00Z'),
      finding('d', 'breached', 'critical'),
      finding('e', 'unknown', 'structural'),
    ]);
    expect(
      groups.map((group) => [group.outcome, group.findings.map((item) => item.safeguard)]),
    ).toEqual([
      ['breached', ['d', 'b']],
      ['unknown', ['e']],
      ['running', ['c', 'a']],
    ]);
  });
  it('are completed from the pack where the service left that to it', () => {
    const book = new PackBook({
      ...emptyPack,
      kinds: [
        {
          kind: 'custody',
          dossier: 'child',
          title: 'Custody',
          may: 'write',
          side: 'justice',
          category: 'D16',
          repeats: true,
          fields: [field('instant', { id: 'first_judge', title: 'First judge' })],
        },
      ],
      safeguards: [{ id: 'x', title: 'X', severity: 'high', about: 'custody', explain: 'Why' }],
      provisions: [{ id: 'J18', gist: 'The gist' }],
    });
    const sparse: Finding = {
      ...finding('x', 'unknown', 'high'),
      record: 'c1',
      missing: [{ field: 'custody.first_judge' }],
      basis: ['J18'],
    };
    expect(completed(sparse, book, [record('c1', 'custody')])).toMatchObject({
      kind: 'custody',
      explain: 'Why',
      basis: [{ id: 'J18', gist: 'The gist' }],
      missing: [{ path: 'custody.first_judge', title: 'First judge' }],
    });
    const full: Finding = {
      ...sparse,
      kind: 'custody',
      explain: 'Own',
      missing: [{ path: 'custody.first_judge', title: 'Own' }],
      basis: [{ id: 'J18', gist: 'Own' }],
    };
    expect(completed(full, book, [])).toMatchObject({
      explain: 'Own',
      basis: [{ gist: 'Own' }],
      missing: [{ title: 'Own' }],
    });
  });
  it('lead to where the missing answer belongs', () => {
    const about: Finding = { ...finding('x', 'unknown', 'high'), kind: 'custody', record: 'c2' };
    const records = [record('c1', 'custody'), record('c2', 'custody'), record('r', 'registration')];
    expect(linkFor('custody.first_judge', about, records)).toEqual({
      kind: 'custody',
      field: 'first_judge',
      record: 'c2',
    });
    expect(linkFor('registration.birth', about, records)).toEqual({
      kind: 'registration',
      field: 'birth',
      record: 'r',
    });
    expect(linkFor('charge.filed', about, records)).toEqual({
      kind: 'charge',
      field: 'filed',
      record: null,
    });
  });
});

describe('who wrote a record down', () => {
  const written = (name: string): string => {
    const by = { ...record('r', 'k'), recorded_at: '2026-03-03T14:25:00Z' };
    const with_ = { book: new PackBook(emptyPack), lang: 'en-GB', say };
    return writtenDown({ ...by, recorded_by: { id: '', name } }, with_);
  };
  it('is said by name', () =>
    expect(written('Amal')).toBe('Written down 3 Mar 2026, 14:25 by Amal'));
  it('or not at all where it came in at the server', () =>
    expect(written('')).toBe('Written down 3 Mar 2026, 14:25'));
});

describe('errors find their question', () => {
  const fields = [
    field('text', { id: 'a' }),
    field('age', { id: 'b' }),
    field('group', { id: 'g', repeats: true, fields: [field('text', { id: 'x' })] }),
    field('text', { id: 't', repeats: true }),
  ];
  const placed = (pointer: string): string[] => [
    ...place(fields, [{ pointer, detail: 'no' }]).byField.keys(),
  ];
  it('whether the body was a record, a dossier or a patch', () => {
    expect(placed('/data/a')).toEqual(['/a']);
    expect(placed('/records/0/data/a')).toEqual(['/a']);
    expect(placed('/a')).toEqual(['/a']);
  });
  it('inside values, groups and lists', () => {
    expect(placed('/b/born')).toEqual(['/b']);
    expect(placed('/g/1/x')).toEqual(['/g/1/x']);
    expect(placed('/g/1/nothing')).toEqual(['/g']);
    expect(placed('/t/3')).toEqual(['/t/3']);
  });
  it('or are said apart', () => {
    expect(place(fields, [{ pointer: '/data/zz', detail: 'no' }]).elsewhere).toEqual([
      { pointer: '/zz', detail: 'no' },
    ]);
    expect(pointerOfPath('g.x')).toBe('/g/x');
  });
});

describe('a change as a merge patch', () => {
  const cases: readonly (readonly [JsonObject, JsonObject, JsonObject])[] = [
    [{ a: 1 }, { a: 1 }, {}],
    [{ a: 1, b: 2 }, { b: 3 }, { a: null, b: 3 }],
    [{ a: { x: 1, y: 2 } }, { a: { x: 1 } }, { a: { y: null } }],
    [
      { a: { unknown: 'refused' } },
      { a: { born: '2011' } },
      { a: { unknown: null, born: '2011' } },
    ],
    [{ a: [1, 2] }, { a: [1] }, { a: [1] }],
    [{ a: 'x' }, { a: { unknown: 'not_known' } }, { a: { unknown: 'not_known' } }],
  ];
  for (const [before, after, patch] of cases) {
    it(JSON.stringify(patch), () => {
      expect(mergePatch(before, after)).toEqual(patch);
      expect(applyPatch(before, mergePatch(before, after))).toEqual(after);
    });
  }
});

describe('a settled conflict', () => {
  const mine = { a: 'mine', b: { low: 1, high: 2 }, c: 'new' };
  const theirs = { a: 'theirs', b: { born: '2011' } };
  it('keeps mine whole, lets theirs stand and leaves the rest of the change', () => {
    const patch = settled(
      { a: 'mine', b: { low: 1, high: 2 }, c: 'new' },
      mine,
      theirs,
      new Map([
        ['a', 'theirs'],
        ['b', 'mine'],
      ]),
    );
    expect(patch).toEqual({ b: { born: null, low: 1, high: 2 }, c: 'new' });
    expect(applyPatch(theirs, patch)).toEqual({ a: 'theirs', b: { low: 1, high: 2 }, c: 'new' });
  });
  it('can mean that an answer goes', () => {
    expect(settled({ a: null }, {}, theirs, new Map([['a', 'mine']]))).toEqual({ a: null });
  });
  it('is about whole answers', () =>
    expect(contested(['/b/low', '/data/b/high', '/a'])).toEqual(['b', 'a']));
});

describe('conditions of questions', () => {
  const record = {
    s: 'x',
    n: 3,
    t: 'yes',
    u: 'unknown',
    l: ['p', 'q'],
    g: { s: 'deep' },
    r: { unknown: 'refused' },
  };
  const table: readonly (readonly [string, boolean | undefined])[] = [
    ["this.s == 'x'", true],
    ["this.s != 'x'", false],
    ['this.n >= 3 && this.n < 4', true],
    ["this.s in ['x', 'y']", true],
    ["'p' in this.l", true],
    ["!('z' in this.l)", true],
    ['this.t', true],
    ['!this.t', false],
    ['this.u', undefined],
    ['this.u || this.t', true],
    ['this.u && !this.t', false],
    ["this.g.s == 'deep'", true],
    ['has(this.s)', true],
    ['has(this.absent)', false],
    ['has(this.r)', undefined],
    ["this.absent == 'x'", undefined],
    ["(this.s == 'y') || (this.n == 3)", true],
    ['this.s == "x"', true],
    ['dossier.custody.size() > 0', undefined],
    ['this.l.size() > 0', undefined],
    ['days(3) > this.n', undefined],
    ['this.s ==', undefined],
    ["this.s == 'x' ? true : false", undefined],
    ['', undefined],
  ];
  for (const [expression, verdict] of table)
    it(`${expression} is ${verdict}`, () => expect(isShown(expression, record)).toBe(verdict));
  it('see the item inside a group', () =>
    expect(isShown("it.s == 'x'", {}, { s: 'x' })).toBe(true));
  it('name what they read', () =>
    expect(reads("this.a == 'x' && it.b && this.a")).toEqual(['a', 'b']));
});

describe('wall time', () => {
  it('keeps to the zone through its changes', () => {
    expect(instantFrom({ date: '2026-07-01', time: '12:00' }, 'Europe/Paris')).toBe(
      '2026-07-01T12:00:00+02:00',
    );
    expect(instantFrom({ date: '2026-01-01', time: '12:00' }, 'Europe/Paris')).toBe(
      '2026-01-01T12:00:00+01:00',
    );
    expect(instantFrom({ date: '2026-01-01', time: '23:30' }, 'America/Bogota')).toBe(
      '2026-01-01T23:30:00-05:00',
    );
    expect(instantFrom({ date: '2026-01-01', time: '05:45' }, 'Asia/Kathmandu')).toBe(
      '2026-01-01T05:45:00+05:45',
    );
    expect(wallTime(Date.parse('2026-03-01T21:30:00Z'), 'Asia/Baghdad')).toEqual({
      date: '2026-03-02',
      time: '00:30',
    });
  });
});
