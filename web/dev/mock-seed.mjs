// Invented children for the mock; nobody real.
import { randomUUID } from 'node:crypto';

const kNames = [
  ['Heron', 'يوسف', 'Arab'],
  ['Maple', 'زينب', 'Arab'],
  ['قمر', 'مريم', 'Arab'],
  ['River', 'Moussa', 'Latn'],
  ['Amber', 'Fanta', 'Latn'],
  ['نجمة', 'نور', 'Arab'],
  ['Cedar', 'Ali', 'Latn'],
  ['Lark', 'Ines', 'Latn'],
  ['Otter', 'Idris', 'Latn'],
  ['Willow', 'Hawa', 'Latn'],
  ['Sable', 'Karim', 'Latn'],
  ['Wren', 'Salma', 'Latn'],
];
const hoursAgo = (hours) =>
  `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 16)}:00Z`;

export function seed(open, me) {
  for (let i = 0; i < 130; i += 1) {
    const [label, given, script] = kNames[i % kNames.length];
    const custody = randomUUID();
    const records = [
      {
        kind: 'registration',
        data: {
          pseudonym: i < kNames.length ? label : `${label} ${Math.floor(i / kNames.length) + 1}`,
          received: hoursAgo(200 + i),
          state: 'registered',
          urgency: 'U2',
          names: [{ parts: [{ kind: 'given', text: given }], script }],
          birth:
            i % 3 === 0
              ? { low: 13, high: 15, at: '2026-05', basis: 'appearance' }
              : { born: `20${11 + (i % 4)}-0${1 + (i % 9)}`, basis: 'parent_testimony' },
          ...(i % 2 === 0 ? { has_birth_certificate: 'yes' } : {}),
        },
      },
      {
        kind: 'assignment',
        data: { account: me.id, role: 'CW', from: hoursAgo(190), lead: 'yes' },
      },
    ];
    if (i % 4 !== 3) {
      records.push({
        id: custody,
        kind: 'custody',
        data: {
          authority: i % 2 ? 'police' : 'ct_unit',
          started: hoursAgo([4, 20, 72][i % 3] + i / 10),
          facility_class: 'police_cell',
          phase: 'police_custody',
          ...(i % 3 === 1 ? { explained: hoursAgo(17), explained_orally: 'yes' } : {}),
          ...(i % 5 === 0 ? { entered_in_register: 'yes' } : {}),
        },
      });
    }
    if (i % 4 === 0) {
      records.push({
        kind: 'questioning',
        data: {
          started: hoursAgo(3 + i / 10),
          by: 'ct_unit',
          purpose: 'investigation_child',
          custody,
          lawyer: i % 8 === 0 ? 'no' : { unknown: 'not_asked' },
          av_recorded: 'yes',
          ended: hoursAgo(i === 0 ? 5 : 2),
        },
      });
    }
    open({ records }, hoursAgo(100 + i));
  }
}
