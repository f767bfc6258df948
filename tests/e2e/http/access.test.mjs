// Who may do and see what: every call of the API × every role × every tie between an account and a file, against an
// oracle that reads the pack by itself (oracle.mjs). And that the matrix would notice: the oracle is given changed roles.
import assert from 'node:assert/strict';
import {join} from 'node:path';
import {randomUUID} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {call, root, run} from '../service.mjs';
import {loadPolicy} from './oracle.mjs';
import {makeWorld} from './access-world.mjs';
import {Matrix, nobody} from './access-calls.mjs';
import {equivalent, mutants} from './access-mutants.mjs';

const policy = loadPolicy(join(root, 'roadmap'));
let world, matrix, document;

before(async () => {
  world = await makeWorld(policy);
  document = (await call(world.service.base, 'GET', '/openapi.json')).body;
  matrix = new Matrix(policy, world, document);
});
after(async () => {
  await world?.service.stop();
  world?.register.remove();
});

const say = ({role, operation, tie, observed}, expected) =>
  `${role} ${operation} ${tie}: ${JSON.stringify(observed)?.slice(0, 300)}, expected ${JSON.stringify(expected)?.slice(0, 300)}`;
const report = (cells) => cells.slice(0, 20).map((cell) => say(cell, cell.expected(policy))).join('\n');

describe('every call, role and tie', () => {
  it('reads, lists and exports what the oracle says', async (test) => {
    const {dossiers, roles, people, service} = world;
    await Promise.all(matrix.callers().map(async (caller) => {
      await matrix.lists(caller);
      for (const dossier of dossiers) await matrix.reads(caller, dossier);
      await matrix.reads({...caller, otherName: true}, dossiers[0]);
    }));
    await Promise.all(matrix.cleared().map((caller) => matrix.reads(caller, dossiers[0])));
    for (const role of roles) await matrix.outside(role, people[`disabled ${role}`], 'disabled');
    await matrix.outside('nobody', nobody(service.base), 'not signed in');
    await matrix.outside('nobody', nobody(service.base, {authorization: `Bearer ${'0'.repeat(64)}`}), 'no such session');
    const differ = matrix.differences();
    test.diagnostic(`${matrix.cells.length} cells, ${differ.length} differences`);
    assert.equal(differ.length, 0, report(differ));
  });

  it('writes down before it shows: one entry in the file that was read, naming who and what', async (test) => {
    const own = world.dossiers.find((one) => one.name === 'own');
    const witness = world.people.worker;
    const latest = async () => (await witness.call('GET', `/dossiers/${own.id}/reads?limit=2`)).body.reads;
    const written = () => JSON.parse(run(['verify', '--data', world.register.data, '--json']).stdout).entries;
    const record = own.records.find((one) => one.kind === 'association');
    await latest();
    let looked = 0;
    const refused = [];
    for (const caller of matrix.callers()) {
      const at = {ref: matrix.refFor(caller, own), id: record.id};
      const routes = [
        ['readDossier', 'read'], ['listFindings', 'findings'], ['listHistory', 'history'], ['listReads', 'reads'],
        ['revealFields', 'reveal', {body: {fields: ['group_type'], reason: 'asked'}}],
        ['exportLines', 'export', {query: '?type=child&limit=100'}],
        ['listDossiers', null, {query: '?type=child'}], ['listWork', null],
      ];
      for (const [operation, what, request = {}] of routes) {
        const before = written();
        const answer = await matrix.send(caller.who, operation, {at, ...request});
        const after = written();
        const [first, second] = await latest();
        const shown = answer.status === 200;
        const place = `${caller.role} ${operation} ${answer.status}`;
        // Lists are not about one file: their entry stands in the register's own chronicle.
        const expected = shown && what ? [[what, caller.session.account.id], ['reads', witness.session.account.id]] : [['reads', witness.session.account.id], null];
        assert.deepEqual([first.what, first.actor.id], expected[0], place);
        if (expected[1]) assert.deepEqual([second.what, second.actor.id], expected[1], place);
        const files = answer.text.split('\n').filter((line) => line.includes('"ref"')).length;
        if (shown) assert.equal(after - before, operation === 'exportLines' ? files : 1, place);
        if (shown) ++looked;
        else refused.push(place);
      }
    }
    test.diagnostic(`${looked} looks, each with one entry; ${refused.length} refused`);
    assert.ok(looked > 40);
  });

  it('writes, acts and opens what the oracle says', async (test) => {
    const before = matrix.cells.length;
    const {dossiers} = world;
    for (const dossier of dossiers) await Promise.all(matrix.callers().map((caller) => matrix.writes(caller, dossier)));
    await Promise.all(matrix.cleared().map((caller) => matrix.writes(caller, dossiers[0])));
    for (const caller of matrix.callers()) await matrix.changes(caller);
    const cells = matrix.cells.slice(before);
    const differ = matrix.differences(policy, cells);
    test.diagnostic(`${cells.length} cells, ${differ.length} differences`);
    assert.equal(differ.length, 0, report(differ));
  });

  it('leaves no operation of the description out', (test) => {
    assert.deepEqual([...matrix.called].sort(), Object.keys(matrix.operations).sort());
    const seen = new Set(matrix.cells.map((cell) => cell.operation));
    assert.deepEqual([...seen].sort(), Object.keys(matrix.operations).sort());
    test.diagnostic(`${matrix.cells.length} cells: ${seen.size} operations × ${world.roles.length} roles and nobody × ${world.dossiers.length + 3} ties`);
  });
});

