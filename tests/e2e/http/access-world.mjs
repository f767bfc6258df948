// A register in which every kind of tie between an account and a file exists once: for each, a file that holds one
// record of every form with every question answered, so that what is missing in an answer was kept back.
import {randomUUID} from 'node:crypto';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {newRegister, password, run, serve, signIn} from '../service.mjs';
import {leaves} from './oracle.mjs';

const from = '2026-03-02T09:00:00Z';
const past = '2026-03-03T09:00:00Z';
const future = '2999-01-01T00:00:00Z';
const here = {team: 'North', agency: 'Agency'};
const far = {team: 'East', agency: 'Far'};

/** An answer of the right shape for any field of a pack. */
export function sample(policy, field) {
  const one = () => {
    switch (field.type) {
      case 'text': return `${field.id} said`;
      case 'long_text': return `${field.id} told at length`;
      case 'number': case 'scale': return field.min ?? 1;
      case 'decimal': return `${field.min ?? 1}`;
      case 'tri': return 'yes';
      case 'date': return '2010-05-01';
      case 'instant': return from;
      case 'age': return {born: '2010-05-01', basis: policy.codes[field.codes][0]};
      case 'code': return policy.codes[field.codes][0];
      case 'codes': return [policy.codes[field.codes][0]];
      case 'person_name': return {parts: [{kind: 'given', text: 'Sami'}], script: 'Latn'};
      case 'place': return {text: 'a district'};
      case 'reference': return '0190a0a0-0000-7000-8000-000000000001';
      case 'money': return {amount: '1.00', currency: 'USD'};
      case 'duration': return 'PT45M';
      case 'group': return answers(policy, field.fields);
      default: throw new Error(`no sample of ${field.type}`);
    }
  };
  return field.repeats ? [one()] : one();
}
export const answers = (policy, fields) =>
  Object.fromEntries(fields.filter((field) => field.type !== 'computed').map((field) => [field.id, sample(policy, field)]));

/** The ties of one caller to a file: [name, what of it]. `permit` is a list of categories; `bar` how the caller is named. */
const ties = [
  ['own', {member: {}}],
  ['team', {colleague: here}],
  ['other_team', {colleague: {team: 'South', agency: 'Agency'}}],
  ['other_agency', {}],
  ['ended', {member: {until: past}}],
  ['not_yet', {member: {from: future}}],
  ['other_role', {member: {otherRole: true}}],
  ['barred_account', {member: {}, bar: 'id'}],
  ['barred_name', {member: {}, bar: 'name'}],
  ['barred_agency', {member: {}, bar: 'agency'}],
  ['bar_over', {member: {}, bar: 'id', barUntil: past}],
  ['permit_D01', {permit: ['D01']}],
  ['permit_D05', {permit: ['D05']}],
  ['permit_D13', {permit: ['D13']}],
  ['permit_all', {permit: 'all'}],
  ['permit_member', {member: {}, permit: 'all'}],
  ['permit_over', {permit: 'all', permitUntil: past}],
  ['permit_later', {permit: 'all', permitFrom: future}],
  ['permit_back', {permit: 'all', withdrawn: past}],
  ['permit_endless', {permit: 'all', permitUntil: null}],
  ['permit_of_role', {permit: 'all', forRole: true}],
  ['permit_of_role_member', {member: {}, permit: 'all', forRole: true}],
  ['permit_barred', {permit: 'all', bar: 'id'}],
];

/** What the oracle is told of a tie. */
function tieOf(policy, name, what, caller, colleagues) {
  const members = colleagues.map((one) => ({team: one.team, agency: one.agency, live: true}));
  if (what.member) {
    const role = what.member.otherRole ? otherRole(name) : name;
    members.push({self: true, ...caller, role, live: !what.member.until && !what.member.from});
  }
  // The callers of all roles have the same tie, so whoever's scope is the team works beside the others.
  if (what.member) members.push({team: caller.team, agency: caller.agency, live: true});
  const permits = what.permit
    ? [{
        self: !what.forRole, role: what.forRole ? name : undefined,
        categories: what.permit === 'all' ? policy.categories : what.permit,
        live: what.permitUntil === undefined && !what.permitFrom && !what.withdrawn,
      }]
    : [];
  return {caller, members, permits, barred: !!what.bar && !what.barUntil};
}
const otherRole = (role) => (role === 'CW' ? 'LAW' : 'CW');

