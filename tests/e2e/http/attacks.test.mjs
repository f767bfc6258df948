// Attack classes of docs/threat-model.md, each a named regression test.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {readdirSync, readFileSync, statSync} from 'node:fs';
import {connect} from 'node:net';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {call, newRegister, password, serve, signIn} from '../service.mjs';
import {custody, openChild, registration} from './story.mjs';

let register, service, worker;
before(async () => {
  register = newRegister([['worker', 'CW'], ['victim', 'CW'], ['supervisor', 'SUP']]);
  service = await serve(register.data);
  worker = await signIn(service.base, 'worker');
});
after(async () => {
  await service.stop();
  register.remove();
});

async function browser(name) {
  const answer = await call(service.base, 'POST', '/session', {name, password});
  const cookies = answer.headers.getSetCookie();
  const session = cookies.find((one) => one.startsWith('__Host-session='));
  return {cookies, cookie: session.split(';')[0], csrf: answer.body.csrf};
}

describe('sessions', () => {
  it('a cookie is out of reach of scripts and other sites', async () => {
    const {cookies} = await browser('worker');
    for (const cookie of cookies) {
      for (const flag of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/']) assert.ok(cookie.includes(flag), cookie);
      assert.ok(!/domain=/i.test(cookie));
    }
  });

  it('a change by cookie needs what only our pages know', async () => {
    const {cookie, csrf} = await browser('worker');
    const body = {id: randomUUID(), type: 'child', records: [{kind: 'registration', data: registration()}]};
    const tries = [
      [{cookie}, 403],
      [{cookie, 'x-csrf-token': 'f'.repeat(64)}, 403],
      [{cookie, 'x-csrf-token': csrf, origin: 'https://elsewhere.example'}, 401],
      [{cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site'}, 401],
      [{cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'same-origin', origin: service.base}, 201],
    ];
    for (const [headers, status] of tries) assert.equal((await call(service.base, 'POST', '/dossiers', body, headers)).status, status);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      assert.ok((await call(service.base, 'POST', '/dossiers', JSON.stringify(body), {cookie, 'x-csrf-token': csrf, 'content-type': type})).status >= 400);
  });

  it('signing in ignores a session that was given, and signing out ends it', async () => {
    const planted = '__Host-session=' + 'a'.repeat(64);
    const answer = await call(service.base, 'POST', '/session', {name: 'worker', password}, {cookie: planted});
    const mine = answer.headers.getSetCookie().find((one) => one.startsWith('__Host-session=')).split(';')[0];
    assert.notEqual(mine, planted);
    assert.equal((await call(service.base, 'GET', '/session', undefined, {cookie: planted})).status, 401);
    assert.equal((await call(service.base, 'DELETE', '/session', undefined, {cookie: mine})).status, 403);
    assert.equal((await call(service.base, 'DELETE', '/session', undefined, {cookie: mine, 'x-csrf-token': answer.body.csrf})).status, 204);
    assert.equal((await call(service.base, 'GET', '/session', undefined, {cookie: mine})).status, 401);
  });

  it('guessing stops, and the victim still gets in from a device that has been in before', async () => {
    const first = await call(service.base, 'POST', '/session', {name: 'victim', password});
    const device = first.headers.getSetCookie().find((one) => one.startsWith('__Host-device=')).split(';')[0];
    let refused = 0;
    for (let i = 0; i < 14; ++i) {
      const answer = await call(service.base, 'POST', '/session', {name: 'victim', password: `guess number ${i} of many`});
      if (answer.status === 429) ++refused;
      else assert.equal(answer.status, 401);
    }
    assert.ok(refused >= 1, 'the guesses went on for ever');
    const victim = await call(service.base, 'POST', '/session', {name: 'victim', password}, {cookie: device});
    assert.equal(victim.status, 200, victim.text);
  });

  it('no purpose but the role’s own', async () => {
    for (const purpose of ['Z1', 'Y12', 'Y99']) assert.equal((await worker.call('GET', '/work', undefined, {'x-purpose': purpose})).status, 403);
    assert.equal((await worker.call('GET', '/work', undefined, {'x-purpose': 'Y01'})).status, 200);
  });
});

describe('bodies', () => {
  const post = (text, type = 'application/json') => worker.call('POST', '/dossiers', text, {'content-type': type});

  it('mass assignment, doubled keys, prototypes, depth, huge numbers: refused', async () => {
    const record = `{"kind":"registration","data":${JSON.stringify(registration())}}`;
    const bad = [
      `{"type":"child","records":[${record}],"version":9}`,
      `{"type":"child","type":"child","records":[${record}]}`,
      `{"type":"child","records":[${record.replace('{', '{"__proto__":{},')}]}`,
      `{"type":"child","records":[${record.replace('"data"', '"recorded_by":"x","data"')}]}`,
      '['.repeat(10_000),
      `{"type":"child","records":[{"kind":"registration","data":{"urgency":1e999}}]}`,
      `{"type":"child","records":${'['.repeat(40)}${']'.repeat(40)}}`,
      '{"type":"child","records":[]}trailing',
      '\u0000',
      '',
    ];
    for (const text of bad) {
      const answer = await post(text);
      assert.ok(answer.status >= 400 && answer.status < 500, `${text.slice(0, 60)}: ${answer.status}`);
    }
  });

  it('a body past the limit is refused before it is read', async () => {
    const answer = await worker.call('POST', '/session', 'x'.repeat(70_000), {'content-type': 'application/json'}).catch(() => ({status: 413}));
    assert.equal(answer.status, 413);
  });

  it('paths that are no paths find nothing', async () => {
    const {ref} = await openChild(worker);
    for (const path of [`/dossiers/${ref}%2F..`, `/dossiers/..%2f..%2fetc%2fpasswd`, `/dossiers/${ref}/records/../../`, '/dossiers/%00', `/dossiers/${ref.toUpperCase()}x`]) {
      const answer = await worker.call('GET', path);
      assert.ok([400, 404].includes(answer.status), `${path}: ${answer.status}`);
    }
  });
});

describe('contents', () => {
  it('a formula is a text, in and out: nothing is exported for a spreadsheet', async () => {
    const supervisor = await signIn(service.base, 'supervisor');
    const formulas = ['=1+1', '+1', '-1', '@SUM(1)', '=cmd|\' /C calc\'!A0', '\t=1', '\r=1', '\n=1', '＝1+1', '＋1', '=HYPERLINK("http://elsewhere.example/")', '"=1"', ';=1', ',=1'];
    const {ref} = await openChild(worker, registration({pseudonym: '=1+1'}));
    for (const formula of formulas) {
      const written = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody({order_ref: formula})});
      assert.equal(written.status, 201, written.text);
    }
    const refused = await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody({order_ref: '\u0000=1'})});
    assert.equal(refused.status, 422);
    const file = await worker.call('GET', `/dossiers/${ref}`);
    assert.deepEqual(file.body.records.map((one) => one.data.order_ref).filter(Boolean).sort(), [...formulas].sort());
    for (const accept of ['text/csv', 'application/vnd.ms-excel', '*/*']) {
      const out = await supervisor.call('GET', '/export?type=child', undefined, {accept});
      assert.equal(out.status, 200);
      assert.match(out.headers.get('content-type'), /^application\/x-ndjson/);
      assert.equal(out.headers.get('x-content-type-options'), 'nosniff');
      // Each line is JSON: no cell begins with what a formula begins with.
      for (const line of out.text.trim().split('\n')) assert.ok(line.startsWith('{') && JSON.parse(line));
      const taken = out.text.trim().split('\n').map((line) => JSON.parse(line)).find((one) => one.ref === ref || one.id === ref);
      assert.deepEqual(taken.records.map((one) => one.data.order_ref).filter(Boolean).sort(), [...formulas].sort());
    }
  });

  it('a path that climbs reaches no file, by whatever it is written', async () => {
    const secret = readFileSync(join(register.data, 'signing.pub'), 'utf8').trim();
    const climbs = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..\\', '..%c0%af', '%252e%252e%252f', '....//', '..;/', '/', '%00/'];
    const targets = ['etc/passwd', 'proc/self/environ', register.data.slice(1) + '/signing.pub', 'keyring.json'];
    let tried = 0;
    for (const begin of ['/', '/assets/', '/api/v1/', '/api/v1/dossiers/'])
      for (const climb of climbs)
        for (const target of targets) {
          const {status, text} = await raw(`GET ${begin}${climb.repeat(8)}${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
          assert.ok(![...text.matchAll(/root:|HOMEWARD_|homeward\.keyring/g)].length && !text.includes(secret), `${begin}${climb}${target}`);
          assert.ok([200, 304, 400, 401, 404].includes(status), `${begin}${climb}${target}: ${status}`);
          if (status === 200) assert.match(text, /<!doctype html>/i, `${begin}${climb}${target}`);
          ++tried;
        }
    assert.equal(tried, 4 * climbs.length * targets.length);
  });

  it('doubled, deep, foreign and huge members are each refused with where they are', async () => {
    const record = (data) => `{"kind":"registration","data":${data}}`;
    const open = (records) => `{"id":"${randomUUID()}","type":"child","records":[${records}]}`;
    const own = JSON.stringify(registration());
    for (const [text, where] of [
      [open(record(own.replace('{', '{"sex":"female",'))), /twice|duplicate|JSON/i],
      [open(record(own.replace('{', '{"__proto__":{"may":"all"},'))), /a key of this name is refused/],
      [open(record(own.replace('{', '{"constructor":{"prototype":{}},'))), /a key of this name is refused/],
      [open(record(own.replace('{', '{"recorded_by":"somebody",'))), /recorded_by|no such field/],
      [open(record(own)).replace('"type"', '"version":9,"type"'), /version/],
      [open(record(own)).replace('"type"', '"opened":"1970-01-01T00:00:00Z","type"'), /opened/],
    ]) {
      const answer = await worker.call('POST', '/dossiers', text);
      assert.ok([400, 422].includes(answer.status), `${text.slice(0, 90)}: ${answer.status}`);
      assert.match(answer.text, where);
    }
    const account = (await worker.call('GET', '/session')).body.account.id;
    const raise = await worker.call('PATCH', `/accounts/${account}`, {roles: ['ADM'], gbv_cleared: true}, {'content-type': 'application/merge-patch+json'});
    assert.equal(raise.status, 404);
    assert.equal((await call(service.base, 'POST', '/session', {name: 'worker', password, role: 'ADM'})).status, 401);
    assert.equal((await call(service.base, 'POST', '/session', `{"name":"victim","name":"worker","password":"${password}"}`)).status, 422);
  });

  function raw(bytes) {
    return new Promise((resolve) => {
      const socket = connect(new URL(service.base).port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      socket.on('close', () => resolve({status: Number(text.split(' ')[1]), text}));
      socket.on('error', () => {});
    });
  }
});

describe('somebody who may see much', () => {
  it('cannot carry it all away: 500 files in ten minutes, and no byte of the next', {timeout: 300e3}, async () => {
    const other = newRegister([['hoarder', 'CW'], ['colleague', 'CW']]);
    const running = await serve(other.data);
    const hoarder = await signIn(running.base, 'hoarder');
    const colleague = await signIn(running.base, 'colleague');
    const refs = [];
    while (refs.length < 502) refs.push((await openChild(hoarder)).ref);
    for (const ref of refs.slice(0, 500)) assert.equal((await hoarder.call('GET', `/dossiers/${ref}`)).status, 200);
    const looks = ['', '/findings', '/history'].map((end) => ['GET', `/dossiers/${refs[500]}${end}`]);
    for (const [method, path] of looks) {
      const answer = await hoarder.call(method, path);
      assert.equal(answer.status, 429, path);
      assert.equal(answer.body.type, '/problems/too_many');
      assert.deepEqual(Object.keys(answer.body).sort(), ['detail', 'status', 'title', 'type']);
      const wait = Number(answer.headers.get('retry-after'));
      assert.ok(wait > 60 && wait <= 600, String(wait));
    }
    // What was shown can be looked at again, what is new can be written down, and others go on.
    assert.equal((await hoarder.call('GET', `/dossiers/${refs[0]}`)).status, 200);
    assert.equal((await hoarder.call('POST', `/dossiers/${refs[501]}/records`, {kind: 'custody', data: custody()})).status, 201);
    assert.equal((await hoarder.call('GET', `/dossiers/${randomUUID()}`)).status, 404);
    const {ref} = await openChild(colleague);
    assert.equal((await colleague.call('GET', `/dossiers/${ref}`)).status, 200);
    const metrics = await (await fetch(`${running.base}/metrics`)).text();
    assert.match(metrics, /^homeward_looks_refused 3$/m);
    assert.match(running.log(), /"looks_refused"/);
    assert.ok(!running.log().includes('hoarder'));
    await running.stop();
    other.remove();
  });
});

describe('what lies on the disk and in the log', () => {
  it('no name, code, kind or date of a child in clear', async () => {
    const canary = 'CANARY' + randomUUID().replaceAll('-', '');
    const data = registration({
      pseudonym: `${canary}a`, called: `${canary}b`,
      names: [{parts: [{kind: 'given', text: `${canary}c`}], script: 'Latn'}],
    });
    const {ref} = await openChild(worker, data);
    await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody({order_ref: `${canary}d`})});
    await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody({authority: `${canary}e`})});
    await worker.call('GET', `/dossiers?state=${canary}f`);
    await call(service.base, 'POST', '/session', {name: `${canary}g`, password: `${canary}hhhhhhhh`});
    await worker.call('GET', `/dossiers/${ref}/${canary}i`);
    await worker.call('POST', '/dossiers', `{"x": "${canary}j`);
    const words = [canary, 'registration', 'custody', 'ct_unit', '2010-05', '2026-03-01T22:00', 'سامي'].map((word) => Buffer.from(word));
    const bytes = [Buffer.from(service.log())];
    for (const name of readdirSync(register.data)) {
      const file = join(register.data, name);
      if (statSync(file).isFile()) bytes.push(readFileSync(file));
    }
    assert.ok(bytes.length >= 4);
    for (const word of words) for (const one of bytes) assert.equal(one.indexOf(word), -1, word.toString());
    const control = Buffer.concat([bytes[1], Buffer.from(canary)]);
    assert.ok(control.includes(Buffer.from(canary)), 'the scan would not have found it');
  });
});

describe('many at once', () => {
  it('an import takes what is right, refuses the rest by line, and goes on', async () => {
    const line = (data, id = randomUUID()) => JSON.stringify({id, type: 'child', records: [{id: randomUUID(), kind: 'registration', data}]});
    const lines = [line(registration()), '{nonsense', line(registration({sex: 'robot'})), line(registration())].join('\n');
    const answer = await worker.call('POST', '/import', lines, {'content-type': 'application/x-ndjson'});
    assert.equal(answer.status, 404, 'a caseworker may not import');
  });

  it('writers at the same moment lose nothing', async () => {
    const {ref} = await openChild(worker);
    const ids = Array.from({length: 24}, () => randomUUID());
    const answers = await Promise.all(ids.map((id) => worker.call('POST', `/dossiers/${ref}/records`, {id, kind: 'custody', data: custody()})));
    const written = ids.filter((_, i) => answers[i].status === 201);
    for (const answer of answers) assert.ok([201, 503].includes(answer.status), answer.text);
    const file = await worker.call('GET', `/dossiers/${ref}`);
    const there = new Set(file.body.records.map((record) => record.id));
    for (const id of written) assert.ok(there.has(id));
    assert.ok(written.length > 0);
  });
});
