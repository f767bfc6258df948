// The first whole path, over HTTP, against the real program.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {call, newRegister, run, serve, signIn} from '../service.mjs';
import {custody, openChild, registration} from './story.mjs';

let register, service, worker, other, lawyer, facility, admin, supervisor;

before(async () => {
  register = newRegister([
    ['worker', 'CW'], ['other', 'CW', 'South'], ['lawyer', 'LAW'], ['facility', 'DET'], ['admin', 'ADM'], ['supervisor', 'SUP'],
  ]);
  service = await serve(register.data);
  [worker, other, lawyer, facility, admin, supervisor] = await Promise.all(
    ['worker', 'other', 'lawyer', 'facility', 'admin', 'supervisor'].map((name) => signIn(service.base, name)),
  );
});
after(async () => {
  await service.stop();
  register.remove();
});

describe('a child is registered and held', () => {
  it('answers with findings: running, breached and what cannot be judged', async () => {
    const {ref, answer} = await openChild(worker);
    assert.equal(answer.status, 201, answer.text);
    const held = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody()});
    assert.equal(held.status, 201, held.text);
    const file = await worker.call('GET', `/dossiers/${ref}`);
    assert.equal(file.status, 200);
    const outcomes = new Set(file.body.findings.map((finding) => finding.outcome));
    for (const outcome of ['breached', 'unknown']) assert.ok(outcomes.has(outcome), outcome);
    const judge = file.body.findings.find((finding) => finding.safeguard === 'JE-01');
    assert.equal(judge.outcome, 'breached');
    assert.equal(judge.due, '2026-03-02T19:00:00Z');
    assert.ok(judge.source.length > 0 && judge.basis.length > 0 && judge.remedy.title);
    const unknown = file.body.findings.find((finding) => finding.outcome === 'unknown' && !finding.limited);
    assert.ok(unknown.missing.length > 0);
  });

  it('whoever reports a questioning without a lawyer sees at once what it breaches', async () => {
    const {ref} = await openChild(worker);
    const asked = {started: '2026-03-02T01:00:00+03:00', by: 'ct_unit', purpose: 'investigation_child', lawyer: 'no', support_person: 'no', language: 'ara', av_recorded: 'no', statement: 'confession'};
    const answer = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'questioning', data: asked});
    assert.equal(answer.status, 201, answer.text);
    const file = await worker.call('GET', `/dossiers/${ref}`);
    const finding = file.body.findings.find((one) => one.safeguard === 'JB-04');
    assert.deepEqual([finding.outcome, finding.severity, finding.limited, finding.record], ['breached', 'critical', false, answer.body.id]);
    const theirs = await supervisor.call('GET', `/dossiers/${ref}`);
    assert.ok(theirs.body.findings.every((one) => one.safeguard !== 'JB-04' || one.limited), 'a supervisor is told, and sees no more');
  });

  it('stores a fact that leaves required answers out, and lists the gaps', async () => {
    const {ref} = await openChild(worker);
    const held = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: {authority: 'military'}});
    assert.equal(held.status, 201, held.text);
    const file = await worker.call('GET', `/dossiers/${ref}`);
    const record = file.body.records.find((one) => one.kind === 'custody');
    assert.ok(record.incomplete.includes('started'));
  });

  it('refuses a wrong shape with its place, and stores nothing', async () => {
    const {ref} = await openChild(worker);
    const bad = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody({authority: 'polise'})});
    assert.equal(bad.status, 422);
    assert.equal(bad.body.errors[0].pointer, '/data/authority');
    const file = await worker.call('GET', `/dossiers/${ref}`);
    assert.equal(file.body.records.filter((one) => one.kind === 'custody').length, 0);
  });
});

describe('a retried request', () => {
  it('changes nothing and answers the same', async () => {
    const first = await openChild(worker);
    const again = await worker.call('POST', '/dossiers', first.body);
    assert.equal(again.status, 201);
    assert.deepEqual(again.body.records, first.answer.body.records);
    assert.equal(again.body.version, first.answer.body.version);
    const record = {id: randomUUID(), kind: 'custody', data: custody()};
    const one = await worker.call('POST', `/dossiers/${first.ref}/records`, record);
    const two = await worker.call('POST', `/dossiers/${first.ref}/records`, record);
    assert.deepEqual([two.status, two.body.id, two.body.version], [one.status, one.body.id, one.body.version]);
    const history = await worker.call('GET', `/dossiers/${first.ref}/history`);
    assert.equal(history.body.entries.filter((entry) => entry.record === record.id).length, 1);
  });

  it('with the same id and other content is a conflict', async () => {
    const first = await openChild(worker);
    const other_content = {...first.body, records: [{...first.body.records[0], data: registration({urgency: 'U2'})}]};
    assert.equal((await worker.call('POST', '/dossiers', other_content)).status, 409);
  });
});

