// Every look is in the journal before anything is shown: random looks of four people at files of their own and of others, each
// found again in its file, in order. HOMEWARD_READS=10000 for a release.
import assert from 'node:assert/strict';
import {randomInt, randomUUID} from 'node:crypto';
import {spawn, spawnSync} from 'node:child_process';
import {after, before, describe, it} from 'node:test';
import {newRegister, program, root, run, serve, signIn} from '../service.mjs';
import {openChild, registration} from './story.mjs';

const looks = Number(process.env.HOMEWARD_READS ?? 200);
const files = 8;
const secret = 'Through the tea house, after dark.';
// Of one account, so many refused looks an hour are written down one by one (Options::refusals_written_max).
const refusals_written_max = 200;
let register, service;
const people = {};
const names = ['worker', 'colleague', 'supervisor', 'stranger'];

before(async () => {
  register = newRegister([['worker', 'CW'], ['colleague', 'CW'], ['supervisor', 'SUP'], ['stranger', 'CW', 'South']]);
  service = await serve(register.data);
  for (const name of names) people[name] = await signIn(service.base, name);
});
after(async () => {
  await service?.stop();
  register.remove();
});
const verify = () => JSON.parse(run(['verify', '--data', register.data, '--json']).stdout);

const patch = {'content-type': 'application/merge-patch+json'};
/** A way to look: what the journal calls it, and how it is asked. The last two are writes that write nothing and show what is there. */
const ways = [
  ['read', (at) => ['GET', `/dossiers/${at.ref}`]],
  ['findings', (at) => ['GET', `/dossiers/${at.ref}/findings?all=true`]],
  ['history', (at) => ['GET', `/dossiers/${at.ref}/history`]],
  ['reads', (at) => ['GET', `/dossiers/${at.ref}/reads?limit=1`]],
  ['reveal', (at) => ['POST', `/dossiers/${at.ref}/records/${at.record}/reveal`, {fields: ['reach_safely'], reason: 'To agree on a visit.'}]],
  ['export', () => ['GET', '/export?type=child&limit=100']],
  ['list', () => ['GET', '/dossiers?type=child']],
  ['work', () => ['GET', '/work']],
  ['findings', (at) => ['PATCH', `/dossiers/${at.ref}/records/${at.record}`, {}, {...patch, 'if-match': '"2"'}]],
  ['read', (at) => ['PATCH', `/dossiers/${at.ref}/records/${at.record}`, {urgency: 'U3'}, {...patch, 'if-match': '"1"'}]],
];
/** A file with a change, so that one from before it conflicts. */
async function openChanged(data) {
  const child = await openChild(people.worker, data);
  const answer = await people.worker.call('PATCH', `/dossiers/${child.ref}/records/${child.record}`, {urgency: 'U2'}, {...patch, 'if-match': '"1"'});
  assert.equal(answer.status, 200, answer.text);
  return child;
}

/** All that a file says of who looked, oldest first. */
async function readsOf(who, ref) {
  const all = [];
  for (let next = ''; next !== null; ) {
    const page = await who.call('GET', `/dossiers/${ref}/reads?limit=500${next && `&before=${next}`}`);
    assert.equal(page.status, 200, page.text);
    all.push(...page.body.reads);
    next = page.body.next;
  }
  return all.reverse().map((one) => `${one.what} ${one.actor.name}`);
}

