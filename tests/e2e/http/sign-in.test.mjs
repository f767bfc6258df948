// Attack classes on signing in, each a named regression test: guessing, telling who exists, and sessions that outlive their reason.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {request} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {call, newRegister, password, program, root, run, serve, signIn} from '../service.mjs';
import {openChild} from './story.mjs';

const guesses_max = 10;
let register, service, keeper;
before(async () => {
  register = newRegister([['keeper', 'ADM', 'Office'], ...['worker', 'victim', 'other', 'crowded', 'gone', 'moved'].map((name) => [name, 'CW'])]);
  service = await serve(register.data);
  keeper = await signIn(service.base, 'keeper');
});
after(async () => {
  await service.stop();
  register.remove();
});

/** A sign-in from another address of this machine: [status, headers, text]. */
function from(address, name, secret, headers = {}) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({name, password: secret});
    const sent = request(service.base + '/api/v1/session', {method: 'POST', localAddress: address, headers: {'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers}});
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({status: response.statusCode, headers: response.headers, text}));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const alive = async (who) => (await who.call('GET', '/session')).status === 200;
const change = (id, body) => keeper.call('PATCH', `/accounts/${id}`, body, {'content-type': 'application/merge-patch+json'});

describe('guessing', () => {
  it('of one account is answered ten times an hour, and the victim gets in and stays in', async () => {
    const victim = await signIn(service.base, 'victim');
    const answers = [];
    for (let i = 0; i < guesses_max + 5; ++i) answers.push((await from('127.0.0.66', 'victim', `guess number ${i} of many`)).status);
    assert.deepEqual(answers, [...Array(guesses_max).fill(401), ...Array(5).fill(429)]);
    // Even the right one is not told from there any more.
    const right = await from('127.0.0.66', 'victim', password);
    assert.equal(right.status, 429);
    assert.ok(Number(right.headers['retry-after']) > 3500 && Number(right.headers['retry-after']) <= 3601);
    assert.ok(await alive(victim), 'the session that the victim has');
    assert.equal((await from('127.0.0.1', 'victim', password)).status, 200, 'from where the victim was before');
    assert.ok(await alive(victim));
  });

  it('from many addresses is the same ten', async () => {
    const answers = [];
    for (let i = 0; i < guesses_max + 3; ++i) answers.push((await from(`127.0.1.${i + 1}`, 'other', `guess ${i} from elsewhere`)).status);
    assert.deepEqual(answers, [...Array(guesses_max).fill(401), ...Array(3).fill(429)]);
  });

  // One password tried on everybody. HOMEWARD_GUESSES=full: on a thousand names, as for a release.
  it('of many names is answered a hundred times an hour, and locks nobody out', {timeout: 1800e3}, async () => {
    const names = Array.from({length: process.env.HOMEWARD_GUESSES === 'full' ? 1000 : 120}, (_, i) => (i % 20 === 3 ? ['worker', 'crowded', 'moved'][(i / 20 | 0) % 3] : `somebody ${i}`));
    const answers = [];
    for (const name of names) answers.push((await from('127.0.3.1', name, 'Springtime-2026')).status);
    assert.deepEqual(answers, [...Array(100).fill(401), ...Array(names.length - 100).fill(429)]);
    // Not even the right one any more, for a name that it never got in with; the others are as free as before.
    assert.equal((await from('127.0.3.1', 'worker', password)).status, 429);
    for (const name of ['worker', 'crowded', 'moved']) assert.equal((await from('127.0.3.2', name, password)).status, 200, name);
  });

  it('forty times at one moment is no more than ten', async () => {
    const answers = await Promise.all(Array.from({length: 40}, (_, i) => from(`127.0.2.${i % 4 + 1}`, 'crowded', `guess ${i} at once`)));
    const statuses = answers.map((one) => one.status);
    // Who finds no turn among those that compute is told 503, and has not guessed.
    const guessed = statuses.filter((one) => one === 401).length;
    assert.ok(guessed > 0 && guessed <= guesses_max, statuses.join(' '));
    assert.ok(statuses.every((one) => [401, 429, 503].includes(one)), statuses.join(' '));
  });

  it('with a made-up device is no other budget', async () => {
    const answers = [];
    for (let i = 0; i < 3; ++i) answers.push((await from('127.0.0.68', 'other', 'one more guess', {cookie: `__Host-device=${String(i).repeat(64)}`})).status);
    assert.deepEqual(answers, [429, 429, 429]);
  });
});

describe('who exists', () => {
  it('is not told by what is answered', async () => {
    const {body} = await keeper.call('GET', '/accounts');
    assert.equal((await change(body.accounts.find((one) => one.name === 'gone').id, {disabled: true})).status, 200);
    const looks = ({status, headers, text}) => ({status, text, headers: Object.entries(headers).filter(([name]) => !['date', 'x-request-id'].includes(name))});
    const known = looks(await from('127.0.0.70', 'worker', 'not the password'));
    assert.equal(known.status, 401);
    for (const name of ['nobody at all', 'gone', 'Worker2', 'x'.repeat(100)]) assert.deepEqual(looks(await from('127.0.0.70', name, 'not the password')), known, name);
    assert.deepEqual(looks(await from('127.0.0.70', 'gone', password)), known, 'a disabled account with its password');
  });

  it('is not told by the work done for it: one Argon2 computation for whoever asks', {skip: spawnSync('strace', ['-V']).status !== 0 && 'strace is not installed'}, async () => {
    // Each computation takes its 64 MiB anew, so they can be counted, where a time could only be guessed at.
    const folder = mkdtempSync(join(tmpdir(), 'homeward-count-'));
    const trace = join(folder, 'trace');
    await service.stop();
    const child = spawn('strace', ['-D', '-f', '-q', '--seccomp-bpf', '-o', trace, '-e', 'trace=mmap', program, 'serve', '--data', register.data, '--listen', '127.0.0.1:0'], {cwd: root, stdio: ['ignore', 'pipe', 'ignore']});
    const base = await new Promise((resolve) => child.stdout.on('data', (chunk) => resolve(String(chunk).match(/http:\/\/[^/\s]+/)[0])));
    const count = () => readFileSync(trace, 'utf8').split('\n').filter((line) => Number(line.match(/mmap\(NULL, (\d+)/)?.[1] ?? 0) >= 64 << 20 && line.includes('MAP_ANON') && line.includes('PROT_READ|PROT_WRITE')).length;
    const ask = async (name, secret) => {
      const before = count();
      const {status} = await call(base, 'POST', '/session', {name, password: secret});
      return [status, count() - before];
    };
    const worked = {
      right: await ask('worker', password), wrong: await ask('worker', 'not the password'), unknown: await ask('nobody at all', 'not the password'),
      disabled: await ask('gone', password), none: await ask('worker', ''), limited: await ask('other', 'a guess'),
    };
    child.kill('SIGTERM');
    await new Promise((resolve) => child.on('close', resolve));
    rmSync(folder, {recursive: true});
    service = await serve(register.data);
    keeper = await signIn(service.base, 'keeper');
    assert.deepEqual(worked, {right: [200, 1], wrong: [401, 1], unknown: [401, 1], disabled: [401, 1], none: [401, 1], limited: [429, 1]});
  });
});

describe('a session', () => {
  const cookieOf = (answer) => answer.headers.getSetCookie().find((one) => one.startsWith('__Host-session=')).split(';')[0];
  const enter = (headers) => call(service.base, 'POST', '/session', {name: 'worker', password}, headers);
  const seen = async (cookie) => (await call(service.base, 'GET', '/session', undefined, {cookie})).status;

  it('is another one after each sign-in, and the one before ends', async () => {
    const first = cookieOf(await enter());
    const second = cookieOf(await enter({cookie: first}));
    assert.notEqual(second, first);
    assert.deepEqual([await seen(first), await seen(second)], [401, 200]);
    // A sign-in that fails ends nothing: nobody is thrown out by a page that tries.
    const failed = await call(service.base, 'POST', '/session', {name: 'worker', password: 'not the password'}, {cookie: second});
    assert.deepEqual([failed.status, await seen(second)], [401, 200]);
  });

  it('that was planted is never taken up', async () => {
    const planted = `__Host-session=${'a'.repeat(64)}`;
    assert.notEqual(cookieOf(await enter({cookie: planted})), planted);
    assert.equal(await seen(planted), 401);
    assert.equal(await seen(`${planted}; __Host-session=${'b'.repeat(64)}`), 401);
  });

  it('ends at once with the sign-out, a new password, a lost role, a closed account', async () => {
    const {body} = await keeper.call('GET', '/accounts');
    const moved = body.accounts.find((one) => one.name === 'moved');
    const out = await signIn(service.base, 'moved');
    assert.equal((await out.call('DELETE', '/session')).status, 204);
    assert.equal(await alive(out), false);
    const [here, elsewhere] = [await signIn(service.base, 'moved'), await signIn(service.base, 'moved')];
    assert.equal((await here.call('PUT', '/session/password', {old: password, new: 'another long password'})).status, 204);
    assert.deepEqual([await alive(here), await alive(elsewhere)], [false, false]);
    const again = async () => {
      const answer = await call(service.base, 'POST', '/session', {name: 'moved', password: 'another long password', as: 'program'});
      return {call: (method, path, sent) => call(service.base, method, path, sent, {authorization: `Bearer ${answer.body.token}`})};
    };
    const worked = await again();
    assert.equal((await change(moved.id, {roles: ['LAW']})).status, 200);
    assert.equal(await alive(worked), false);
    const last = await again();
    assert.ok(await alive(last));
    assert.equal((await change(moved.id, {disabled: true})).status, 200);
    assert.equal(await alive(last), false);
  });

  it('is of use to nobody as the table has it', async () => {
    const worker = await signIn(service.base, 'worker');
    const {token} = worker.session;
    const bytes = ['homeward.db', 'homeward.db-wal'].map((name) => readFileSync(join(register.data, name)));
    for (const form of [Buffer.from(token), Buffer.from(token, 'hex')]) for (const one of bytes) assert.equal(one.indexOf(form), -1);
    for (const other of [token.slice(0, -1), token + '0', token.toUpperCase() === token ? 'x' : token.toUpperCase(), token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')])
      assert.equal((await call(service.base, 'GET', '/session', undefined, {authorization: `Bearer ${other}`})).status, 401, other);
  });
});

describe('another site', () => {
  it('changes nothing by any call, however it asks', async () => {
    const answer = await call(service.base, 'POST', '/session', {name: 'worker', password});
    const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('__Host-session=')).split(';')[0];
    const {csrf} = answer.body;
    const child = await openChild(await signIn(service.base, 'worker'));
    const document = (await call(service.base, 'GET', '/openapi.json')).body;
    const count = async () => JSON.parse(run(['verify', '--data', register.data, '--json']).stdout).entries;
    const before = await count();
    const ways = [
      {}, {'x-csrf-token': ''}, {'x-csrf-token': 'f'.repeat(64)}, {'x-csrf-token': csrf, origin: 'https://elsewhere.example'}, {'x-csrf-token': csrf, origin: 'null'},
      {'x-csrf-token': csrf, origin: service.base + '.elsewhere.example'}, {'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site'}, {'x-csrf-token': csrf, 'sec-fetch-site': 'same-site'},
    ];
    let tried = 0;
    for (const [path, methods] of Object.entries(document.paths))
      for (const method of Object.keys(methods).filter((one) => ['post', 'put', 'patch', 'delete'].includes(one))) {
        const real = path.replace('{ref}', child.ref).replace('{id}', child.record).replace('{act}', 'share');
        const signsIn = path.endsWith('/session') && method === 'post';
        for (const way of ways)
          for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/merge-patch+json', 'application/x-ndjson']) {
            if (signsIn && !way.origin && !way['sec-fetch-site']) continue;
            const sent = method === 'delete' ? undefined : JSON.stringify(signsIn ? {name: 'worker', password} : {});
            const got = await call(service.base, method.toUpperCase(), real, sent, {cookie, 'content-type': type, ...way});
            assert.ok([401, 403].includes(got.status), `${method} ${path} ${JSON.stringify(way)} as ${type}: ${got.status} ${got.text}`);
            ++tried;
          }
      }
    assert.ok(tried > 300, `${tried}`);
    assert.equal(await count(), before);
    assert.equal(await seenBy(cookie), 200);
  });
  const seenBy = async (cookie) => (await call(service.base, 'GET', '/session', undefined, {cookie})).status;

  it('is told nothing that a script of its own could read', async () => {
    const worker = await signIn(service.base, 'worker');
    for (const path of ['/session', '/work', '/dossiers?type=child', '/export?type=child', '/openapi.json', `/dossiers/${randomUUID()}`]) {
      const {headers} = await worker.call('GET', path, undefined, {origin: 'https://elsewhere.example'}).catch(() => ({headers: new Headers()}));
      for (const name of headers.keys()) assert.ok(!name.startsWith('access-control-'), name);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.match(headers.get('cross-origin-resource-policy') ?? '', /same-origin/);
    }
    const preflight = await call(service.base, 'OPTIONS', '/dossiers', undefined, {origin: 'https://elsewhere.example', 'access-control-request-method': 'POST'});
    assert.equal(preflight.status, 405);
  });
});