export async function makeWorld(policy) {
  const roles = Object.keys(policy.roles);
  const register = newRegister([['keeper', 'ADM', 'Office', 'Office']]);
  let service = await serve(register.data);
  const keeper = await signIn(service.base, 'keeper');
  const accounts = {};
  const wanted = [
    ...roles.flatMap((role) => [[`plain ${role}`, role, here], [`cleared ${role}`, role, {...here, cleared: true}], [`disabled ${role}`, role, here]]),
    ['colleague', 'CW', here], ['southern', 'CW', {team: 'South', agency: 'Agency'}],
    ['witness', 'SUP', far], ['worker', 'CW', far], ['court', 'JUD', far],
  ];
  await Promise.all(wanted.map(async ([name, role, {team, agency, cleared = false}]) => {
    const made = await keeper.call('POST', '/accounts', {name, password, roles: [role], team, agency, gbv_cleared: cleared});
    if (made.status !== 201) throw new Error(`account ${name}: ${made.text}`);
    accounts[name] = {id: made.body.id, name, role, team, agency, cleared};
  }));
  await service.stop();

  const dossiers = ties.map(([name, what]) => makeDossier(policy, name, what, roles, accounts));
  const file = join(register.folder, 'files.ndjson');
  writeFileSync(file, dossiers.map(({id, records}) => JSON.stringify({
    id, type: 'child', records: records.map(({id, kind, data, recorded_by}) => ({id, kind, data, recorded_by})),
  })).join('\n') + '\n');
  const taken = run(['import', '--data', register.data, '--json', file], {fails: true});
  if (taken.status !== 0) throw new Error(`import: ${taken.stdout}${taken.stderr}`);

  service = await serve(register.data);
  const people = {};
  await Promise.all(['keeper', ...Object.keys(accounts)].map(async (name) => (people[name] = await signIn(service.base, name))));
  for (const role of roles) {
    const path = `/accounts/${accounts[`disabled ${role}`].id}`;
    const done = await people.keeper.call('PATCH', path, {disabled: true}, {'content-type': 'application/merge-patch+json'});
    if (done.status !== 200) throw new Error(`disable: ${done.text}`);
  }
  // A judge who works on all files tells by which name the justice side knows them.
  const listed = await people.court.call('GET', '/dossiers?type=child&limit=500');
  for (const dossier of dossiers)
    dossier.justiceRef = listed.body.items.find((item) => item.label === dossier.labels['justice_identity.reference']).ref;
  return {register, service, accounts, people, dossiers, roles};
}

function makeDossier(policy, name, what, roles, accounts) {
  const records = [];
  const labels = {};
  const add = (kind, by, data) => records.push({id: randomUUID(), kind, data, recorded_by: by.id, by: by.name});
  const worker = accounts.worker;
  const colleagues = [accounts.worker, accounts.court];
  if (what.colleague) colleagues.push(what.colleague === here ? accounts.colleague : accounts.southern);
  for (const kind of Object.values(policy.kinds)) {
    const data = answers(policy, kind.fields);
    // These decide about access: what they say is said below, and of nobody here.
    if (kind.kind === policy.members) data.account = randomUUID();
    if (kind.kind === policy.grants) data.account = randomUUID();
    if (kind.kind === policy.bars) Object.assign(data, {account: 'nobody here', agency: 'No Such Agency'});
    if (kind.kind === 'registration') labels['registration.pseudonym'] = data.pseudonym = `Kite ${name}`;
    if (kind.kind === 'justice_identity') labels['justice_identity.reference'] = data.reference = `Ref ${name}`;
    add(kind.kind, worker, data);
  }
  for (const one of colleagues) add(policy.members, worker, {account: one.id, role: one.role, from});
  for (const role of roles) {
    const caller = accounts[`plain ${role}`];
    if (what.member) {
      const {from: since = from, until, otherRole: another} = what.member;
      add(policy.members, worker, {account: caller.id, role: another ? otherRole(role) : role, from: since, ...(until && {until})});
    }
    if (name === 'own')
      for (const kind of ['cleared', 'disabled']) add(policy.members, worker, {account: accounts[`${kind} ${role}`].id, role, from});
    if (what.permit) {
      const until = what.permitUntil === undefined ? future : what.permitUntil;
      add(policy.grants, worker, {
        ...(what.forRole ? {role} : {account: caller.id}),
        categories: what.permit === 'all' ? policy.categories : what.permit,
        from: what.permitFrom ?? from, ...(until && {until}), ...(what.withdrawn && {withdrawn: what.withdrawn}),
      });
    }
    const named = {id: {account: caller.id}, name: {account: caller.name.toUpperCase()}, agency: {agency: ' AGENCY '}}[what.bar];
    if (named) add(policy.bars, worker, {...named, from, ...(what.barUntil && {until: what.barUntil})});
    // What one wrote down oneself, where that opens more than what others did.
    for (const kind of Object.values(policy.kinds)) {
      if (!kind.repeats || [policy.members, policy.grants, policy.bars, policy.written].includes(kind.kind)) continue;
      if (leaves(kind).some((field) => 'SAC'.includes(policy.roles[role].access[field.category]))) add(kind.kind, caller, answers(policy, kind.fields));
    }
  }
  const tie = (role) => tieOf(policy, role, what, accounts[`plain ${role}`], colleagues);
  const clearedTie = (role) => tieOf(policy, role, what, accounts[`cleared ${role}`], colleagues);
  return {name, id: randomUUID(), records, labels, tie, clearedTie};
}
