// Every call of the API by everybody who may not make it as well as by who may, and what came back: the cells of the
// matrix. A cell keeps what was observed and how to work out what the oracle expects under any policy.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import * as oracle from './oracle.mjs';
import {call, password} from '../service.mjs';
import {sample} from './access-world.mjs';

const patchType = {'content-type': 'application/merge-patch+json'};
const amendHeaders = {...patchType, 'if-match': '"1"'};
/** Ties under which every form is tried; under the others two of them, one of each side. */
const deep = ['own', 'team', 'permit_all', 'permit_member'];
const fewKinds = ['plan', 'custody'];
/** Operations that need no session. */
export const open = {signIn: 401, getOpenapi: 200, getHealth: 200, getReady: 200, getMetrics: 200};

/** What two answers must have in common to be told apart by nobody. */
const looks = ({status, headers, text}) => ({
  status, text, size: Buffer.byteLength(text),
  headers: [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id').sort(),
});
const done = (status) => ([200, 201, 204, 409].includes(status) ? 'done' : status);

export class Matrix {
  constructor(policy, world, document) {
    Object.assign(this, {policy, world, cells: [], alike: 0, called: new Set(), absent: new Map(), views: new WeakMap()});
    this.operations = Object.fromEntries(Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).filter(([, one]) => one.operationId).map(([method, one]) => [one.operationId, {method: method.toUpperCase(), path}])));
  }

  add(role, operation, tie, observed, expected, same = (is, should) => JSON.stringify(is) === JSON.stringify(should)) {
    this.cells.push({role, operation, tie, observed, expected, same});
  }

  /** Makes a call of the table; `at` fills the path. */
  async send(who, operation, {at = {}, query = '', body, headers} = {}) {
    const {method, path} = this.operations[operation];
    this.called.add(operation);
    return who.call(method, path.replace(/\{(\w+)\}/g, (_, name) => at[name]) + query, body, headers);
  }

  /** The same, and where it finds nothing the call for an id that nobody ever used must look the same in every byte. */
  async sendForFile(caller, operation, request) {
    const answer = await this.send(caller.who, operation, request);
    if (answer.status !== 404) return answer;
    const key = `${caller.name} ${operation} ${request.query ?? ''}`;
    if (!this.absent.has(key)) this.absent.set(key, looks(await this.send(caller.who, operation, {...request, at: {...request.at, ref: randomUUID()}})));
    assert.deepEqual(looks(answer), this.absent.get(key), `${key}: a file that is not theirs answers otherwise than one that is not there`);
    ++this.alike;
    return answer;
  }

  /** What the oracle lets a caller see of a file; null for nothing. */
  view(policy, caller, dossier) {
    if (!this.views.has(policy)) this.views.set(policy, new Map());
    const known = this.views.get(policy);
    const key = `${caller.name} ${dossier.name} ${!!caller.otherName}`;
    if (!known.has(key)) {
      const how = oracle.reach(policy, caller.role, {...caller.tie(dossier), named: this.named(caller)});
      // Many ties come to the same.
      const same = how && `${caller.role} ${how.assigned} ${how.cleared} ${[...how.permitted]}`;
      if (how && !known.has(same)) {
        const view = oracle.sight(policy, caller.role, how);
        known.set(same, oracle.opens(view) ? {...view, assigned: how.assigned} : null);
      }
      known.set(key, how ? known.get(same) : null);
    }
    return known.get(key);
  }

  callers() {
    const {roles, people} = this.world;
    return roles.map((role) => ({role, name: `plain ${role}`, who: people[`plain ${role}`], session: people[`plain ${role}`].session, tie: (dossier) => dossier.tie(role)}));
  }
  cleared() {
    const {roles, people} = this.world;
    return roles.map((role) => ({role, name: `cleared ${role}`, who: people[`cleared ${role}`], tie: (dossier) => dossier.clearedTie(role)}));
  }
  /** Whose name of the file a caller uses. */
  named(caller) {
    return (this.policy.roles[caller.role].side === 'justice') !== !!caller.otherName ? 'justice' : 'protection';
  }
  refFor(caller, dossier) {
    return this.named(caller) === 'justice' ? dossier.justiceRef : dossier.id;
  }

  /** Everything of one file that a caller could read. */
  async reads(caller, dossier) {
    const ref = this.refFor(caller, dossier);
    const cell = (operation, observed, expected, same) => this.add(caller.role, operation, caller.otherName ? 'other_name' : dossier.name, observed, (policy) => {
      const view = this.view(policy, caller, dossier);
      return view ? expected(policy, view) : 404;
    }, same);
    const ids = (view) => new Set(dossier.records.filter((one) => oracle.shown(view, one.kind, one.by === caller.name)).map((one) => one.id));

    const file = await this.sendForFile(caller, 'readDossier', {at: {ref}});
    cell('readDossier', file.status === 200 ? this.fileSeen(file.body) : file.status, (policy, view) => this.fileExpected(policy, view, caller, dossier));

    const findings = await this.sendForFile(caller, 'listFindings', {at: {ref}, query: '?all=true'});
    const named = findings.body.findings?.map((one) => one.record).filter(Boolean);
    cell('listFindings', named ?? findings.status, (policy, view) => ids(view), (is, should) =>
      Array.isArray(is) ? should instanceof Set && is.every((id) => should.has(id)) : is === should);

    const history = await this.sendForFile(caller, 'listHistory', {at: {ref}, query: '?limit=500'});
    const changed = history.body.entries && Object.fromEntries(history.body.entries.map((one) => [one.record, one.changes.map((change) => change.field).sort()]).sort());
    cell('listHistory', changed ?? history.status, (policy, view) => Object.fromEntries(dossier.records
      .map((one) => [one.id, oracle.shown(view, one.kind, one.by === caller.name)?.tops.filter((top) => top in one.data)])
      .filter(([, tops]) => tops).sort()));

    const reads = await this.sendForFile(caller, 'listReads', {at: {ref}, query: '?limit=1'});
    cell('listReads', reads.status, (policy, view) => (view.access.D22.read === 'none' ? 404 : 200));

    for (const record of dossier.records.filter((one) => ['registration', 'association'].includes(one.kind))) {
      const own = record.by === caller.name;
      const kept = oracle.leaves(this.policy.kinds[record.kind]).filter((field) => field.second_reason);
      for (const field of deep.includes(dossier.name) ? kept : kept.slice(0, 1)) {
        const answer = await this.sendForFile(caller, 'revealFields', {at: {ref, id: record.id}, body: {fields: [field.path], reason: 'asked'}});
        cell('revealFields', answer.status === 200 ? answer.body.data : answer.status, (policy, view) =>
          oracle.mayReveal(view, record.kind, own, field.path) ? {[field.path]: record.data[field.path]} : 404);
      }
    }
  }

  fileSeen(file) {
    const records = file.records.map((one) => [one.id, [paths(this.policy.kinds[one.kind], one.data), [...one.reserved].sort()]]);
    return {
      read: file.you.read, write: file.you.write, withheld: file.withheld.map((one) => one.category),
      label: file.label, age: !!file.age, records: Object.fromEntries(records.sort()),
    };
  }
  fileExpected(policy, view, caller, dossier) {
    const records = dossier.records.map((one) => {
      const seen = oracle.shown(view, one.kind, one.by === caller.name);
      const there = new Set(paths(policy.kinds[one.kind], one.data));
      return [one.id, seen && [seen.fields.filter((path) => there.has(path)), seen.reserved.filter((path) => there.has(path))]];
    });
    return {
      read: view.read, write: view.write, withheld: policy.categories.filter((one) => !view.read.includes(one)),
      label: oracle.label(policy, view, dossier.labels), age: oracle.seesAge(policy, view),
      records: Object.fromEntries(records.filter(([, seen]) => seen).sort()),
    };
  }

  /** Everything that a caller could write in one file. */
  async writes(caller, dossier) {
    const ref = this.refFor(caller, dossier);
    const everything = deep.includes(dossier.name);
    const cell = (operation, answer, allowed) => this.add(caller.role, operation, dossier.name, done(answer.status), (policy) => {
      const view = this.view(policy, caller, dossier);
      return view && allowed(policy, view) ? 'done' : 404;
    });
    const tried = new Set();
    for (const record of dossier.records) {
      const own = record.by === caller.name;
      if (!own && record.by !== 'worker') continue;
      if (!everything && !fewKinds.includes(record.kind)) continue;
      if (tried.has(`${record.kind} ${own}`)) continue;
      tried.add(`${record.kind} ${own}`);
      for (const [top, fields] of onePerCategory(this.policy.kinds[record.kind])) {
        // What is there already: whoever may is answered well, and nothing changes for the cells to come.
        const answer = await this.sendForFile(caller, 'amendRecord', {at: {ref, id: record.id}, body: {[top]: record.data[top]}, headers: amendHeaders});
        cell('amendRecord', answer, (policy, view) => fields.every((field) => oracle.mayAmend(view, record.kind, own, field.path)));
      }
    }
    for (const act of this.policy.acts.filter((one) => dossier.name === 'own' || one.act === 'share')) {
      const answer = await this.sendForFile(caller, 'doAct', {at: {ref, act: act.act}, body: {reasons: 'they asked'}});
      cell('doAct', answer, (policy) => oracle.may(policy, caller.role, act.act));
    }
    for (const kind of Object.values(this.policy.kinds)) {
      if (dossier.name !== 'own' && !fewKinds.includes(kind.kind)) continue;
      for (const [top, fields] of onePerCategory(kind)) {
        const data = {[top]: sample(this.policy, kind.fields.find((field) => field.id === top))};
        const answer = await this.sendForFile(caller, 'addRecord', {at: {ref}, body: {kind: kind.kind, data}});
        cell('addRecord', answer, (policy, view) => oracle.mayAdd(policy, caller.role, view, kind.kind, fields.map((field) => field.path)));
      }
    }
  }

  /** The calls that name no file, and what they tell of each. */
  async lists(caller) {
    const {dossiers, accounts} = this.world;
    const cell = (operation, tie, observed, expected, same) => this.add(caller.role, operation, tie, observed, expected, same);
    const byRef = new Map(dossiers.map((one) => [this.refFor(caller, one), one]));
    const may = (policy, task) => oracle.may(policy, caller.role, task);

    const list = (await this.send(caller.who, 'listDossiers', {query: '?type=child&limit=500'})).body;
    cell('listDossiers', 'strangers', list.items.filter((item) => !byRef.has(item.ref)).length, () => 0);
    cell('listDossiers', 'total', list.total, (policy) => dossiers.filter((one) => this.view(policy, caller, one)).length);
    for (const dossier of dossiers) {
      const item = list.items.find((one) => one.ref === this.refFor(caller, dossier));
      cell('listDossiers', dossier.name, item ? {label: item.label, age: !!item.age} : null, (policy) => {
        const view = this.view(policy, caller, dossier);
        return view && {label: oracle.label(policy, view, dossier.labels), age: oracle.seesAge(policy, view)};
      });
    }
    for (const lens of ['mine', 'team', 'all']) {
      const {items} = (await this.send(caller.who, 'listWork', {query: `?lens=${lens}&limit=500`})).body;
      for (const dossier of [...dossiers, null]) {
        const theirs = items.filter((item) => (byRef.get(item.ref) ?? null) === dossier);
        const live = (one) => one.tie(caller.role).members.some((member) => member.self && member.live);
        cell('listWork', dossier?.name ?? 'strangers', theirs.map((item) => item.record), (policy) => {
          const view = dossier && this.view(policy, caller, dossier);
          if (!view?.assigned || (lens === 'mine' && !live(dossier))) return null;
          return new Set(dossier.records.filter((one) => oracle.shown(view, one.kind, one.by === caller.name)).map((one) => one.id));
        }, (is, should) => (should ? is.every((id) => id === null || should.has(id)) : is.length === 0));
      }
    }
    const exported = await this.send(caller.who, 'exportLines', {query: '?type=child&limit=100'});
    const files = exported.status === 200 ? exported.text.trim().split('\n').map((line) => JSON.parse(line)).filter((one) => one.ref) : [];
    cell('exportLines', 'status', exported.status, (policy) => (may(policy, 'export') ? 200 : 404));
    for (const dossier of dossiers) {
      const file = files.find((one) => one.ref === this.refFor(caller, dossier));
      cell('exportLines', dossier.name, file ? this.fileSeen(file) : null, (policy) => {
        const view = may(policy, 'export') ? this.view(policy, caller, dossier) : null;
        return view?.assigned ? this.fileExpected(policy, view, caller, dossier) : null;
      });
    }
    const me = (await this.send(caller.who, 'whoAmI')).body;
    cell('whoAmI', '', [me.role, me.purposes, me.may], ({roles}) => [caller.role, roles[caller.role].purposes, roles[caller.role].may]);
    for (const {id} of this.policy.purposes) {
      const answer = await this.send(caller.who, 'listDossiers', {query: '?type=child&limit=1', headers: {'x-purpose': id}});
      cell('listDossiers', `purpose ${id}`, answer.status, (policy) => (oracle.hasPurpose(policy, caller.role, id) ? 200 : 403));
    }
    const colleagues = (await this.send(caller.who, 'listColleagues')).body.colleagues.map((one) => one.id).sort();
    const around = Object.values(accounts).filter((one) => one.agency === 'Agency' && !one.name.startsWith('disabled')).map((one) => one.id).sort();
    cell('listColleagues', '', colleagues, () => around);
    cell('getPack', '', (await this.send(caller.who, 'getPack')).status, () => 200);
    const listed = await this.send(caller.who, 'listAccounts');
    cell('listAccounts', '', listed.status, (policy) => (may(policy, 'accounts') ? 200 : 404));
    for (const operation of Object.keys(open))
      cell(operation, '', (await this.send(caller.who, operation, {body: operation === 'signIn' ? {name: randomUUID(), password} : undefined})).status, () => open[operation]);
  }

  /** The calls that change something beside the files of the matrix. */
  async changes(caller) {
    const {accounts, roles} = this.world;
    const may = (policy, task) => oracle.may(policy, caller.role, task);
    const cell = (operation, tie, observed, expected) => this.add(caller.role, operation, tie, observed, expected);
    for (const kind of Object.values(this.policy.kinds)) {
      const [[top, fields]] = onePerCategory(kind);
      const data = {[top]: sample(this.policy, kind.fields.find((field) => field.id === top))};
      const answer = await this.send(caller.who, 'openDossier', {body: {type: 'child', records: [{kind: kind.kind, data}]}});
      cell('openDossier', kind.kind, done(answer.status), (policy) => {
        const view = oracle.sight(policy, caller.role, {assigned: true, permitted: new Set()});
        return may(policy, 'open') && oracle.mayAdd(policy, caller.role, view, kind.kind, fields.map((field) => field.path)) ? 'done' : 404;
      });
    }
    const line = JSON.stringify({type: 'child', records: [{kind: 'registration', data: {}}]}) + '\n';
    const imported = await this.send(caller.who, 'importLines', {body: line, headers: {'content-type': 'application/x-ndjson'}});
    cell('importLines', '', imported.status, (policy) => (may(policy, 'import') ? 200 : 404));
    const target = {id: accounts['disabled CW'].id};
    const changed = await this.send(caller.who, 'changeAccount', {at: target, body: {team: 'North'}, headers: patchType});
    cell('changeAccount', '', changed.status, (policy) => (may(policy, 'accounts') ? 200 : 404));
    // Which roles go together is asked of one who keeps accounts; the others are refused whatever they ask for.
    const pairs = roles.flatMap((one, i) => roles.slice(i + 1).map((two) => [one, two]));
    for (const pair of oracle.may(this.policy, caller.role, 'accounts') ? pairs : pairs.slice(0, 1)) {
      const made = await this.send(caller.who, 'createAccount', {body: {name: randomUUID(), password, roles: pair, team: 'North', agency: 'Agency'}});
      cell('createAccount', pair.join(), made.status, (policy) =>
        !may(policy, 'accounts') ? 404 : oracle.compatible(policy, ...pair) ? 201 : 422);
    }
    const changedPassword = await this.send(caller.who, 'changePassword', {body: {old: 'not the right one', new: password}});
    cell('changePassword', 'wrong', changedPassword.status, () => 422);
    cell('signOut', '', (await this.send(caller.who, 'signOut')).status, () => 204);
    cell('whoAmI', 'signed out', (await this.send(caller.who, 'whoAmI')).status, () => 401);
  }

  /** Every operation for somebody who is not signed in, or no longer. */
  async outside(role, who, tie) {
    const dossier = this.world.dossiers[0];
    const registration = dossier.records.find((one) => one.kind === 'registration');
    for (const operation of Object.keys(this.operations)) {
      for (const ref of /\{ref\}/.test(this.operations[operation].path) ? [dossier.id, dossier.justiceRef, randomUUID()] : ['']) {
        const at = {ref, id: registration.id, act: 'share'};
        const {method} = this.operations[operation];
        const body = operation === 'signIn' ? {name: randomUUID(), password} : method === 'GET' || method === 'DELETE' ? undefined : {};
        const answer = await this.send(who, operation, {at, body, headers: method === 'PATCH' ? amendHeaders : {}});
        this.add(role, operation, tie, answer.status, () => open[operation] ?? 401);
      }
    }
  }

  /** The cells in which the service did otherwise than the oracle says under a policy; at most so many. */
  differences(policy = this.policy, cells = this.cells, most = Infinity) {
    const found = [];
    for (const cell of cells) {
      if (found.length >= most) break;
      if (!cell.same(cell.observed, cell.expected(policy))) found.push(cell);
    }
    return found;
  }
}

export const nobody = (base, headers = {}) => ({call: (method, path, body, more) => call(base, method, path, body, {...headers, ...more})});

/** The paths of the answers in some data. */
function paths(kind, data) {
  const found = new Set();
  const walk = (fields, values, path) => {
    for (const field of fields.filter((one) => values[one.id] !== undefined)) {
      const at = [...path, field.id];
      if (field.type !== 'group') found.add(at.join('.'));
      else for (const one of [values[field.id]].flat()) walk(field.fields, one, at);
    }
  };
  walk(kind.fields, data, []);
  return [...found].sort();
}

/** For each category that lies in a form, one question of the first level, and all that answering it answers. */
function onePerCategory(kind) {
  const all = oracle.leaves(kind);
  const first = new Map();
  for (const field of all) if (!first.has(field.category)) first.set(field.category, field.top);
  const own = first.get(kind.category);
  const tops = [own, ...[...first.values()].filter((top) => top !== own)].filter(Boolean);
  return tops.map((top) => [top, all.filter((field) => field.top === top)]);
}
