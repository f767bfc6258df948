import { describe, expect, it } from 'vitest';
import type { Field, Json, JsonObject } from '../src/api/types';
import {
  emptyItem,
  kMaxItems,
  kMaxLongText,
  kMaxText,
  kReasons,
  toAnswers,
  toJson,
  type Answers,
  type Draft,
} from '../src/form/draft';
import { field, kSamples } from './fields';

const context = { zone: 'Asia/Baghdad' };

function roundTrip(one: Field, value: Json): JsonObject {
  const { data, problems } = toJson([one], toAnswers([one], { f: value }, context), context);
  expect(problems).toEqual([]);
  return data;
}

function problemsOf(one: Field, draft: Draft): string[] {
  const answers: Answers = { f: { unknown: null, draft } };
  return toJson([one], answers, context).problems.map((problem) => problem.text);
}

describe('a form gives back what was put in', () => {
  for (const { name, field: one, values } of kSamples) {
    for (const value of values)
      it(`${name}: ${JSON.stringify(value)}`, () =>
        expect(roundTrip(one, value)).toEqual({ f: value }));
    it(`${name}: absent stays absent`, () =>
      expect(toJson([one], toAnswers([one], {}, context), context)).toEqual({
        data: {},
        problems: [],
      }));
    for (const reason of kReasons)
      it(`${name}: ${reason}`, () =>
        expect(roundTrip(one, { unknown: reason })).toEqual({ f: { unknown: reason } }));
  }
});

describe('an instant', () => {
  it('comes back in the zone of the pack', () => {
    expect(roundTrip(field('instant'), '2026-03-01T19:00:00Z')).toEqual({
      f: '2026-03-01T22:00:00+03:00',
    });
  });
  const draft = (date: string, time: string): Draft => {
    const [year = '', month = '', day = ''] = date.split('-');
    const parts = { year, month, day };
    return {
      as: 'instant',
      date: { form: 'on', from: parts, to: { year: '', month: '', day: '' }, estimated: false },
      time,
    };
  };
  it('takes the time as people type it', () => {
    for (const time of ['9:05', '09:05', '0905', '٩:٠٥']) {
      expect(
        toJson(
          [field('instant')],
          { f: { unknown: null, draft: draft('2026-03-01', time) } },
          context,
        ).data,
      ).toEqual({ f: '2026-03-01T09:05:00+03:00' });
    }
  });
  it('refuses a time without its day, and a time that is none', () => {
    expect(problemsOf(field('instant'), draft('2026-03', '09:05'))).toEqual([
      'ui.form.error.time_without_day',
    ]);
    expect(problemsOf(field('instant'), draft('', '09:05'))).toEqual([
      'ui.form.error.time_without_day',
    ]);
    expect(problemsOf(field('instant'), draft('2026-03-01', '24:00'))).toEqual([
      'ui.form.error.time',
    ]);
    expect(problemsOf(field('instant'), draft('2026-02-30', '09:05'))).toEqual([
      'ui.form.error.date',
    ]);
  });
});

describe('what is no answer is named', () => {
  const text = (value: string): Draft => ({ as: 'text', text: value });
  it('at the limits of length', () => {
    expect(problemsOf(field('text'), text('x'.repeat(kMaxText)))).toEqual([]);
    expect(problemsOf(field('text'), text('x'.repeat(kMaxText + 1)))).toEqual([
      'ui.form.error.too_long',
    ]);
    expect(problemsOf(field('long_text'), text('x'.repeat(kMaxLongText)))).toEqual([]);
    expect(problemsOf(field('long_text'), text('x'.repeat(kMaxLongText + 1)))).toEqual([
      'ui.form.error.too_long',
    ]);
  });
  it('at the limits of lists', () => {
    const one = field('text', { repeats: true });
    const items = (count: number): Draft => ({
      as: 'list',
      items: Array.from({ length: count }, () => ({
        ...emptyItem(one, context),
        draft: text('x'),
      })),
    });
    expect(problemsOf(one, items(kMaxItems))).toEqual([]);
    expect(problemsOf(one, items(kMaxItems + 1))).toEqual(['ui.form.error.too_many']);
  });
  it('at the limits of numbers', () => {
    const one = field('scale', { min: 1, max: 5 });
    expect(problemsOf(one, text('1'))).toEqual([]);
    expect(problemsOf(one, text('0'))).toEqual(['ui.form.error.min']);
    expect(problemsOf(one, text('5'))).toEqual([]);
    expect(problemsOf(one, text('6'))).toEqual(['ui.form.error.max']);
    expect(problemsOf(one, text('two'))).toEqual(['ui.form.error.number']);
    expect(problemsOf(field('number'), text('1.5'))).toEqual(['ui.form.error.number']);
  });
  it('reads digits and commas as they are typed elsewhere', () => {
    expect(
      toJson([field('number')], { f: { unknown: null, draft: text('١٢') } }, context).data,
    ).toEqual({ f: 12 });
    expect(
      toJson([field('decimal')], { f: { unknown: null, draft: text('12,50') } }, context).data,
    ).toEqual({ f: '12.50' });
  });
  it('in ages and money', () => {
    const none = {
      form: 'on',
      from: { year: '', month: '', day: '' },
      to: { year: '', month: '', day: '' },
      estimated: false,
    } as const;
    const age = (low: string, high: string): Draft => ({
      as: 'age',
      form: 'range',
      born: none,
      low,
      high,
      at: none,
      basis: '',
    });
    expect(problemsOf(field('age'), age('14', '12'))).toEqual(['ui.form.error.age_order']);
    expect(problemsOf(field('age'), age('14', ''))).toEqual(['ui.form.error.age_range']);
    expect(
      problemsOf(field('age'), {
        as: 'age',
        form: 'born',
        born: none,
        low: '',
        high: '',
        at: none,
        basis: 'x',
      }),
    ).toEqual(['ui.form.error.age_born']);
    expect(problemsOf(field('money'), { as: 'money', amount: '5', currency: '' })).toEqual([
      'ui.form.error.money',
    ]);
    expect(problemsOf(field('money'), { as: 'money', amount: '', currency: 'IQD' })).toEqual([
      'ui.form.error.money',
    ]);
  });
  it('by its pointer, inside groups and lists', () => {
    const one = field('group', { repeats: true, fields: [field('number', { id: 'n' })] });
    const answers = toAnswers([one], { f: [{ n: 1 }, { n: 2 }] }, context);
    const list = answers['f']?.draft;
    if (list?.as !== 'list') throw new Error('no list');
    const items = list.items.map((item, index) =>
      index === 1
        ? {
            ...item,
            draft: { as: 'group' as const, answers: { n: { unknown: null, draft: text('x') } } },
          }
        : item,
    );
    expect(
      toJson([one], { f: { unknown: null, draft: { as: 'list', items } } }, context).problems,
    ).toEqual([{ pointer: '/f/1/n', text: 'ui.form.error.number' }]);
  });
});
