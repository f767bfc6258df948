// Directus on PostgreSQL: one process of Node 22 as its image runs it, with its cache off or on.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fields} from './cases.mjs';
import {free_port, postgres, run, start, until} from './machine.mjs';

const admin = 'admin-token-of-the-bench-only';
const token = 'worker-token-of-the-bench-only';
const page = 25;
const batch = 200;

function settings(place, port, database, cached) {
  return {
    PATH: `${join(place, 'node/node_modules/node/bin')}:/usr/bin:/bin`,
    NODE_ENV: 'production', LOG_STYLE: 'raw', LOG_LEVEL: 'warn', HOST: '127.0.0.1', PORT: String(port), TELEMETRY: 'false',
    KEY: 'key-of-the-bench-only', SECRET: 'secret-of-the-bench-only-and-long-enough',
    ADMIN_EMAIL: 'admin@example.org', ADMIN_PASSWORD: 'password-of-the-bench-only', ADMIN_TOKEN: admin,
    DB_CLIENT: 'pg', DB_HOST: '127.0.0.1', DB_PORT: String(database.port), DB_DATABASE: 'directus', DB_USER: 'postgres', DB_PASSWORD: 'none',
    CACHE_ENABLED: String(cached), CACHE_AUTO_PURGE: String(cached), CACHE_STATUS_HEADER: 'x-cache',
    // It answers 503 as soon as its one thread is busy; a load that is to be measured keeps it so.
    PRESSURE_LIMITER_ENABLED: 'false',
  };
}

async function ask(base, method, path, body, bearer = admin) {
  const headers = {authorization: `Bearer ${bearer}`, 'content-type': 'application/json'};
  const answer = await fetch(base + path, {method, headers, body: body && JSON.stringify(body)});
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Directus ${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** The collection of cases, and a caseworker who may add, see and change cases. */
async function model(base) {
  const text = (field) => ({field, type: 'string', schema: {max_length: 255}});
  const id = {field: 'id', type: 'uuid', schema: {is_primary_key: true}, meta: {special: ['uuid']}};
  const owner = {field: 'owner', type: 'uuid', schema: {is_indexed: true}, meta: {special: ['user-created']}};
  const since = {field: 'created', type: 'timestamp', meta: {special: ['date-created']}};
  const received = {field: 'received', type: 'timestamp'};
  const others = fields.map(([name]) => name).filter((name) => name !== 'received').map(text);
  await ask(base, 'POST', '/collections', {collection: 'cases', schema: {}, meta: {}, fields: [id, owner, since, received, ...others]});
  const role = await ask(base, 'POST', '/roles', {name: 'Caseworker'});
  const policy = await ask(base, 'POST', '/policies', {name: 'Caseworker', app_access: false, admin_access: false});
  // Rules for single items ("only one's own") need a licence key: without one it is the whole collection.
  for (const action of ['create', 'read', 'update'])
    await ask(base, 'POST', '/permissions', {policy: policy.data.id, collection: 'cases', action, fields: ['*'], permissions: {}});
  await ask(base, 'PATCH', `/roles/${role.data.id}`, {policies: {create: [{policy: policy.data.id}]}});
  await ask(base, 'POST', '/users', {email: 'worker@example.org', password: 'password-of-the-bench-only', role: role.data.id, token, status: 'active'});
}

/** Two products that share one database: with the cache off and with it on. */
export async function directus(place) {
  const database = await postgres(place, 'directus');
  const folder = join(place, 'directus');
  const program = join(folder, 'node_modules/directus/cli.js');
  const node = join(place, 'node/node_modules/node/bin/node');
  const environment = async (cached) => {
    const port = await free_port();
    return {base: `http://127.0.0.1:${port}`, env: settings(place, port, database, cached)};
  };
  const launch = async (cached) => {
    const {base, env} = await environment(cached);
    if (!cached) run(node, [program, 'bootstrap'], {cwd: folder, env});
    const server = start(node, [program, 'start'], join(place, 'log', `directus-${cached ? 'cached' : 'plain'}`), {cwd: folder, env});
    await until(server, async () => (await fetch(`${base}/server/ping`)).ok);
    return {base, server};
  };
  const plain = await launch(false);
  await model(plain.base);
  const cached = await launch(true);
  let filled = 0;
  const fill = async (list) => {
    const from = filled;
    filled = list.length;
    for (let at = from; at < list.length; at += batch) {
      const rows = list.slice(at, at + batch).map((one) => ({id: one.id, ...one.flat}));
      await ask(plain.base, 'POST', '/items/cases?fields=id', rows, token);
    }
    database.sql('analyze');
    await ask(cached.base, 'POST', '/utils/cache/clear');
  };
  const product = (name, {base, server}, more) => ({
    name,
    base,
    cached: server !== plain.server,
    roots: [server.pid, database.pid],
    headers: [`Authorization: Bearer ${token}`],
    count: () => Number(database.sql('select count(*) from cases')),
    operations: {
      read: {method: 'GET', path: (one) => `/items/cases/${one.id}`},
      list: {method: 'GET', path: () => `/items/cases?limit=${page}&sort=-created&meta=filter_count`},
      search: {method: 'GET', path: (one) => `/items/cases?limit=${page}&meta=filter_count&filter[pseudonym][_icontains]=${encodeURIComponent(one.flat.pseudonym)}`},
      create: {method: 'POST', path: () => '/items/cases', body: (one) => one.flat, with_id: true},
    },
    settings: `1 process, Node 22, ${more}; PostgreSQL 15: ${database.settings}`,
    items: (body) => body.data,
    does: {
      rules: 'none set: it checks types of fields',
      sealed: 'no',
      reads: 'no; changes are (activity and revisions)',
      durable: 'yes',
      lacks: 'whose case it is does not count: a rule for single items needs a licence key',
    },
    stop: () => server.stop(),
  });
  return {
    products: [product('Directus', plain, 'cache off'), product('Directus, cache on', cached, 'cache in memory, purged at each change')],
    fill,
    stop: () => database.stop(),
    version: `Directus ${JSON.parse(readFileSync(join(folder, 'node_modules/directus/package.json'), 'utf8')).version}`,
  };
}