describe('a file that is not theirs', () => {
  it('answers in every byte as one that is not there', (test) => {
    test.diagnostic(`${matrix.alike} answers compared with those for an id that nobody used`);
    assert.ok(matrix.alike > 0);
    const compared = new Set([...matrix.absent.keys()].map((key) => key.split(' ')[2]));
    const named = Object.entries(matrix.operations).filter(([, {path}]) => path.includes('{ref}')).map(([id]) => id);
    assert.deepEqual([...compared].sort(), named.sort());
  });

  it('and a record that is not shown as one that is not there', async () => {
    const own = world.dossiers.find((one) => one.name === 'own');
    const hidden = own.records.find((one) => one.kind === 'association').id;
    const guard = world.people['cleared SUP'];
    const judge = world.people['cleared DET'];
    const ref = own.justiceRef;
    for (const [who, name, record] of [[judge, ref, hidden], [guard, own.id, own.records.find((one) => one.kind === 'charge').id]]) {
      for (const [method, tail, body, headers] of [
        ['PATCH', '', {from: '2010'}, {'content-type': 'application/merge-patch+json', 'if-match': '"1"'}],
        ['POST', '/reveal', {fields: ['group_type'], reason: 'asked'}, {}],
      ]) {
        const [there, absent] = await Promise.all([record, randomUUID()].map((id) => who.call(method, `/dossiers/${name}/records/${id}${tail}`, body, headers)));
        assert.deepEqual([there.status, there.text], [404, absent.text]);
      }
    }
  });
});

describe('what the description does not name', () => {
  it('is refused: other methods, other paths', async () => {
    const own = world.dossiers[0];
    const who = world.people.keeper;
    const at = {ref: own.id, id: own.records[0].id, act: 'share'};
    let tried = 0;
    for (const path of Object.keys(document.paths)) {
      const real = path.replace(/\{(\w+)\}/g, (_, name) => at[name]);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (document.paths[path][method.toLowerCase()]) continue;
        const answer = await who.call(method, real, ['GET', 'DELETE'].includes(method) ? undefined : {});
        assert.ok([404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
        ++tried;
      }
      for (const beside of [`${real}/`, `${real}/more`, real.replace('/api/v1', '/api/v2'), real.toUpperCase()]) {
        if (!beside.startsWith('/api') || beside === real) continue;
        const answer = await who.call('GET', beside);
        assert.ok([404, 405].includes(answer.status), `GET ${beside}: ${answer.status}`);
        ++tried;
      }
    }
    assert.ok(tried > 50);
  });
});

describe('the matrix itself', () => {
  it('tells at least 95 of 100 changed roles from the real ones', (test) => {
    // Not by what the service says of a role, only by what it does; and by no cell that differs as it is.
    const agreed = matrix.cells.filter((cell) => cell.operation !== 'whoAmI' && cell.same(cell.observed, cell.expected(policy)));
    const byRole = new Map(world.roles.map((role) => [role, agreed.filter((cell) => cell.role === role)]));
    const all = mutants(policy);
    const told = (mutant, which) => matrix.differences(mutant.policy, byRole.get(mutant.role).filter(which), 1).length > 0;
    const alive = all.filter((mutant) => {
      const likely = ({operation, tie}) => mutant.likely.test(`${operation} ${tie}`);
      return !told(mutant, likely) && !told(mutant, (cell) => !likely(cell));
    });
    const unexplained = alive.filter((mutant) => !equivalent(policy, mutant));
    for (const mutant of alive) test.diagnostic(`survives: ${mutant.name}: ${equivalent(policy, mutant)}`);
    const share = 1 - alive.length / all.length;
    test.diagnostic(`${all.length} mutants, ${all.length - alive.length} killed: ${(share * 100).toFixed(1)} %; ${alive.length - unexplained.length} of the others are equivalent`);
    assert.ok(all.length >= 40);
    assert.ok(share >= 0.95);
    assert.deepEqual(unexplained.map((one) => one.name), []);
  });
});
