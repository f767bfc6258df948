// Answers that are kept apart: left out of everything, shown one by one with a reason that is written down.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {call, newRegister, password, serve, signIn} from '../service.mjs';
import {openChild, registration} from './story.mjs';

const kWay = 'Through the tea house, after dark.';
const kName = 'Little Wolf';

let register, service, worker, supervisor, stranger, lawyer;

before(async () => {
  register = newRegister([['worker', 'CW'], ['stranger', 'CW', 'South'], ['supervisor', 'SUP'], ['lawyer', 'LAW']]);
  service = await serve(register.data);
  [worker, stranger, supervisor, lawyer] = await Promise.all(
    ['worker', 'stranger', 'supervisor', 'lawyer'].map((name) => signIn(service.base, name)),
  );
});
after(async () => {
  await service.stop();
  register.remove();
});

const open = () => openChild(worker, registration({reach_safely: kWay, imposed_names: [kName]}));
const reveal = (who, {ref, record}, fields, reason = 'To agree on a visit.') =>
  who.call('POST', `/dossiers/${ref}/records/${record}/reveal`, {fields, reason});

describe('a field that needs a second reason', () => {
  it('is left out of every answer, also for whoever wrote it', async () => {
    const child = await open();
    const patch = (version, body) =>
      worker.call('PATCH', `/dossiers/${child.ref}/records/${child.record}`, body, {'content-type': 'application/merge-patch+json', 'if-match': `"${version}"`});
    const first = await patch(1, {reach_safely: 'Through the school.'});
    assert.equal(first.status, 200, first.text);
    const conflict = await patch(1, {reach_safely: 'Through the clinic.'});
    assert.equal(conflict.status, 409);
    assert.deepEqual(conflict.body.conflicts, ['/reach_safely']);
    assert.deepEqual([conflict.body.base.reach_safely, conflict.body.theirs.reach_safely], [undefined, undefined]);
    assert.equal(conflict.body.mine.reach_safely, 'Through the clinic.');
    const answers = {
      opened: child.answer, conflict,
      file: await worker.call('GET', `/dossiers/${child.ref}`),
      theirs: await supervisor.call('GET', `/dossiers/${child.ref}`),
      history: await worker.call('GET', `/dossiers/${child.ref}/history`),
      list: await worker.call('GET', '/dossiers?type=child'),
      work: await worker.call('GET', '/work'),
      exported: await worker.call('GET', '/export?type=child'),
    };
    for (const [name, answer] of Object.entries(answers))
      for (const secret of [kWay, kName, 'Through the school.']) assert.ok(!answer.text.includes(secret), `${name} tells "${secret}"`);
    const shown = answers.file.body.records.find((one) => one.id === child.record);
    assert.deepEqual([...shown.reserved].sort(), ['imposed_names', 'reach_safely']);
    assert.equal(shown.data.pseudonym, 'Amber Kite 314');
    const changes = answers.history.body.entries.flatMap((entry) => entry.changes).filter((change) => change.reserved);
    assert.deepEqual(changes.map((change) => Object.keys(change).sort()), Array(3).fill(['field', 'reserved']));
  });

  it('is shown with a reason, and who looked is told why', async () => {
    const child = await open();
    const shown = await reveal(worker, child, ['reach_safely']);
    assert.equal(shown.status, 200, shown.text);
    assert.deepEqual(shown.body, {data: {reach_safely: kWay}});
    const reads = await supervisor.call('GET', `/dossiers/${child.ref}/reads`);
    const [entry] = reads.body.reads;
    assert.deepEqual(
      [entry.what, entry.actor.name, entry.fields, entry.record, entry.reason],
      ['reveal', 'worker', ['registration.reach_safely'], child.record, 'To agree on a visit.'],
    );
  });

  it('needs a reason and a field of that sort, and says where', async () => {
    const child = await open();
    const pointer = async (fields, reason) => {
      const answer = await reveal(worker, child, fields, reason);
      assert.equal(answer.status, 422, answer.text);
      return answer.body.errors[0].pointer;
    };
    assert.equal(await pointer(['reach_safely'], ' '), '/reason');
    assert.equal(await pointer(['pseudonym']), '/fields/0');
    assert.equal(await pointer(['reach_safely', 'nothing']), '/fields/1');
    assert.equal(await pointer([]), '/fields');
    assert.equal(await pointer(Array(17).fill('reach_safely')), '/fields');
    assert.equal(await pointer(['reach_safely'], 'é'.repeat(20_001)), '/reason');
    assert.equal((await reveal(worker, child, ['reach_safely'], 'é'.repeat(20_000))).status, 200);
    const more = await worker.call('POST', `/dossiers/${child.ref}/records/${child.record}/reveal`, {fields: ['reach_safely'], reason: 'x', as: 'me'});
    assert.equal(more.status, 422);
  });

  it('answers those who may not see it as if there were nothing', async () => {
    const child = await open();
    const absent = await reveal(stranger, {ref: randomUUID(), record: randomUUID()}, ['reach_safely']);
    assert.equal(absent.status, 404);
    const account = (await worker.call('GET', '/colleagues')).body.colleagues.find((one) => one.name === 'lawyer').id;
    const assigned = await worker.call('POST', `/dossiers/${child.ref}/records`, {kind: 'assignment', data: {account, role: 'LAW', from: '2026-03-02T10:00:00Z'}});
    assert.equal(assigned.status, 201, assigned.text);
    const refused = [
      await reveal(stranger, child, ['reach_safely']),
      await reveal(lawyer, child, ['reach_safely']),
      // Of violence, which this caseworker is not cleared for.
      await reveal(worker, child, ['gender_identity']),
      await reveal(worker, child, ['reach_safely', 'gender_identity']),
      await reveal(worker, {ref: child.ref, record: randomUUID()}, ['reach_safely']),
    ];
    for (const answer of refused) assert.deepEqual([answer.status, answer.text], [404, absent.text]);
  });

  it('is not shown to another site that rides on a cookie', async () => {
    const child = await open();
    const signed = await call(service.base, 'POST', '/session', {name: 'worker', password});
    const cookie = signed.headers.getSetCookie().find((one) => one.startsWith('__Host-session=')).split(';')[0];
    const ask = (headers) =>
      call(service.base, 'POST', `/dossiers/${child.ref}/records/${child.record}/reveal`, {fields: ['reach_safely'], reason: 'x'}, {cookie, ...headers});
    assert.equal((await ask({})).status, 403);
    assert.equal((await ask({'x-csrf-token': signed.body.csrf, origin: 'https://elsewhere.example'})).status, 401);
    assert.equal((await ask({'x-csrf-token': signed.body.csrf})).status, 200);
  });
});
