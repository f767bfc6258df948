// The case records that all three are given: the registrations of the fictional country that
// `homeward demo` makes. Homeward takes them as they are, the others as a flat row of the same values.
import {mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {run} from '../../tests/e2e/service.mjs';

/** Fields of the flat row, in order: its name, and whether it is one of a list of codes. */
export const fields = [
  ['pseudonym', false], ['received', false], ['channel', true], ['child_knows_of_referral', true],
  ['child_agrees', true], ['state', true], ['urgency', true], ['name_first_script', false],
  ['name_second_script', false], ['sex', true], ['born', false], ['birth_basis', true],
  ['birth_place_code', false], ['birth_place', false], ['nationality', true], ['language', true],
  ['interpreter_needed', true], ['neurodevelopmental', true], ['has_birth_certificate', true],
  ['care', true], ['place_code', false], ['place', false],
];

const name_of = (entry) => entry?.parts.map((part) => part.text).join(' ');

function flat(data) {
  const row = {
    ...data,
    name_first_script: name_of(data.names[0]),
    name_second_script: name_of(data.names[1]),
    born: data.birth.born ?? [data.birth.from, data.birth.to].filter(Boolean).join('–'),
    birth_basis: data.birth.basis,
    birth_place_code: data.birth_place?.pcode,
    birth_place: data.birth_place?.text,
    nationality: data.nationalities?.[0]?.status,
    place_code: data.place?.pcode,
    place: data.place?.text,
  };
  return Object.fromEntries(fields.map(([name]) => [name, row[name]]).filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** `count` cases: `{id, record, data, flat}`; every pseudonym is there once. */
export function cases(place, count) {
  const raw = join(place, 'raw.ndjson');
  mkdirSync(place, {recursive: true});
  run(['demo', '--out', raw, '--dossiers', String(count), '--seed', '7']);
  const known = new Set();
  const made = readFileSync(raw, 'utf8').trim().split('\n').map((line) => {
    const {id, records} = JSON.parse(line);
    const {id: record, recorded_at, data} = records.find((one) => one.kind === 'registration');
    while (known.has(data.pseudonym)) data.pseudonym += ' B';
    known.add(data.pseudonym);
    return {id, record, recorded_at, data, flat: flat(data)};
  });
  rmSync(raw);
  return made;
}