describe('amending', () => {
  const patch = (ref, id, version, body) =>
    worker.call('PATCH', `/dossiers/${ref}/records/${id}`, body, {'content-type': 'application/merge-patch+json', 'if-match': `"${version}"`});

  it('merges fields that do not overlap and shows both sides of those that do', async () => {
    const {ref} = await openChild(worker);
    const held = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody()});
    const id = held.body.id;
    const one = await patch(ref, id, 1, {order_ref: 'A 1'});
    assert.equal(one.status, 200, one.text);
    const two = await patch(ref, id, 1, {distance_km: 40});
    assert.deepEqual([two.status, two.body.merged, two.body.version], [200, true, 3]);
    const three = await patch(ref, id, 1, {order_ref: 'B 2'});
    assert.equal(three.status, 409);
    assert.deepEqual(three.body.conflicts, ['/order_ref']);
    assert.equal(three.body.mine.order_ref, 'B 2');
    assert.equal(three.body.theirs.order_ref, 'A 1');
  });

  it('asks for the version', async () => {
    const {ref, record} = await openChild(worker);
    const answer = await worker.call('PATCH', `/dossiers/${ref}/records/${record}`, {urgency: 'U2'}, {'content-type': 'application/merge-patch+json'});
    assert.equal(answer.status, 428);
  });
});

describe('who may see', () => {
  it('forbidden and absent answer alike', async () => {
    const {ref} = await openChild(worker);
    for (const who of [other, lawyer, admin]) {
      const forbidden = await who.call('GET', `/dossiers/${ref}`);
      const absent = await who.call('GET', `/dossiers/${randomUUID()}`);
      assert.equal(forbidden.status, 404);
      assert.equal(forbidden.text, absent.text);
    }
  });

  it('a lawyer who is assigned sees the justice side and not what the child has not opened', async () => {
    const {ref} = await openChild(worker);
    const colleagues = await worker.call('GET', '/colleagues');
    const account = colleagues.body.colleagues.find((one) => one.name === 'lawyer').id;
    const assigned = await worker.call('POST', `/dossiers/${ref}/records`, {
      kind: 'assignment', data: {account, role: 'LAW', from: '2026-03-02T10:00:00Z'},
    });
    assert.equal(assigned.status, 201, assigned.text);
    const file = await lawyer.call('GET', `/dossiers/${ref}`);
    assert.equal(file.status, 200, file.text);
    assert.ok(!JSON.stringify(file.body.records).includes('سامي'));
    assert.ok(file.body.withheld.some((one) => one.category === 'D01'));
  });

  it('a place of detention that holds a child cannot let itself into the file', async () => {
    const {ref} = await openChild(worker);
    const colleagues = await worker.call('GET', '/colleagues');
    const account = colleagues.body.colleagues.find((one) => one.name === 'facility').id;
    await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'assignment', data: {account, role: 'DET', from: '2026-03-02T10:00:00Z'}});
    const list = await facility.call('GET', '/dossiers?type=child');
    const theirs = list.body.items[0].ref;
    assert.notEqual(theirs, ref, 'the justice side has a reference of its own');
    assert.equal((await facility.call('GET', `/dossiers/${ref}`)).status, 404);
    assert.equal((await facility.call('GET', `/dossiers/${theirs}`)).status, 200);
    const permission = {given_by: 'child', account, role: 'DET', categories: ['D01', 'D04'], purpose: 'Y12', from: '2026-03-02T10:00:00Z', until: '2027-03-02T10:00:00Z', child_told: 'yes'};
    assert.equal((await facility.call('POST', `/dossiers/${theirs}/records`, {kind: 'permission', data: permission})).status, 404);
    const mine = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'permission', data: {...permission, role: 'LAW', account: undefined}});
    assert.equal(mine.status, 201, mine.text);
  });

  it('every look is written down and shown', async () => {
    const {ref} = await openChild(worker);
    await worker.call('GET', `/dossiers/${ref}`);
    await supervisor.call('GET', `/dossiers/${ref}`);
    const reads = await supervisor.call('GET', `/dossiers/${ref}/reads`);
    assert.equal(reads.status, 200, reads.text);
    const names = reads.body.reads.map((read) => read.actor.name);
    assert.ok(names.includes('worker') && names.includes('supervisor'));
  });
});

