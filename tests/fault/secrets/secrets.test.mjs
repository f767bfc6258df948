// Nothing of a child in clear at rest: a canary in every field of every form, in names, passwords, queries and in what is
// refused, looked for in all that the program leaves behind. Swap is out of a test's reach: docs/operations.md.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {existsSync, readFileSync, readdirSync, readlinkSync} from 'node:fs';
import {request} from 'node:http';
import {connect} from 'node:net';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {call, root} from '../../e2e/service.mjs';
import {loadPolicy} from '../../e2e/http/oracle.mjs';
import {custody, registration} from '../../e2e/http/story.mjs';
import {Canaries, filesIn, findIn, formsOf, noise} from './canary.mjs';
import {Place, has} from './place.mjs';

const policy = loadPolicy(join(root, 'roadmap'));
const place = new Place();
const canaries = new Canaries();
const word = (label) => canaries.word(label);
const statuses = new Set();
let people, schemaWords;
after(() => place.remove());

const secret = word('a password');
const passwordFile = place.file('password', secret + '\n');

/** One line of an import: a file with a record of every form, every question answered. */
function everyForm(account) {
  const add = (kind, data) => ({id: randomUUID(), kind, data, recorded_at: '2026-03-02T09:00:00Z'});
  const records = Object.values(policy.kinds).map((kind) => add(kind.kind, canaries.answers(policy.codes, kind.fields, kind.kind)));
  records.push(add(policy.members, {account, role: 'SUP', from: '2026-03-02T09:00:00Z'}));
  return {id: randomUUID(), type: 'child', records};
}

function makePeople() {
  const add = (name, role) => {
    const done = place.run(['user', 'add', name, '--role', role, '--team', people.team, '--agency', people.agency, '--password-file', passwordFile]);
    assert.equal(done.status, 0, done.stderr);
  };
  people = {team: word('a team'), agency: word('an agency'), worker: word('a name to sign in'), supervisor: word('another name')};
  add(people.worker, 'CW');
  add(people.supervisor, 'SUP');
  place.run(['user', 'add', 'gone ' + word('a name'), '--role', 'CW', '--password-file', passwordFile]);
}

async function signIn(service, name) {
  const answer = await call(service.base, 'POST', '/session', {name, password: secret, as: 'program'});
  assert.equal(answer.status, 200, answer.text);
  const auth = {authorization: `Bearer ${answer.body.token}`};
  const ask = async (method, path, body, headers) => {
    const got = await call(service.base, method, path, body, {...auth, ...headers});
    statuses.add(got.status);
    return got;
  };
  return {call: ask, id: answer.body.account.id, token: answer.body.token};
}

/** What somebody may write: the fields by form. */
async function formsToWrite(who) {
  const {kinds} = (await who.call('GET', '/pack')).body;
  const writable = (fields) => fields.filter((field) => field.may === 'write').map((field) => (field.fields ? {...field, fields: writable(field.fields)} : field));
  return Object.fromEntries(kinds.filter((kind) => kind.may === 'write' && kind.kind !== policy.written).map((kind) => [kind.kind, writable(kind.fields)]));
}

