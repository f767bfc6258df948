// Says what each account may do and see, from the pack's YAML and the rules in docs/pack-language.md §7 and
// docs/decisions/0007, 0010, 0013, 0017 and 0018. Written apart from the server: it shares no code and asks nothing of it.
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'yaml';

const yaml = (...path) => parse(readFileSync(join(...path), 'utf8'));
const folder = (...path) => readdirSync(join(...path)).filter((name) => name.endsWith('.yaml')).map((name) => yaml(...path, name));

/** The parts of a pack that decide about access, as plain data: what the mutants change. */
export function loadPolicy(pack) {
  const files = folder(pack, 'dossiers/child');
  const dossier = files.find((file) => !file.kind);
  const list = (value) => (Array.isArray(value) ? value : [value]);
  return {
    roles: Object.fromEntries(folder(pack, 'roles').map((role) => [role.role, {may: [], minimal: {}, not_with: [], ...role}])),
    categories: yaml(pack, 'categories.yaml').map((one) => one.id),
    purposes: yaml(pack, 'purposes.yaml').map((one) => ({id: one.id, prohibited: !!one.prohibited})),
    acts: yaml(pack, 'acts.yaml'),
    codes: Object.fromEntries(folder(pack, 'codes').flat().map((one) => [one.list, one.codes.map((code) => code.code)])),
    kinds: Object.fromEntries(files.filter((file) => file.kind).map((kind) => [kind.kind, {side: 'protection', repeats: true, ...kind}])),
    members: dossier.members.kind, grants: dossier.grants.kind, bars: dossier.bars.kind, written: dossier.acts.kind,
    label: list(dossier.label), birth: dossier.birth,
  };
}

/** Every field of a kind that holds an answer, with its path and the category that it lies in. Groups are not answers. */
export function leaves(kind) {
  if (known.has(kind)) return known.get(kind);
  const found = [];
  const walk = (fields, path, category, top) => {
    for (const field of fields) {
      const own = {...field, path: [...path, field.id].join('.'), category: field.category ?? category, top: top ?? field.id};
      if (field.type === 'computed') continue;
      if (field.type === 'group') walk(field.fields, [...path, field.id], own.category, own.top);
      else found.push(own);
    }
  };
  walk(kind.fields, [], kind.category, undefined);
  known.set(kind, found);
  return found;
}
const known = new WeakMap();

const nothing = {read: 'none', write: 'none'};

/** What a letter means to somebody who works on the file, and what a permission for the category adds. */
function meaning(letter, {assigned, permitted, cleared}) {
  const lent = permitted ? {read: 'all', write: 'none'} : nothing;
  if (letter === 'c') return lent;
  if (!assigned) return letter === 'C' ? lent : nothing;
  switch (letter) {
    case 'W': return {read: 'all', write: 'all'};
    case 'R': return {read: 'all', write: 'none'};
    case 'S': return {read: 'own', write: 'add'};
    case 'A': return {read: 'all', write: 'own'};
    case 'C': return {read: permitted ? 'all' : 'own', write: 'own'};
    case 'm': return {read: 'named', write: 'none'};
    case 'g': return cleared ? {read: 'all', write: 'all'} : nothing;
    default: return nothing; // q and a: figures only; o (an order of a court) and b: not by this service; X and -: nothing
  }
}

/** Whether, and how, an account in a role reaches a file: `tie` says what binds them (world.mjs). Null: not at all. */
export function reach(policy, name, tie) {
  const role = policy.roles[name];
  if (tie.barred) return null;
  // Each side knows the file by a name of its own (0007).
  if (role.side !== 'both' && role.side !== tie.named) return null;
  const theirs = tie.members.filter((member) => member.self && member.live && (!member.role || member.role === name));
  const around = tie.members.filter((member) => member.agency === tie.caller.agency && (role.scope === 'all' || member.team === tie.caller.team));
  const assigned = role.scope === 'assigned' ? theirs.length > 0 : around.length > 0;
  const permits = tie.permits.filter((permit) => permit.live && (permit.self || (permit.role === name && assigned)));
  return {assigned, cleared: !!tie.caller.cleared, permitted: new Set(permits.flatMap((permit) => permit.categories))};
}