describe('acts', () => {
  it('a safeguard that is breached blocks the act and says why', async () => {
    const {ref} = await openChild(worker);
    await worker.call('POST', `/dossiers/${ref}/records`, {
      kind: 'age_assessment',
      data: {requested: '2026-03-03T08:00:00Z', requested_by: 'prosecutor', prior_steps_exhausted: 'no', consent: 'no'},
    });
    const blocked = await worker.call('POST', `/dossiers/${ref}/acts/book_age_exam`, {reasons: 'An authority asks for it.'});
    assert.equal(blocked.status, 409, blocked.text);
    assert.match(blocked.body.type, /blocked$/);
    assert.ok(blocked.body.findings.some((finding) => finding.safeguard === 'JA-06'));
  });
});

describe('lists and work', () => {
  it('show overdue clocks first and only what is one’s own', async () => {
    const {ref} = await openChild(worker);
    await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody()});
    const work = await worker.call('GET', '/work?limit=200');
    assert.equal(work.status, 200, work.text);
    assert.ok(work.body.items.some((item) => item.ref === ref && item.safeguard === 'JE-01'));
    assert.ok(work.body.counts.overdue > 0);
    const outcomes = work.body.items.map((item) => (item.outcome === 'breached' ? 0 : 1));
    assert.deepEqual(outcomes, [...outcomes].sort());
    const list = await worker.call('GET', '/dossiers?type=child&limit=200');
    assert.ok(list.body.items.some((item) => item.ref === ref && item.label === 'Amber Kite 314'));
    assert.ok(!(await other.call('GET', '/dossiers?type=child')).body.items.some((item) => item.ref === ref));
  });
});

describe('the service', () => {
  it('describes itself and is well', async () => {
    assert.equal((await call(service.base, 'GET', '/healthz')).status, 200);
    assert.equal((await call(service.base, 'GET', '/readyz')).status, 200);
    const document = (await call(service.base, 'GET', '/openapi.json')).body;
    assert.equal(document.openapi, '3.1.0');
  });

  it('gives each role the pack that it may use', async () => {
    const mine = await worker.call('GET', '/pack?lang=en');
    assert.ok(mine.body.kinds.some((kind) => kind.kind === 'registration'));
    const again = await worker.call('GET', '/pack?lang=en', undefined, {'if-none-match': mine.headers.get('etag')});
    assert.equal(again.status, 304);
    const theirs = await admin.call('GET', '/pack?lang=en');
    assert.ok(!theirs.body.kinds.some((kind) => kind.kind !== 'act'), 'an administrator sees no form about a child');
  });

  it('answers a wrong password and an unknown name alike', async () => {
    const wrong = await call(service.base, 'POST', '/session', {name: 'worker', password: 'not this password'});
    const nobody = await call(service.base, 'POST', '/session', {name: 'nobody at all', password: 'not this password'});
    assert.equal(wrong.status, 401);
    assert.equal(wrong.text, nobody.text);
  });

  it('stops when asked, keeps what it said, and verifies without a key', async () => {
    const {ref} = await openChild(worker);
    const ended = await service.stop();
    assert.equal(ended.code, 0, service.log());
    const verified = JSON.parse(run(['verify', '--data', register.data, '--json']).stdout);
    assert.equal(verified.clean, true);
    assert.equal(verified.after_checkpoint, 0);
    service = await serve(register.data);
    worker = await signIn(service.base, 'worker');
    assert.equal((await worker.call('GET', `/dossiers/${ref}`)).status, 200);
  });

  it('refuses the wrong key without a partial start', async () => {
    const wrong = newRegister([]);
    const started = run(['serve', '--data', register.data, '--key-file', wrong.data + '.key', '--listen', '127.0.0.1:0'], {fails: true});
    assert.notEqual(started.status, 0);
    wrong.remove();
  });
});
