// A fictional child's first days, as calls: used by several tests.
import {randomUUID} from 'node:crypto';

export const registration = (more = {}) => ({
  pseudonym: 'Amber Kite 314',
  received: '2026-03-02T09:00:00Z',
  state: 'identified',
  urgency: 'U1',
  names: [{parts: [{kind: 'given', text: 'سامي'}, {kind: 'family', text: 'الخالد'}], script: 'Arab'}],
  sex: 'male',
  birth: {born: '2010-05', basis: 'parent_testimony'},
  language: 'ara',
  ...more,
});

export const custody = (more = {}) => ({
  authority: 'ct_unit',
  started: '2026-03-01T22:00:00+03:00',
  facility_class: 'police_cell',
  legal_basis: 'none_stated',
  adults_contact: 'mixed_cell',
  ...more,
});

/** Opens a file with a registration; answers its ref, the ids and the whole answer. */
export async function openChild(person, data = registration(), id = randomUUID()) {
  const record = randomUUID();
  const body = {id, type: 'child', records: [{id: record, kind: 'registration', data}]};
  const answer = await person.call('POST', '/dossiers', body);
  return {answer, body, ref: answer.body?.ref, record};
}
