// Makes the register that bench/run measures on: a fictional country of as many children as asked,
// with accounts of the size that the goals name. Kept between runs.
import {createReadStream, createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {once} from 'node:events';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {call, run, serve} from '../../tests/e2e/service.mjs';

const seed = 7;
export const password = 'only for the bench, never for real files';
/** A caseworker with 60 files, one with 4,940, and the supervisor of both. */
export const people = {
  few: {id: 'bec00000-0000-4000-8000-000000000001', name: 'bench_few', roles: ['CW'], files: 60},
  many: {id: 'bec00000-0000-4000-8000-000000000002', name: 'bench_many', roles: ['CW'], files: 4940},
  over: {id: 'bec00000-0000-4000-8000-000000000003', name: 'bench_over', roles: ['SUP'], files: 0},
};
/** So many of the second caseworker's files are given 40 records each: what the goals call a file. */
const grown = 1000;
export const records = 40;

const names_another = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
/** Kinds that a caseworker fills in often and of which a child has many. */
const frequent = new Set(['immediate_need', 'child_view', 'consent', 'service']);

let made = 0;
const next_id = () => `bec00000-0000-4000-9000-${(++made).toString(16).padStart(12, '0')}`;

/** Writes the lines of `from` to `to`, with the files of our people among the first. */
async function spread(from, to) {
  const out = createWriteStream(to);
  const spare = [];
  const waiting = [];
  const parts = {few: [], many: [], forty: [], bodies: []};
  let line = 0;
  let written = 0;
  let turn = 0;
  const put = async (dossier) => {
    written += dossier.records.length;
    if (!out.write(JSON.stringify(dossier) + '\n')) await once(out, 'drain');
  };
  const grow = async (dossier) => {
    while (dossier.records.length < records) dossier.records.push({...spare[++turn % spare.length], id: next_id()});
    await put(dossier);
  };
  for await (const text of createInterface({input: createReadStream(from)})) {
    const dossier = JSON.parse(text);
    line += 1;
    const who = line <= people.few.files ? 'few' : line <= people.few.files + people.many.files ? 'many' : undefined;
    if (who) {
      parts[who].push(dossier.id);
      for (const record of dossier.records) {
        if (record.kind === 'assignment' && record.data.role === 'CW') record.data.account = people[who].id;
      }
    }
    if (who === 'many' && parts.forty.length < grown) {
      parts.forty.push(dossier.id);
      waiting.push(dossier);
      continue;
    }
    for (const record of dossier.records) {
      if (!frequent.has(record.kind) || names_another.test(JSON.stringify(record.data))) continue;
      if (spare.length < 1000) spare.push(record);
      if (parts.bodies.length < 500) parts.bodies.push({kind: record.kind, data: record.data});
    }
    while (waiting.length > 0 && spare.length === 1000) await grow(waiting.pop());
    await put(dossier);
  }
  if (waiting.length > 0) throw new Error('too few children to fill the files with records of others');
  out.end();
  await once(out, 'finish');
  return {parts, written};
}

/** Returns what the measures need to know; `import` is there when the country was made anew. */
export async function country(folder, dossiers) {
  const data = join(folder, `data-${dossiers}`);
  const about = join(folder, `about-${dossiers}.json`);
  if (existsSync(about)) return {data, about};
  mkdirSync(folder, {recursive: true});
  for (const name of [data, `${data}.key`]) rmSync(name, {recursive: true, force: true});
  run(['demo', '--data', data, '--dossiers', '0', '--seed', String(seed)]);
  const service = await serve(data);
  const admin = await call(service.base, 'POST', '/session', {name: 'admin1', password: 'demo-only-admin1', as: 'program'});
  for (const {files, ...person} of Object.values(people)) {
    const account = {...person, password, team: 'Bench', agency: 'Demo agency', gbv_cleared: false};
    const answer = await call(service.base, 'POST', '/accounts', account, {authorization: `Bearer ${admin.body.token}`});
    if (answer.status !== 201) throw new Error(`account ${person.name}: ${answer.status} ${answer.text}`);
  }
  await service.stop();
  const raw = join(folder, 'raw.ndjson');
  const lines = join(folder, 'country.ndjson');
  run(['demo', '--out', raw, '--dossiers', String(dossiers), '--seed', String(seed)]);
  const {parts, written} = await spread(raw, lines);
  rmSync(raw);
  const begun = performance.now();
  const answer = JSON.parse(run(['import', lines, '--json', '--data', data]).stdout.trim().split('\n').at(-1));
  const seconds = (performance.now() - begun) / 1000;
  rmSync(lines);
  writeFileSync(about, JSON.stringify({...parts, import: {...answer, records: written, seconds}}));
  return {data, about};
}
