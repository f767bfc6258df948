// Changed roles, one change each: letters made wider and narrower, tasks, scopes, sides, fields, purposes and pairs
// given and taken away. A matrix that does not tell a changed role from the real one would not tell a hole either.
import {leaves} from './oracle.mjs';

const copy = (policy, role, change) => {
  const mutated = {...policy, roles: {...policy.roles, [role]: structuredClone(policy.roles[role])}};
  change(mutated.roles[role]);
  return mutated;
};
/** Letters that open nothing of a single file are one to another the same. */
const closed = 'qaobX-';
/** From closed to open; each next one lets somebody do or see something that the one before does not. */
const ladder = ['-', 'g', 'c', 'm', 'S', 'C', 'R', 'A', 'W'];
const step = (letter) => (closed.includes(letter) ? 0 : ladder.indexOf(letter));

/** Each mutant: what was changed, whose role it is, the policy with the change, and the cells that are likely to tell. */
export function mutants(policy) {
  const found = [];
  const files = /^(readDossier|amendRecord|addRecord) (own|permit_all|permit_member)$/;
  const add = (name, role, change, likely = files) => found.push({name: `${role} ${name}`, role, policy: copy(policy, role, change), likely});
  const byTask = /^(doAct own|openDossier|exportLines|importLines|listAccounts|addRecord)/;
  const tasks = [...new Set([...Object.values(policy.roles).flatMap((role) => role.may), ...policy.acts.map((act) => act.act)])];
  for (const [id, role] of Object.entries(policy.roles)) {
    for (const category of policy.categories) {
      const letter = role.access[category];
      const at = step(letter);
      const others = new Set([ladder[at + 1], ladder[at - 1], 'W', '-', 'R'].filter((one) => one && one !== letter && step(one) !== at));
      for (const other of others) add(`${category}: ${letter} becomes ${other}`, id, (one) => (one.access[category] = other));
    }
    for (const task of tasks) {
      if (role.may.includes(task)) add(`may not ${task}`, id, (one) => (one.may = one.may.filter((word) => word !== task)), byTask);
      else add(`may ${task}`, id, (one) => one.may.push(task), byTask);
    }
    for (const scope of ['assigned', 'team', 'all'].filter((one) => one !== role.scope)) add(`scope ${scope}`, id, (one) => (one.scope = scope), /^readDossier/);
    for (const side of ['protection', 'justice', 'both'].filter((one) => one !== role.side)) add(`side ${side}`, id, (one) => (one.side = side));
    for (const {id: purpose, prohibited} of policy.purposes) {
      if (role.purposes.includes(purpose)) add(`without ${purpose}`, id, (one) => (one.purposes = one.purposes.filter((word) => word !== purpose)), /purpose/);
      else if (!prohibited) add(`with ${purpose}`, id, (one) => one.purposes.push(purpose), /purpose/);
    }
    for (const [category, fields] of Object.entries(role.minimal)) {
      for (const field of fields) add(`${category} without ${field}`, id, (one) => (one.minimal[category] = fields.filter((word) => word !== field)));
    }
    // One more field of each category of which only some are shown.
    for (const category of policy.categories.filter((one) => role.access[one] === 'm')) {
      const named = Object.values(role.minimal).flat();
      for (const kind of Object.values(policy.kinds)) {
        const more = kind.fields.find((field) => (field.category ?? kind.category) === category && field.type !== 'computed' && !named.includes(`${kind.kind}.${field.id}`));
        if (more) add(`${category} with ${kind.kind}.${more.id}`, id, (one) => (one.minimal[category] = [...(one.minimal[category] ?? []), `${kind.kind}.${more.id}`]));
      }
    }
  }
  // A pair is forbidden when either role says so. Whoever keeps accounts meets it.
  const keeper = Object.keys(policy.roles).find((id) => policy.roles[id].may.includes('accounts'));
  const ids = Object.keys(policy.roles);
  for (const [one, two] of ids.flatMap((id, i) => ids.slice(i + 1).map((other) => [id, other]))) {
    const without = (id, other) => ({...policy.roles[id], not_with: policy.roles[id].not_with.filter((word) => word !== other)});
    const forbidden = [[one, two], [two, one]].some(([id, other]) => policy.roles[id].not_with.includes(other));
    const changed = forbidden
      ? {[one]: without(one, two), [two]: without(two, one)}
      : {[one]: {...policy.roles[one], not_with: [...policy.roles[one].not_with, two]}};
    found.push({name: `${one} ${forbidden ? 'goes' : 'not'} with ${two}`, role: keeper, policy: {...policy, roles: {...policy.roles, ...changed}}, likely: /^createAccount/});
  }
  return found;
}

/** Why a change lets nobody do or see anything else, for those that no matrix could tell; undefined for all others. */
export function equivalent(policy, {name}) {
  const letters = name.match(/^(\w+) (D\d\d): (.) becomes (.)$/);
  const questions = (category) => Object.values(policy.kinds).flatMap((kind) => leaves(kind).filter((field) => field.category === category).map((field) => ({kind, field})));
  if (letters) {
    const [, id, category, from, to] = letters;
    const role = policy.roles[id];
    const inside = questions(category);
    const named = new Set(Object.values(role.minimal).flat());
    if (inside.length === 0) return 'no form asks anything of this category';
    if (from === 'm' && to === 'R' && inside.every(({kind, field}) => named.has(`${kind.kind}.${field.top}`) || closed.includes(role.access[kind.category]))) return 'each of its questions is named one by one already';
    if (inside.every(({kind}) => role.side !== 'both' && kind.side !== role.side)) return 'all its forms are the other side\'s';
  }
  const more = name.match(/^(\w+) D\d\d with (\w+)\.\w+$/);
  if (more && closed.includes(policy.roles[more[1]].access[policy.kinds[more[2]].category])) return 'the form is closed as a whole';
  return undefined;
}
