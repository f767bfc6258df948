import type { Field, FieldType, Json } from '../src/api/types';
import en from '../src/generated/en.json';
import { sayer } from '../src/text/texts';

export const say = sayer(en);

export function field(type: FieldType, more: Partial<Field> = {}): Field {
  return { id: 'f', type, title: 'F', may: 'write', category: 'D01', ...more };
}

const inner: readonly Field[] = [
  field('text', { id: 'place' }),
  field('instant', { id: 'at' }),
  field('group', { id: 'deep', fields: [field('tri', { id: 'seen' })] }),
];

/** Every type of docs/pack-language.md §2 that is stored, with values that must come back as they went in. */
export const kSamples: readonly {
  readonly name: string;
  readonly field: Field;
  readonly values: readonly Json[];
}[] = [
  { name: 'text', field: field('text'), values: ['a word', 'زينب', "d'où"] },
  { name: 'long_text', field: field('long_text'), values: ['two\nlines'] },
  { name: 'number', field: field('number'), values: [0, 3, -12] },
  { name: 'decimal', field: field('decimal'), values: ['12.50', '0', '-3.1'] },
  { name: 'tri', field: field('tri'), values: ['yes', 'no', 'unknown'] },
  {
    name: 'date',
    field: field('date'),
    values: [
      '2011',
      '2011-03',
      '2011-03-05',
      '2011~',
      '2011-03~',
      '2009/2011',
      '2009-01-02/2011-03',
    ],
  },
  {
    name: 'instant',
    field: field('instant'),
    values: [
      '2026-03-01T22:00:00+03:00',
      '2026-03-01T22:00:30+03:00',
      '2026-03-01',
      '2026-03',
      '2026~',
      '2025/2026',
    ],
  },
  {
    name: 'age',
    field: field('age'),
    values: [
      { born: '2011-03-05' },
      { born: '2011~', basis: 'birth_cert' },
      { low: 12, high: 14, at: '2026-05', basis: 'appearance' },
      { low: 0, high: 1 },
    ],
  },
  {
    name: 'code',
    field: field('code', { codes: 'colour' }),
    values: ['red', 'a_code_that_left_the_list'],
  },
  { name: 'codes', field: field('codes', { codes: 'colour' }), values: [['red'], ['red', 'blue']] },
  {
    name: 'person_name',
    field: field('person_name'),
    values: [
      {
        parts: [
          { kind: 'given', text: 'يوسف' },
          { kind: 'father', text: 'علي' },
        ],
        script: 'Arab',
      },
      {
        parts: [
          { kind: 'nick', text: 'Jo' },
          { kind: 'family', text: 'Traoré' },
        ],
        script: 'Latn',
      },
      { parts: [{ kind: 'given', text: 'Jo' }], script: 'Cyrl' },
    ],
  },
  {
    name: 'place',
    field: field('place'),
    values: [{ pcode: 'IQ01' }, { text: 'the old mill' }, { pcode: 'IQ01', text: 'the old mill' }],
  },
  {
    name: 'reference',
    field: field('reference', { to: 'contact' }),
    values: ['0d3f1f3e-0000-4000-8000-000000000001'],
  },
  {
    name: 'group',
    field: field('group', { fields: inner }),
    values: [
      { place: 'x' },
      { place: { unknown: 'refused' }, at: '2026-03', deep: { seen: 'no' } },
    ],
  },
  {
    name: 'repeating group',
    field: field('group', { fields: inner, repeats: true }),
    values: [[{ place: 'x' }, { deep: { seen: 'yes' } }]],
  },
  { name: 'repeating text', field: field('text', { repeats: true }), values: [['a', 'b']] },
  {
    name: 'repeating names',
    field: field('person_name', { repeats: true }),
    values: [
      [
        { parts: [{ kind: 'given', text: 'مريم' }], script: 'Arab' },
        { parts: [{ kind: 'given', text: 'Maryam' }], script: 'Latn' },
      ],
    ],
  },
  { name: 'money', field: field('money'), values: [{ amount: '12.50', currency: 'IQD' }] },
  { name: 'duration', field: field('duration'), values: ['PT45M', 'P3D', 'P1DT2H3M4S', 'PT0M'] },
  { name: 'scale', field: field('scale', { min: 1, max: 5 }), values: [1, 5] },
];
