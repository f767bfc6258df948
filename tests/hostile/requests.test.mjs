// Requests that were good once, mutated in every way that mutants.mjs knows, against the real
// program: it lives, it answers each with what is described, and shows nothing of a file that is
// not the caller's. HOMEWARD_HOSTILE=10000 for a release, against the build with sanitizers;
// HOMEWARD_HOSTILE_SEED for other mutations.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {call, newRegister, password, serve, signIn} from '../e2e/service.mjs';
import {custody, openChild, registration} from '../e2e/http/story.mjs';
import {mutant} from './mutants.mjs';
import {answersIn, bytesOf, dice, exchange} from './wire.mjs';

const count = Number(process.env.HOMEWARD_HOSTILE ?? 400);
const seed = Number(process.env.HOMEWARD_HOSTILE_SEED ?? 7);
const side_by_side = 8;
const refusals = new Set([400, 401, 403, 404, 405, 409, 413, 415, 417, 421, 422, 428, 429, 431, 503, 505, 507]);
const canary = 'CANARY' + randomUUID().replaceAll('-', '');

let register, service, world;

/** Calls of the description that are not yet among the good requests. */
async function missingOperations(requests) {
  const {paths} = (await call(service.base, 'GET', '/openapi.json')).body;
  const have = new Set(requests.map((one) => one.name));
  return Object.values(paths).flatMap((path) => Object.values(path)).map((one) => one.operationId).filter((name) => name && !have.has(name));
}

async function makeWorld() {
  const worker = await signIn(service.base, 'worker');
  const victim = await signIn(service.base, 'victim');
  const importer = await signIn(service.base, 'importer');
  const administrator = await signIn(service.base, 'administrator');
  const mine = await openChild(worker);
  const hidden = await openChild(victim, registration({pseudonym: `${canary}a`, called: `${canary}b`, names: [{parts: [{kind: 'given', text: `${canary}c`}], script: 'Latn'}]}));
  await victim.call('POST', `/dossiers/${hidden.ref}/records`, {kind: 'custody', data: custody({order_ref: `${canary}d`})});
  const account = (await administrator.call('POST', '/accounts', {name: 'scratch', password, roles: ['CW'], team: 'North', agency: 'Agency'})).body;
  assert.ok(account.id);

  const requests = [];
  const host = new URL(service.base).host;
  const add = (name, who, method, target, body, type = 'application/json', more = []) => {
    const headers = [['Host', host]];
    if (who) headers.push(['Authorization', `Bearer ${who.session.token}`]);
    headers.push(...more);
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    if (text !== undefined) headers.push(['Content-Type', type], ['Content-Length', String(Buffer.byteLength(text))]);
    requests.push({name, method, target: /^\/(healthz|readyz|metrics)/.test(target) ? target : `/api/v1${target}`, version: 'HTTP/1.1', headers, body: text});
  };
  const lines = [0, 1].map(() => JSON.stringify({id: randomUUID(), type: 'child', records: [{id: randomUUID(), kind: 'registration', data: registration()}]})).join('\n');
  // A changed method makes a good sign-out of a look at the session, so that has sessions of its own.
  const [brief, other] = [await signIn(service.base, 'brief'), await signIn(service.base, 'brief')];
  for (const ref of [mine.ref, hidden.ref]) {
    add('readDossier', worker, 'GET', `/dossiers/${ref}`);
    add('listFindings', worker, 'GET', `/dossiers/${ref}/findings?all=true`);
    add('listHistory', worker, 'GET', `/dossiers/${ref}/history?limit=5`);
    add('listReads', worker, 'GET', `/dossiers/${ref}/reads?limit=5`);
    add('addRecord', worker, 'POST', `/dossiers/${ref}/records`, {kind: 'custody', data: custody()}, 'application/json', [['X-Purpose', 'Y01']]);
    const record = ref === mine.ref ? mine.record : hidden.record;
    add('amendRecord', worker, 'PATCH', `/dossiers/${ref}/records/${record}`, {language: 'fra', names: [{parts: [{kind: 'given', text: 'A'}], script: 'Latn'}]}, 'application/merge-patch+json', [['If-Match', '"1"']]);
    add('revealFields', worker, 'POST', `/dossiers/${ref}/records/${record}/reveal`, {fields: ['names'], reason: 'a visit'});
    add('doAct', worker, 'POST', `/dossiers/${ref}/acts/close`, {id: randomUUID(), reasons: 'it is over'});
  }
  add('openDossier', worker, 'POST', '/dossiers', {type: 'child', records: [{kind: 'registration', data: registration()}, {kind: 'custody', data: custody()}]});
  add('listDossiers', worker, 'GET', '/dossiers?type=child&limit=10');
  add('listWork', worker, 'GET', '/work?lens=mine&limit=10');
  add('getPack', worker, 'GET', '/pack?lang=fr');
  add('listColleagues', worker, 'GET', '/colleagues');
  add('whoAmI', brief, 'GET', '/session');
  add('signIn', undefined, 'POST', '/session', {name: 'nobody at all', password: 'long enough to be one', as: 'program'});
  add('signOut', brief, 'DELETE', '/session');
  add('changePassword', other, 'PUT', '/session/password', {old: 'not the old one', new: 'long enough to be new'});
  add('importLines', importer, 'POST', '/import', lines, 'application/x-ndjson');
  add('exportLines', worker, 'GET', '/export?type=child&limit=5');
  add('listAccounts', administrator, 'GET', '/accounts');
  add('createAccount', administrator, 'POST', '/accounts', {id: randomUUID(), name: 'another', password: 'short', roles: ['CW'], team: 'T', agency: 'A', gbv_cleared: false});
  add('changeAccount', administrator, 'PATCH', `/accounts/${account.id}`, {team: 'South', disabled: false}, 'application/merge-patch+json');
  for (const [name, target] of [['getOpenapi', '/openapi.json'], ['getHealth', '/healthz'], ['getReady', '/readyz'], ['getMetrics', '/metrics']]) add(name, undefined, 'GET', target);
  return {requests, ids: [mine.ref, mine.record, hidden.ref, hidden.record, account.id], worker};
}