/** Every way to be refused, with canaries in what is refused. */
async function beRefused(service, worker, ref, record) {
  const bare = async (method, path, body, headers) => statuses.add((await call(service.base, method, path, body, headers)).status);
  const patch = {'content-type': 'application/merge-patch+json'};
  await bare('POST', '/session', {name: word('a wrong name'), password: word('a wrong password')});
  await bare('POST', '/session', {name: people.worker, password: word('a wrong password of somebody')});
  await bare('POST', '/session', {name: people.worker, password: secret, [word('an unknown member')]: 1});
  await bare('GET', '/dossiers', undefined, {authorization: `Bearer ${word('a token')}`, cookie: `__Host-session=${word('a cookie')}`, 'user-agent': word('a browser'), referer: `http://x/${word('a page')}`});
  for (const [method, path, body, headers] of [
    ['GET', `/dossiers?type=${word('a type')}&state=${word('a state')}&after=${word('a cursor')}&limit=${word('a limit')}`],
    ['GET', `/dossiers?type=child&q=${word('a search')}&name=${encodeURIComponent(canaries.arabic)}`],
    ['GET', `/work?lens=${word('a lens')}&lang=${word('a language')}`],
    ['GET', `/dossiers/${word('a file')}/${word('a part')}`],
    ['GET', `/dossiers/${ref}/history?record=${word('a record')}&before=${word('a place')}`],
    ['GET', `/${word('a path')}?${word('a key')}=${word('a value')}`],
    ['DELETE', `/dossiers/${ref}?x=${word('a query')}`],
    ['GET', '/work', undefined, {'x-purpose': word('a purpose')}],
    ['POST', '/dossiers', `{"broken ${word('a broken body')}`],
    ['POST', '/dossiers', {[word('a member')]: word('its value')}],
    ['POST', '/dossiers', word('a form'), {'content-type': 'application/x-www-form-urlencoded'}],
    ['POST', '/dossiers', word('a body of another type'), {'content-type': `text/${word('a media type')}`}],
    ['POST', '/session', `{"name":"${word('a long body')}${'x'.repeat(80_000)}"}`],
    ['POST', `/dossiers/${ref}/records`, {kind: word('a kind'), data: {}}],
    ['POST', `/dossiers/${ref}/records`, {kind: 'custody', data: {[word('a field')]: word('its answer')}}],
    ['POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody({authority: word('a code'), started: word('a time')})}],
    ['POST', `/dossiers/${ref}/acts/${word('an act')}`, {reasons: word('a reason')}],
    ['POST', `/dossiers/${ref}/acts/close_case`, {reasons: word('a reason to close')}],
    ['POST', `/dossiers/${ref}/records/${record}/reveal`, {fields: [word('a field to reveal')], reason: word('a reason to reveal')}],
    ['POST', `/dossiers/${ref}/records/${record}/reveal`, {fields: ['reach_safely'], reason: word('a reason that is kept')}],
    ['PATCH', `/dossiers/${ref}/records/${record}`, {pseudonym: word('an amendment')}, {...patch, 'if-match': '"1"'}],
    ['PATCH', `/dossiers/${ref}/records/${record}`, {pseudonym: word('a conflict')}, {...patch, 'if-match': '"1"'}],
    ['PATCH', `/dossiers/${ref}/records/${record}`, {pseudonym: word('no version')}, patch],
    ['PATCH', `/dossiers/${ref}/records/${record}`, {pseudonym: word('a wrong version')}, {...patch, 'if-match': word('a version')}],
    ['POST', `/import?job=${word('a job')}&line=${word('a line')}`, word('an import'), {'content-type': 'application/x-ndjson'}],
    ['PUT', '/session/password', {old: word('an old password'), new: word('a new password')}],
    ['POST', '/accounts', {name: word('an account'), password: word('its password'), roles: ['CW']}],
  ]) await worker.call(method, path, body, headers);
  for (let i = 0; i < 11; ++i) await bare('POST', '/session', {name: people.supervisor, password: word('a guess')});
  await sendRaw(service, `GET /api/v1/${word('an absolute target')} HTTP/1.1\r\nHost: x\r\nHost: ${word('a second host')}\r\n\r\n`);
  await sendRaw(service, `${word('a method')} /x HTTP/1.1\r\nHost: x\r\n${word('a header')}: ${word('a value of it')}\r\n folded\r\n\r\n`);
  await sendRaw(service, `GET /${word('a long target')}${'y'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await hangUp(service, worker.token);
}

/** Bytes that our own client would not send; the status of what comes back. */
function sendRaw(service, bytes) {
  return new Promise((resolve) => {
    const socket = connect(new URL(service.base).port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('close', () => (statuses.add(Number(text.split(' ')[1])), resolve()));
    socket.on('error', () => {});
  });
}
/** Goes away in the middle of a body. */
function hangUp(service, token) {
  return new Promise((resolve) => {
    const sent = request(service.base + '/api/v1/dossiers', {method: 'POST', headers: {'content-type': 'application/json', 'content-length': 5000, authorization: `Bearer ${token}`}});
    sent.on('error', resolve);
    sent.write(`{"type":"${word('half a body')}`, () => setImmediate(() => sent.destroy()));
    sent.on('close', resolve);
  });
}

/** Everywhere that the program could have left something: [where, what was found]. */
function lookEverywhere() {
  const found = ['data', 'tmp', 'work', 'home'].flatMap((name) => findIn(canaries, join(place.folder, name)));
  for (const name of ['witness', 'refused.ndjson'])
    if (existsSync(join(place.folder, name))) found.push(...canaries.hits(readFileSync(join(place.folder, name))).map((hit) => `${name}: ${hit}`));
  for (const {what, out, err} of place.said) {
    // Who asks for the accounts is told their names.
    const texts = what === 'user list' ? [err] : [out, err];
    for (const text of texts) found.push(...canaries.hits(Buffer.from(text)).map((hit) => `output of ${what}: ${hit}`));
  }
  return found;
}
const nothing = () => assert.deepEqual(lookEverywhere(), []);

before(() => {
  assert.equal(place.run(['init']).status, 0);
  // What the tables themselves are called stands in every register.
  schemaWords = Buffer.concat(filesIn(place.data).map((file) => readFileSync(file)));
  makePeople();
});

describe('the scan', () => {
  it('finds a word in each form, and nothing in noise', () => {
    for (const text of [canaries.mark + '000q', canaries.arabic])
      for (const [form, bytes] of Object.entries(formsOf(text))) {
        const buried = Buffer.concat([noise().subarray(0, 1001), bytes, noise().subarray(0, 17)]);
        assert.ok(canaries.hits(buried).length > 0, form);
      }
    assert.deepEqual(canaries.hits(noise()), []);
    assert.deepEqual(canaries.clear(noise()), []);
  });
});

describe('what a register leaves behind', () => {
  let service, worker, ref, record, accounts;

  it('by its commands holds no name and no password', () => {
    const listed = place.run(['user', 'list']);
    assert.ok(listed.stdout.includes(people.worker), 'the list of accounts would have shown the name');
    accounts = listed.stdout;
    nothing();
  });

  it('while it serves, is asked for much and refuses more holds nothing', async () => {
    service = await place.serve();
    worker = await signIn(service, people.worker);
    const supervisor = await signIn(service, people.supervisor);
    people.supervisorId = supervisor.id;
    record = randomUUID();
    const forms = await formsToWrite(worker);
    const data = {...canaries.answers(policy.codes, forms.registration, 'over HTTP'), birth: registration().birth};
    const opened = await worker.call('POST', '/dossiers', {id: randomUUID(), type: 'child', records: [{id: record, kind: 'registration', data}]});
    assert.equal(opened.status, 201, opened.text);
    ref = opened.body.ref;
    for (const [kind, fields] of Object.entries(forms)) {
      if (kind === 'registration') continue;
      const written = await worker.call('POST', `/dossiers/${ref}/records`, {kind, data: canaries.answers(policy.codes, fields, `over HTTP, ${kind}`)});
      assert.equal(written.status, 201, `${kind}: ${written.text}`);
    }
    await worker.call('POST', `/dossiers/${ref}/records`, {kind: 'assignment', data: {account: supervisor.id, role: 'SUP', from: '2026-03-02T09:00:00Z'}});
    await beRefused(service, worker, ref, record);
    const line = JSON.stringify({id: randomUUID(), type: 'child', records: [{id: randomUUID(), kind: 'registration', data: registration({sex: word('a refused line')})}]});
    await supervisor.call('POST', '/import', `${line}\n{"broken": "${word('a broken line')}"`, {'content-type': 'application/x-ndjson'});
    for (const path of ['/work', '/export?type=child', `/dossiers/${ref}`, `/dossiers/${ref}/reads`, `/dossiers/${ref}/history`]) assert.equal((await supervisor.call('GET', path)).status, 200);
    nothing();
    const links = readdirSync(`/proc/${service.child.pid}/fd`).map((one) => readlinkSync(`/proc/${service.child.pid}/fd/${one}`));
    const outside = links.filter((link) => link.startsWith('/') && !link.startsWith(place.data) && link !== '/dev/null' && link !== place.witness);
    assert.deepEqual(outside, [], 'a file that is open elsewhere');
  });

  it('after kill -9, with a log that was not emptied, holds nothing', async () => {
    await service.stop('SIGKILL');
    assert.ok(filesIn(place.data).some((file) => file.endsWith('-wal') && readFileSync(file).length > 0));
    nothing();
  });

  it('after every form was brought in, and lines refused, holds nothing', () => {
    const dossier = everyForm(people.supervisorId);
    const bad = (data) => ({...dossier, id: randomUUID(), records: [{id: randomUUID(), kind: 'registration', data}]});
    const lines = [
      dossier, `{"broken ${word('a broken line of a file')}`, bad(registration({sex: word('a wrong code')})), bad(registration({received: word('a wrong time')})),
      bad(registration({birth: {born: word('a wrong date'), basis: 'x'}})), bad(registration({names: word('no name')})),
      {...dossier, id: word('no id')}, {...dossier, id: randomUUID(), type: word('no type')}, bad({...registration(), no_such_field: word('its answer')}),
      {...dossier, id: randomUUID(), records: [{id: randomUUID(), kind: word('no kind'), data: {}}]}, {...bad(registration()), no_such_member: word('its value')},
    ];
    const file = place.file('children.ndjson', lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + '\n');
    const refused = join(place.folder, 'refused.ndjson');
    const taken = place.run(['import', file, '--refused', refused, '--json']);
    assert.deepEqual(JSON.parse(taken.stdout), {taken: 1, unchanged: 0, refused: lines.length - 1}, taken.stdout + taken.stderr + readFileSync(refused));
    assert.equal(place.run(['import', place.file('again.ndjson', readFileSync(file, 'utf8') + '\n')]).status, 1);
    assert.ok(filesIn(place.data).some((path) => /board-.*\.sealed$/.test(path) && readFileSync(path).length > 1000), 'the lists were kept');
    nothing();
  });

  it('and in a file that is written plainly every word would be found', (test) => {
    const out = join(place.folder, 'out.ndjson');
    const done = place.run(['export', out, '--type', 'child', '--as', people.supervisor, '--password-file', passwordFile]);
    assert.equal(done.status, 0, done.stderr);
    const shown = readFileSync(out);
    assert.ok(canaries.hits(shown).length > 0);
    const labels = new Set(canaries.clear(shown).filter((label) => label.includes('.')));
    // The supervisor sees the protection side; each of its forms must be among what is found.
    const kinds = new Set([...labels].map((label) => label.split('.')[0]));
    test.diagnostic(`${canaries.words.length} canaries, ${labels.size} fields of ${kinds.size} forms in the exported file`);
    assert.ok(labels.size > 80 && kinds.size > 15, `${labels.size} fields of ${kinds.size} forms`);
    nothing();
  });

  it('when there is no room holds nothing', {skip: !has('strace') && 'strace is not installed'}, async () => {
    const trace = ['strace', '-D', '-f', '-q', '-o', '/dev/null', '-e', 'inject=pwrite64:error=ENOSPC:when=40+'];
    const full = await place.serve({before: trace});
    assert.ok(full.base, full.said.err);
    const writer = await signIn(full, people.worker);
    for (let i = 0; i < 60 && !statuses.has(507); ++i)
      await writer.call('POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody({order_ref: word('no room')})});
    await full.stop('SIGKILL');
    nothing();
  });

  it('and every way to be refused was taken', (test) => {
    test.diagnostic(`statuses: ${[...statuses].sort().join(' ')}`);
    for (const status of [400, 401, 403, 404, 405, 409, 413, 422, 428, 429, 431, 507]) assert.ok(statuses.has(status), `${status} was not answered`);
  });

  it('in a backup holds nothing', () => {
    const [data, keys] = ['copy', 'copy.keys'].map((name) => join(place.folder, name));
    const made = place.run(['backup', data, '--keys', keys, '--witness', place.witness]);
    assert.equal(made.status, 0, made.stderr);
    assert.ok(filesIn(data).some((file) => file.endsWith('.db')) && filesIn(keys).some((file) => file.endsWith('.db')));
    assert.deepEqual([...findIn(canaries, data), ...findIn(canaries, keys)], []);
    nothing();
  });

  it('of the pack names no form and no field', (test) => {
    const bytes = Buffer.concat(filesIn(place.data).map((file) => readFileSync(file)));
    const words = new Set([...Object.keys(policy.kinds), ...Object.values(policy.kinds).flatMap((kind) => kind.fields.map((field) => field.id)), ...Object.values(policy.codes).flat()]);
    const long = [...words].filter((one) => one.length > 7 && !schemaWords.includes(one));
    assert.ok(long.length > 300);
    assert.deepEqual(long.filter((one) => bytes.includes(one)), []);
    test.diagnostic(`${long.length} words of the pack looked for`);
    assert.ok(accounts.length > 0);
  });

  it('writes no file but its own', {skip: !has('strace') && 'strace is not installed'}, () => {
    const trace = join(place.folder, 'trace');
    const strace = ['strace', '-f', '-q', '-o', trace, '-e', 'trace=open,openat,openat2,creat,memfd_create,rename,renameat,renameat2,link,linkat,symlink'];
    place.run(['user', 'password', people.worker, '--password-file', passwordFile], {strace});
    const written = readFileSync(trace, 'utf8').split('\n').filter((line) => !/open/.test(line) || /O_WRONLY|O_RDWR|O_CREAT/.test(line))
      .map((line) => line.match(/(\w+)\([^"]*"([^"]*)"/)).filter(Boolean).map((found) => found[2]);
    assert.ok(written.some((path) => path.startsWith(place.data)), 'the trace would have shown it');
    assert.deepEqual(written.filter((path) => !path.startsWith(place.data) && !path.startsWith('/dev/')), []);
    for (const name of ['tmp', 'work', 'home']) assert.deepEqual(readdirSync(join(place.folder, name)), [], name);
  });
});
