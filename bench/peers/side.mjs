// The measures of bench/peers/run: prints one table and writes every number to side.json.
//   node bench/peers/side.mjs PLACE [--sizes 1000,10000] [--rounds N] [--seconds N] [--connections N] [--only a,b]
import {spawnSync} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import {dirname, join} from 'node:path';
import {parseArgs} from 'node:util';
import {fileURLToPath} from 'node:url';
import {cases} from './cases.mjs';
import {directus} from './directus.mjs';
import {homeward} from './homeward.mjs';
import {redmine} from './redmine.mjs';
import {installed} from './sizes.mjs';
import {cpu_ms, memory, settled} from './machine.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const {values: asked, positionals: [place]} = parseArgs({
  allowPositionals: true,
  options: {
    sizes: {type: 'string', default: '1000,10000'},
    rounds: {type: 'string', default: '3'},
    seconds: {type: 'string', default: '10'},
    warm: {type: 'string', default: '6'},
    connections: {type: 'string', default: '8'},
    only: {type: 'string', default: 'homeward,directus,redmine'},
  },
});
const sizes = asked.sizes.split(',').map(Number).sort((a, b) => a - b);
const rounds = Number(asked.rounds);
const connections = Number(asked.connections);
const makers = {homeward, directus, redmine};
const page = 25;
/** So many cases beyond the largest size: what the writers write. */
const spare = 500;

const scratch = join(place, 'scratch');
let files = 0;
function lines(list) {
  const path = join(scratch, `list-${files++}`);
  writeFileSync(path, list.map((one) => one + '\n').join(''));
  return path;
}

const headers_of = (product, operation) => [...product.headers, ...(operation.body ? ['Content-Type: application/json'] : [])];

/** One case through one operation, as the load does it; returns the size of the answer. Throws when it does not hold the case. */
async function probe(product, name, one) {
  const operation = product.operations[name];
  const headers = Object.fromEntries(headers_of(product, operation).map((line) => line.split(': ')));
  const answer = await fetch(product.base + operation.path(one), {method: operation.method, headers, body: operation.body && JSON.stringify(operation.body(one))});
  const text = await answer.text();
  const held = name === 'list' ? product.items(JSON.parse(text)).length === page : (operation.holds ?? ((said) => said.includes(one.flat.pseudonym)))(text);
  if (answer.status >= 300 || !held) throw new Error(`${product.name}, ${name}: ${answer.status} ${text.slice(0, 500)}`);
  return {bytes: Buffer.byteLength(text), hit: answer.headers.get('x-cache') === 'HIT'};
}