describe('a look', () => {
  it(`is written down before it is shown, each of ${looks}, and what was refused is not among them`, {timeout: 2 * 3600e3}, async (test) => {
    const children = [];
    for (let i = 0; i < files; ++i) children.push(await openChanged(registration({reach_safely: secret, pseudonym: `Amber Kite ${i}`})));
    const account = people.colleague.session.account.id;
    for (const child of children.slice(0, files / 2))
      assert.equal((await people.worker.call('POST', `/dossiers/${child.ref}/records`, {kind: 'assignment', data: {account, role: 'CW', from: '2026-03-02T09:00:00Z'}})).status, 201);
    const expected = new Map(children.map((child) => [child.ref, []]));
    const by = {}; const refused = Object.fromEntries(names.map((name) => [name, 0]));
    const before = verify().entries;
    let [answered, entries] = [0, 0];
    for (let i = 0; i < looks; ++i) {
      // Nobody's session is to end by its age; one that is used does not idle.
      if (i % 5000 === 4999) for (const name of names) people[name] = await signIn(service.base, name);
      const name = names[randomInt(names.length)];
      const child = randomInt(10) === 0 ? {ref: randomUUID(), record: randomUUID()} : children[randomInt(files)];
      const [what, ask] = ways[randomInt(ways.length)];
      const answer = await people[name].call(...ask(child));
      if (answer.status === 404) {
        ++refused[name]; by[`${name} ${ask.toString().slice(0,60)}`] = (by[`${name} ${ask.toString().slice(0,60)}`] ?? 0) + 1;
        assert.ok(!answer.text.includes('Amber') && !answer.text.includes(secret));
        continue;
      }
      // Whoever may only read is not told what it conflicts with.
      if (answer.status === 403 && name === 'supervisor') {
        assert.ok(!answer.text.includes('Amber'));
        continue;
      }
      assert.ok(answer.status === 200 || answer.body?.theirs, `${name} ${what}: ${answer.text}`);
      ++answered;
      const shown = what === 'export' ? answer.text.split('\n').filter((line) => line.includes('"ref"')).map((line) => JSON.parse(line).ref) : ['list', 'work'].includes(what) ? [] : [child.ref];
      for (const ref of shown) expected.get(ref).push(`${what} ${name}`);
      entries += ['list', 'work'].includes(what) ? 1 : shown.length;
    }
    const signIns = Math.floor(looks / 5000) * names.length;
    const written = Object.values(refused).reduce((sum, count) => sum + Math.min(count, refusals_written_max), 0);
    console.log("DIFF", verify().entries - before, entries, written, JSON.stringify(refused), JSON.stringify(by)); for (const [ref, should] of expected) { const is = await readsOf(people.worker, ref); let i = 0; while (i < is.length && is[i] === should[i]) ++i; console.log(i, is.length, should.length, is.slice(i, i+3), should.slice(i, i+3)); }
    assert.equal(verify().entries - before, entries + written + signIns, 'entries of the whole journal');
    for (const [ref, should] of expected) assert.deepEqual(await readsOf(people.worker, ref), should);
    assert.equal(verify().clean, true);
    const all = Object.values(refused).reduce((a, b) => a + b);
    assert.ok(answered > looks / 3 && all > looks / 20);
    test.diagnostic(`${looks} looks: ${answered} answered with ${entries} entries in ${files} files and the register's own chain, ${all} refused`);
  });

  it('shows not a byte while it cannot be written down', {skip: spawnSync('strace', ['-V']).status !== 0 && 'strace is not installed'}, async (test) => {
    const child = await openChanged(registration({reach_safely: secret, pseudonym: 'Amber Kite'}));
    const {token} = people.worker.session;
    await service.stop();
    const trace = ['-D', '-f', '-q', '-o', '/dev/null', '-e', 'inject=pwrite64:error=ENOSPC:when=30+'];
    const process = spawn('strace', [...trace, program, 'serve', '--data', register.data, '--listen', '127.0.0.1:0'], {cwd: root, stdio: ['ignore', 'pipe', 'ignore']});
    const base = await new Promise((resolve) => process.stdout.on('data', (chunk) => resolve(String(chunk).match(/http:\/\/[^/\s]+/)[0])));
    const ended = new Promise((resolve) => process.on('close', resolve));
    let nothing = 0;
    for (let i = 0; i < 200; ++i) {
      // A caseworker may not take files out, journal or no journal.
      const [what, ask] = ways.filter(([name]) => name !== 'export')[i % (ways.length - 1)];
      const [method, path, body, headers] = ask(child);
      const response = await fetch(`${base}/api/v1${path}`, {method, body: body && JSON.stringify(body), headers: {authorization: `Bearer ${token}`, ...(body && {'content-type': 'application/json'}), ...headers}});
      const text = await response.text();
      // Once there is no room any more there is none for any look.
      if (response.status === 200 || response.status === 409) assert.equal(nothing, 0, what);
      else {
        assert.equal(response.status, 503, `${what}: ${text}`);
        assert.ok(response.headers.get('retry-after'));
        assert.ok(!text.includes('Amber') && !text.includes(secret) && !text.includes(child.ref), text);
        ++nothing;
      }
    }
    process.kill('SIGTERM');
    await ended;
    service = await serve(register.data);
    for (const name of names) people[name] = await signIn(service.base, name);
    assert.ok(nothing > 50, `${nothing}`);
    assert.equal(verify().clean, true);
    test.diagnostic(`${nothing} looks without room: 503, nothing shown`);
  });
});
