// "Do not tell them": an agency that the child names finds no such file, over HTTP, in any call.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {newRegister, serve, signIn} from '../service.mjs';
import {custody, openChild} from './story.mjs';

let register, service, worker, guard, facility, supervisor;
let ref, record, facilityRef, others;

const patch = {'content-type': 'application/merge-patch+json', 'if-match': '"1"'};

/** Every call that names a file, as {path, status, text}. */
async function everyAnswer(who, name) {
  const dossier = `/dossiers/${name}`;
  const calls = [
    ['GET', dossier],
    ['GET', `${dossier}/findings?all=true`],
    ['GET', `${dossier}/history`],
    ['GET', `${dossier}/reads`],
    ['POST', `${dossier}/records`, {id: record, kind: 'custody', data: custody()}],
    ['POST', `${dossier}/records`, {kind: 'no_such_form', data: {}}],
    ['PATCH', `${dossier}/records/${record}`, {urgency: 'U2'}, patch],
    ['POST', `${dossier}/records/${record}/reveal`, {fields: ['place'], reason: 'a visit'}],
    ['POST', `${dossier}/acts/close_case`, {reasons: 'it is over'}],
  ];
  const answers = [];
  for (const [method, path, body, headers] of calls) {
    const {status, text} = await who.call(method, path, body, headers);
    answers.push({path: path.replace(name, '…'), status, text});
  }
  return answers;
}

async function expectNothing(who, name) {
  const answers = await everyAnswer(who, name);
  assert.deepEqual(answers, await everyAnswer(who, randomUUID()));
  for (const {path, status} of answers) assert.equal(status, 404, path);
  const list = await who.call('GET', '/dossiers?type=child');
  assert.deepEqual([list.status, list.body.total, list.body.items], [200, 0, []]);
  for (const lens of ['mine', 'team', 'all']) {
    const work = await who.call('GET', `/work?lens=${lens}`);
    assert.deepEqual([work.status, work.body.items], [200, []]);
    assert.ok(Object.values(work.body.counts).every((count) => count === 0), work.text);
  }
  assert.ok(!(await who.call('GET', '/export?type=child')).text.includes('Amber Kite'));
}

const write = async (kind, data) => {
  const answer = await worker.call('POST', `/dossiers/${ref}/records`, {kind, data});
  assert.equal(answer.status, 201, answer.text);
  return answer.body.id;
};

before(async () => {
  register = newRegister([
    ['worker', 'CW'], ['guard', 'CW', 'Gate', 'Border Guard'], ['facility', 'DET', 'Gate', 'Border Guard'], ['supervisor', 'SUP'],
  ]);
  service = await serve(register.data);
  [worker, guard, facility, supervisor] = await Promise.all(
    ['worker', 'guard', 'facility', 'supervisor'].map((name) => signIn(service.base, name)),
  );
  ({ref, record} = await openChild(worker));
  await write('custody', custody());
  others = {guard: guard.session.account.id, facility: facility.session.account.id};
  await write('assignment', {account: others.guard, role: 'CW', from: '2026-03-02T10:00:00Z'});
  await write('assignment', {account: others.facility, role: 'DET', from: '2026-03-02T10:00:00Z'});
});
after(async () => {
  await service.stop();
  register.remove();
});

describe('an agency that must not be told', () => {
  let bar;

  it('works on the file until somebody writes down that it must not', async () => {
    assert.equal((await guard.call('GET', `/dossiers/${ref}`)).status, 200);
    const list = await guard.call('GET', '/dossiers?type=child');
    assert.equal(list.body.total, 1);
    assert.ok((await guard.call('GET', '/work')).body.items.length > 0);
    facilityRef = (await facility.call('GET', '/dossiers?type=child')).body.items[0].ref;
    assert.notEqual(facilityRef, ref);
    assert.equal((await facility.call('GET', `/dossiers/${facilityRef}`)).status, 200);
  });

  it('then finds nothing, whatever the role and however the name is written', async () => {
    bar = await write('withholding', {agency: ' BORDER  guard', reason: 'fear_of_harm', note: 'They sent my brother back.', from: '2026-03-02T10:00:00Z'});
    await expectNothing(guard, ref);
    await expectNothing(facility, facilityRef);
    await write('assignment', {account: others.guard, role: 'CW', from: '2026-03-02T10:00:00Z'});
    await expectNothing(guard, ref);
  });

  it('while the others go on and can read why', async () => {
    for (const who of [worker, supervisor]) {
      const file = await who.call('GET', `/dossiers/${ref}`);
      assert.equal(file.status, 200);
      assert.equal(file.body.records.find((one) => one.id === bar).data.note, 'They sent my brother back.');
    }
  });

  it('still after a restart, and until the child says otherwise', async () => {
    await service.stop();
    service = await serve(register.data);
    [worker, guard] = await Promise.all(['worker', 'guard'].map((name) => signIn(service.base, name)));
    await expectNothing(guard, ref);
    const lifted = await worker.call('PATCH', `/dossiers/${ref}/records/${bar}`, {until: new Date().toISOString()}, patch);
    assert.equal(lifted.status, 200, lifted.text);
    assert.equal((await guard.call('GET', `/dossiers/${ref}`)).status, 200);
    assert.equal((await guard.call('GET', '/dossiers?type=child')).body.total, 1);
  });
});

describe('whoever names their own agency', () => {
  it('is answered once, and never again', async () => {
    const own = await openChild(guard);
    assert.equal(own.answer.status, 201, own.answer.text);
    const said = {id: randomUUID(), kind: 'withholding', data: {agency: 'Border Guard', from: '2026-03-02T10:00:00Z'}};
    assert.equal((await guard.call('POST', `/dossiers/${own.ref}/records`, said)).status, 201);
    assert.equal((await guard.call('POST', `/dossiers/${own.ref}/records`, said)).status, 404);
    assert.equal((await guard.call('POST', '/dossiers', own.body)).status, 409);
    assert.ok(!(await guard.call('GET', '/dossiers?type=child')).body.items.some((one) => one.ref === own.ref));
  });
});