/** All that somebody may see and enter in a file. */
export function sight(policy, name, how) {
  const role = policy.roles[name];
  const access = {};
  for (const category of policy.categories)
    access[category] = meaning(role.access[category] ?? '-', {...how, permitted: how.permitted.has(category)});
  const lent = (category) => how.permitted.has(category) && 'coC'.includes(role.access[category]);
  const named = new Set(Object.values(role.minimal).flat());
  const sided = (kind, category) => role.side === 'both' || kind.side === 'both' || role.side === kind.side || lent(category);
  const kinds = {};
  for (const [id, kind] of Object.entries(policy.kinds)) {
    const fields = leaves(kind).map((field) => {
      let seen = 'none';
      const {read} = access[field.category];
      if (read === 'named') seen = named.has(`${id}.${field.top}`) ? 'all' : 'none';
      else if (sided(kind, field.category)) seen = read;
      // A form whose own category is closed is closed as a whole; one of which one sees one's own shows no more in any field.
      const form = access[kind.category].read;
      if (form === 'none') seen = 'none';
      if (form === 'own' && seen === 'all') seen = 'own';
      return {...field, seen};
    });
    const addable = access[kind.category].write !== 'none' && sided(kind, kind.category);
    kinds[id] = {kind, fields, addable, sided: (category) => sided(kind, category)};
  }
  const which = (what) => policy.categories.filter((category) => access[category][what] !== 'none');
  return {access, kinds, read: which('read'), write: which('write')};
}

const seenBy = (field, own) => field.seen === 'all' || (own && field.seen === 'own');

/** The answers of a record that are shown, and those that are kept apart (0017). Null: the record is not shown. */
export function shown(view, kind, own) {
  const all = view.kinds[kind].fields.filter((field) => seenBy(field, own));
  if (all.length === 0) return null;
  return {
    fields: all.filter((field) => !field.second_reason).map((field) => field.path).sort(),
    reserved: all.filter((field) => field.second_reason).map((field) => field.path).sort(),
    tops: [...new Set(all.map((field) => field.top))].sort(),
  };
}

export function mayReveal(view, kind, own, path) {
  const field = view.kinds[kind].fields.find((one) => one.path === path);
  return shown(view, kind, own) !== null && seenBy(field, own);
}

function mayEnter(view, kind, path, {isNew, own}) {
  const form = view.kinds[kind];
  const field = form.fields.find((one) => one.path === path);
  if (!form.addable || !form.sided(field.category)) return false;
  const {write} = view.access[field.category];
  return write === 'all' || (write === 'own' && (isNew || own)) || (write === 'add' && isNew);
}

export function mayAdd(policy, name, view, kind, paths) {
  const {write} = view.access[policy.kinds[kind].category];
  if (!view.kinds[kind].addable || kind === policy.written) return false;
  if (kind === policy.members && !policy.roles[name].may.includes('assign')) return false;
  if ((kind === policy.grants || kind === policy.bars) && write !== 'all') return false;
  return paths.every((path) => mayEnter(view, kind, path, {isNew: true, own: true}));
}

export const mayAmend = (view, kind, own, path) => shown(view, kind, own) !== null && mayEnter(view, kind, path, {isNew: false, own});

/** What a list calls the file: the first label that the reader may see. */
export function label(policy, view, labels) {
  const field = policy.label.find(({kind, field}) => view.kinds[kind].fields.some((one) => one.path === field && one.seen === 'all'));
  return field ? labels[`${field.kind}.${field.field}`] : '';
}
export const seesAge = (policy, view) => view.kinds[policy.birth.kind].fields.some((one) => one.path === policy.birth.field && one.seen === 'all');

/** Whether anything of the file opens at all. */
export const opens = (view) => view.read.length > 0 || view.write.length > 0;

export const may = (policy, name, task) => policy.roles[name].may.includes(task);
export const hasPurpose = (policy, name, purpose) => policy.roles[name].purposes.includes(purpose);
/** Whether one account may hold both roles. */
export const compatible = (policy, one, two) => !policy.roles[one].not_with.includes(two) && !policy.roles[two].not_with.includes(one);
