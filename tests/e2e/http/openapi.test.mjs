// The description that the service gives of itself is clean to a linter that others use, and true of what it answers.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {after, before, describe, it} from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import {call, newRegister, password, serve, signIn} from '../service.mjs';
import {custody, registration} from './story.mjs';

const here = dirname(fileURLToPath(import.meta.url));
let register, service, description;

before(async () => {
  register = newRegister([['worker', 'CW'], ['colleague', 'CW'], ['lawyer', 'LAW'], ['supervisor', 'SUP'], ['keeper', 'ADM']]);
  service = await serve(register.data);
  description = (await call(service.base, 'GET', '/openapi.json')).body;
});
after(async () => {
  await service?.stop();
  register.remove();
});

it('OpenAPI 3.1, linted without an error or a warning', () => {
  const file = join(register.folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(description));
  const redocly = join(here, '../node_modules/@redocly/cli/bin/cli.js');
  const lint = spawnSync(process.execPath, [redocly, 'lint', '--format=json', '--extends=recommended', file], {
    encoding: 'utf8', cwd: register.folder, env: {...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true'},
  });
  const found = JSON.parse(lint.stdout);
  assert.deepEqual(found.problems.map((one) => `${one.ruleId}: ${one.message}`), []);
});

/** Every object that names its members has no others: what is sent is described. */
function closed(schema) {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const out = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema.type === 'object' && schema.properties !== undefined ? {...out, additionalProperties: false} : out;
}

describe('what is answered', () => {
  const used = new Set();
  const faults = new Set();
  let asked = 0;
  let ajv, operations;
  before(() => {
    ajv = new Ajv({strict: false, allErrors: true});
    addFormats(ajv);
    ajv.addSchema({$id: 'service', components: closed(description.components)});
    operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).filter(([method]) => method !== 'parameters').map(([method, operation]) => ({
        ...operation, method: method.toUpperCase(), path: new RegExp(`^${path.replace(/\{[^}]*\}/g, '[^/]+')}$`),
      })));
  });
  const resolved = (one) => (one.$ref ? one.$ref.slice(2).split('/').reduce((at, key) => at[key], description) : one);

  /** Calls as somebody, and holds the answer against what is described for it. */
  async function ask(who, method, path, body, headers, status) {
    const answer = who ? await who.call(method, path, body, headers) : await call(service.base, method, path, body, headers);
    const plain = (path.startsWith('/healthz') || path.startsWith('/readyz') || path.startsWith('/metrics') ? path : `/api/v1${path}`).split('?')[0];
    const operation = operations.find((one) => one.method === method && one.path.test(plain));
    assert.ok(operation, `${method} ${plain} is described`);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    used.add(operation.operationId);
    ++asked;
    const response = resolved(operation.responses[answer.status] ?? assert.fail(`${operation.operationId} ${answer.status} is described`));
    const type = (answer.headers.get('content-type') ?? '').split(';')[0];
    if (answer.text === '') return assert.equal(response.content, undefined);
    const described = response.content?.[type] ?? assert.fail(`${operation.operationId} ${answer.status}: ${type} is described`);
    const validate = ajv.compile(JSON.parse(JSON.stringify(closed(described.schema)).replaceAll('"#/', '"service#/')));
    for (const one of type === 'application/x-ndjson' ? answer.text.trim().split('\n').map((line) => JSON.parse(line)) : [answer.body ?? answer.text])
      if (!validate(one))
        for (const {instancePath, message, params} of validate.errors) faults.add(`${operation.operationId} ${answer.status}: ${instancePath.replace(/\/\d+/g, '/*')} ${message} ${JSON.stringify(params)}`);
    return answer;
  }

  it('is as it is described, for every operation', async (test) => {
    const [worker, lawyer, supervisor, keeper] = await Promise.all(['worker', 'lawyer', 'supervisor', 'keeper'].map((name) => signIn(service.base, name)));
    const patch = {'content-type': 'application/merge-patch+json'};
    // Signing in, and accounts.
    const session = await ask(null, 'POST', '/session', {name: 'colleague', password, as: 'program'}, {}, 200);
    await ask(null, 'POST', '/session', {name: 'colleague', password: 'a wrong one, in short'}, {}, 401);
    await ask(null, 'POST', '/session', {name: 'colleague', password: 'x'.repeat(300)}, {}, 422);
    await ask(null, 'GET', '/session', undefined, {}, 401);
    await ask(worker, 'GET', '/session', undefined, {}, 200);
    await ask(worker, 'GET', '/pack?lang=ar', undefined, {}, 200);
    await ask(worker, 'GET', '/colleagues', undefined, {}, 200);
    await ask(worker, 'GET', '/accounts', undefined, {}, 404);
    const made = await ask(keeper, 'POST', '/accounts', {name: 'newcomer', password, roles: ['CW'], team: 'North', agency: 'Agency'}, {}, 201);
    await ask(keeper, 'POST', '/accounts', {name: 'newcomer', password, roles: ['CW'], team: 'North', agency: 'Agency'}, {}, 409);
    await ask(keeper, 'PATCH', `/accounts/${made.body.id}`, {team: 'South'}, patch, 200);
    await ask(keeper, 'GET', '/accounts', undefined, {}, 200);
    // A child's file.
    const data = registration({reach_safely: 'Through the tea house, after dark.'});
    const opening = {id: randomUUID(), type: 'child', records: [{id: randomUUID(), kind: 'registration', data}]};
    const child = (await ask(worker, 'POST', '/dossiers', opening, {}, 201)).body;
    await ask(worker, 'POST', '/dossiers', {type: 'child', records: [{kind: 'registration', data: {sex: 'robot'}}]}, {}, 422);
    const [{id: record}] = child.records;
    const account = lawyer.session.account.id;
    await ask(worker, 'POST', `/dossiers/${child.ref}/records`, {kind: 'assignment', data: {account, role: 'LAW', from: '2026-03-02T09:00:00Z'}}, {}, 201);
    await ask(worker, 'POST', `/dossiers/${child.ref}/records`, {kind: 'custody', data: custody({ended: '2026-02-01T22:00:00+03:00'})}, {}, 201);
    await ask(worker, 'POST', `/dossiers/${child.ref}/records`, {kind: 'nothing', data: {}}, {}, 422);
    await ask(worker, 'PATCH', `/dossiers/${child.ref}/records/${record}`, {urgency: 'U2'}, {...patch, 'if-match': '"1"'}, 200);
    await ask(worker, 'PATCH', `/dossiers/${child.ref}/records/${record}`, {urgency: 'U3'}, {...patch, 'if-match': '"1"'}, 409);
    await ask(worker, 'PATCH', `/dossiers/${child.ref}/records/${record}`, {urgency: 'U3'}, patch, 428);
    await ask(worker, 'POST', `/dossiers/${child.ref}/records/${record}/reveal`, {fields: ['reach_safely'], reason: 'To agree on a visit.'}, {}, 200);
    await ask(worker, 'POST', `/dossiers/${child.ref}/records/${record}/reveal`, {fields: ['urgency'], reason: 'To agree on a visit.'}, {}, 422);
    for (const who of [worker, supervisor]) {
      await ask(who, 'GET', `/dossiers/${child.ref}`, undefined, {}, 200);
      await ask(who, 'GET', `/dossiers/${child.ref}/findings?all=true`, undefined, {}, 200);
      await ask(who, 'GET', '/dossiers?type=child', undefined, {}, 200);
      await ask(who, 'GET', '/work', undefined, {}, 200);
    }
    const {ref} = (await ask(lawyer, 'GET', '/dossiers?type=child', undefined, {}, 200)).body.items[0];
    await ask(lawyer, 'GET', `/dossiers/${ref}`, undefined, {}, 200);
    await ask(worker, 'GET', `/dossiers/${child.ref}/history?limit=1`, undefined, {}, 200);
    await ask(worker, 'GET', `/dossiers/${child.ref}/history`, undefined, {}, 200);
    await ask(worker, 'GET', `/dossiers/${child.ref}/reads?limit=1`, undefined, {}, 200);
    await ask(worker, 'GET', `/dossiers/${child.ref}/reads`, undefined, {}, 200);
    await ask(worker, 'GET', `/dossiers/${randomUUID()}`, undefined, {}, 404);
    await ask(worker, 'POST', `/dossiers/${child.ref}/records`, {kind: 'age_assessment', data: {requested: '2026-03-03T08:00:00Z', requested_by: 'prosecutor', prior_steps_exhausted: 'no', consent: 'no'}}, {}, 201);
    const said = {reasons: 'It is agreed.'};
    await ask(worker, 'POST', `/dossiers/${child.ref}/acts/book_age_exam`, said, {}, 409);
    await ask(worker, 'POST', `/dossiers/${child.ref}/acts/no_such_act`, said, {}, 404);
    const acts = (await worker.call('GET', '/pack')).body.acts.filter((one) => one.may && one.on_file !== false);
    const done = acts.find(({act}) => act !== 'book_age_exam').act;
    await ask(worker, 'POST', `/dossiers/${child.ref}/acts/${done}`, said, {}, 201);
    // Many at once.
    await ask(supervisor, 'GET', '/export?type=child&limit=1', undefined, {}, 200);
    const lines = [JSON.stringify({type: 'child', records: [{kind: 'registration', data: registration()}]}), '{nonsense'].join('\n');
    await ask(supervisor, 'POST', '/import?line=1', lines, {'content-type': 'application/x-ndjson'}, 200);
    // The service itself.
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) await ask(null, 'GET', path, undefined, {}, 200);
    await ask(worker, 'PUT', '/session/password', {old: password, new: 'another long password'}, {}, 204);
    await ask(null, 'DELETE', '/session', undefined, {authorization: `Bearer ${session.body.token}`}, 204);
    assert.deepEqual([...faults], []);
    assert.deepEqual(operations.map((one) => one.operationId).filter((id) => !used.has(id)), []);
    test.diagnostic(`${used.size} operations, ${asked} answers`);
  });
});