/** What must hold of whatever came back; the answers. */
function judge(sent, bytes) {
  assert.equal(bytes.indexOf(canary), -1, 'it shows something of another file');
  // The last answer to a request that was HEAD, or became it, has no body.
  let answers;
  try {
    answers = answersIn(bytes);
  } catch (error) {
    if (!/^HEAD/.test(sent.bytes.subarray(0, 4).toString('latin1'))) throw error;
    answers = answersIn(bytes, {headOnly: true});
  }
  for (const [i, {status, headers, closes}] of answers.entries()) {
    assert.ok(status < 400 || refusals.has(status), `answered ${status}`);
    assert.ok(headers.get('x-request-id'));
    if (status === 503) assert.ok(headers.get('retry-after'));
    if (closes) assert.equal(i, answers.length - 1, 'it went on after an answer that closes');
  }
  // Each holds one request. What is left of one that was misread is refused, never answered as another.
  assert.ok(answers.filter(({status}) => status < 400).length <= 1, 'one request got two answers');
  assert.ok(answers.length <= 2, `${answers.length} answers`);
  if (answers.length === 2) assert.ok(answers[1].status >= 400 && answers[1].closes);
  return answers;
}

before(async () => {
  register = newRegister([['worker', 'CW'], ['victim', 'CW', 'South', 'Elsewhere'], ['importer', 'SUP'], ['administrator', 'ADM'], ['brief', 'CW']]);
  service = await serve(register.data, ['--connections-per-address', '100']);
  world = await makeWorld();
});
after(async () => {
  await service.stop();
  register.remove();
});

describe('hostile requests', () => {
  it('start from good ones, one for each call of the description', async () => {
    assert.deepEqual(await missingOperations(world.requests), []);
    for (const request of world.requests) {
      const answers = judge({bytes: bytesOf(request)}, await exchange(service.base, bytesOf(request)));
      assert.equal(answers.length, 1, request.name);
      assert.ok(answers[0].status < 500 && answers[0].status !== 400, `${request.name}: ${answers[0].status} ${answers[0].body}`);
    }
    // Control: the file of the canary shows it to its owner, so the search can find it.
    const victim = await signIn(service.base, 'victim');
    assert.ok((await victim.call('GET', `/dossiers/${world.ids[2]}`)).text.includes(canary));
  });

  it(`${count} mutations leave it whole`, {timeout: 3600e3}, async () => {
    const statuses = new Map();
    const ways = new Map();
    const luck = dice(seed);
    let next = 0;
    let silent = 0;
    const work = async () => {
      while (next < count) {
        const number = next++;
        const sent = mutant(luck, world);
        try {
          const answers = judge(sent, await exchange(service.base, sent.bytes));
          if (answers.length === 0) ++silent;
          for (const {status} of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
          ways.set(sent.way, (ways.get(sent.way) ?? 0) + 1);
        } catch (error) {
          error.message = `mutation ${number} of seed ${seed} (${sent.name}, ${sent.way}): ${error.message}\n${sent.bytes.subarray(0, 2000)}`;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({length: side_by_side}, work));
    assert.equal((await call(service.base, 'GET', '/healthz')).status, 200);
    assert.equal((await world.worker.call('GET', '/session')).status, 200, 'the worker was signed out');
    const {code, signal} = await service.stop();
    const log = service.log();
    assert.equal(log.match(/(AddressSanitizer|LeakSanitizer|runtime error).*/)?.[0], undefined, log.slice(-4000));
    assert.equal(code, 0, `it ended with ${code} ${signal}`);
    assert.ok(!/"event":"net\.(handler_threw|unsendable_answer|session_threw|worker_threw)"/.test(log), 'something threw');
    const seen = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}: ${times}`).join(', ');
    // eslint-disable-next-line no-console
    console.log(`# ${count} mutations of ${world.requests.length} requests: ${seen}; closed without an answer: ${silent}`);
    assert.ok(statuses.get(400) > 0 && statuses.get(422) > 0, 'the mutations do not reach both gates');
  });
});