let seed = 0;
/** One run of the load generator; throws when an answer was not a success. */
function load(product, prepared, seconds) {
  const done = spawnSync(
    'wrk', ['-t2', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', '--latency', '-s', join(here, 'load.lua'), product.base],
    {encoding: 'utf8', env: {...process.env, ...prepared, PEER_SEED: String(++seed)}},
  );
  const last = done.stdout.trim().split('\n').at(-1);
  if (!last.startsWith('{')) throw new Error(`wrk: ${done.stdout}${done.stderr}`);
  const answer = JSON.parse(last);
  if (answer.refused || answer.broken) throw new Error(`${product.name}: answers were no success: ${last}`);
  return answer;
}

const results = [];
/** All products through one operation, one after the other, round by round. */
async function measure(products, name, size, list, writes) {
  const ready = [];
  for (const product of products) {
    const operation = product.operations[name];
    if (!operation) continue;
    const chosen = name === 'create' ? writes : list;
    const sizes_seen = [];
    for (const one of chosen.slice(0, 20)) sizes_seen.push((await probe(product, name, one)).bytes);
    if (product.cached && name !== 'create' && !(await probe(product, name, chosen[0])).hit) throw new Error(`${product.name}, ${name}: the cache does not answer`);
    const prepared = {
      PEER_METHOD: operation.method,
      PEER_PATHS: lines([...new Set(chosen.map((one) => operation.path(one)))]),
      PEER_HEADERS: lines(headers_of(product, operation)),
      PEER_BODIES: operation.body ? lines(chosen.map((one) => JSON.stringify(operation.body(one)))) : '',
      PEER_ID: operation.with_id ? 'yes' : '',
    };
    load(product, prepared, Number(asked.warm));
    await settled(product.roots);
    const row = {product: product.name, operation: name, size, bytes: sizes_seen.sort((a, b) => a - b)[10], requests: [], rate: [], cpu: [], p50: [], p99: []};
    ready.push({product, prepared, row});
  }
  for (let round = 0; round < rounds; ++round) {
    for (const {product, prepared, row} of ready) {
      const counted = name === 'create' ? await product.count() : 0;
      const before = cpu_ms(product.roots);
      const answer = load(product, prepared, Number(asked.seconds));
      await settled(product.roots);
      // The last of each connection is answered after the load has ended: worked for as well.
      row.cpu.push((cpu_ms(product.roots) - before) / (answer.requests + connections));
      row.requests.push(answer.requests);
      row.rate.push(answer.requests / answer.seconds);
      row.p50.push(answer.p50);
      row.p99.push(answer.p99);
      if (answer.bytes / answer.requests < row.bytes * 0.8) throw new Error(`${product.name}, ${name}: answers were smaller than they should be`);
      if (name === 'create' && (await product.count()) - counted < answer.requests) throw new Error(`${product.name}: not all that was created is there`);
      row.memory = memory(product.roots);
    }
  }
  for (const {row} of ready) {
    results.push(row);
    process.stderr.write(`${line_of(row)}\n`);
  }
}

const short = (x) => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return `${short(sorted[Math.floor(sorted.length / 2)])} (${short(sorted[0])}–${short(sorted.at(-1))})`;
}
const middle = (values) => short([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]);
function line_of(row) {
  return `| ${row.operation}, ${row.size} cases | ${row.product} | ${spread(row.cpu)} | ${spread(row.rate)} | ${middle(row.p50)} | ${middle(row.p99)} | ${row.bytes} | ${short(row.memory)} |`;
}

mkdirSync(scratch, {recursive: true});
mkdirSync(join(place, 'log'), {recursive: true});
const all = cases(scratch, sizes.at(-1) + spare);
const writes = all.slice(-spare);
const kept = [];
for (const name of asked.only.split(',')) {
  process.stderr.write(`starting ${name}\n`);
  kept.push({key: name, ...(await makers[name](place, all))});
}
const products = kept.flatMap((one) => one.products);
for (const size of sizes) {
  const list = all.slice(0, size);
  for (const one of kept) await one.fill(list);
  for (const product of products) {
    const filled = await product.count();
    if (filled !== size) throw new Error(`${product.name} holds ${filled} cases, not ${size}`);
  }
  for (const name of ['read', 'list', 'search']) await measure(products, name, size, list, writes);
}
await measure(products, 'create', sizes.at(-1), all.slice(0, sizes.at(-1)), writes);
for (const product of products) await product.stop();
for (const one of kept) await one.stop();

const head = '| operation | product | CPU ms a request | requests/s | p50 ms | p99 ms | bytes | MiB |\n|---|---|---|---|---|---|---|---|';
const machine = `${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)} at the end, ${connections} connections, ${rounds} rounds of ${asked.seconds} s`;
const room = installed(place);
const about = kept.flatMap((one) => one.products.map((product) => ({product: product.name, version: one.version, settings: product.settings, mib_installed: room[one.key], ...product.does})));
const about_head = '| product | settings | MiB installed | rules | sealed | reads written down | durable before the answer | beside that |\n|---|---|---|---|---|---|---|---|';
const about_line = (one) => `| ${one.product} (${one.version}) | ${one.settings} | ${one.mib_installed} | ${one.rules} | ${one.sealed} | ${one.reads} | ${one.durable} | ${one.lacks} |`;
console.log(`${head}\n${results.map(line_of).join('\n')}\n\n${about_head}\n${about.map(about_line).join('\n')}\n\n${machine}`);
writeFileSync(join(place, 'side.json'), JSON.stringify({machine, about, results}, null, 1));
rmSync(scratch, {recursive: true});
