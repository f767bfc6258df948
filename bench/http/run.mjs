// The measures of bench/run: prints one table and writes every number to results.json.
//   node bench/http/run.mjs BUILD FOLDER [--dossiers N] [--rounds N] [--seconds N] [--only a,b]
import {spawnSync} from 'node:child_process';
import {copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {cpus, loadavg} from 'node:os';
import {dirname, join} from 'node:path';
import {parseArgs} from 'node:util';
import {fileURLToPath} from 'node:url';
import {call, program, run, serve} from '../../tests/e2e/service.mjs';
import {country, password, people} from './country.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const {values: asked, positionals: [build, folder]} = parseArgs({
  allowPositionals: true,
  options: {
    dossiers: {type: 'string', default: '100000'},
    rounds: {type: 'string', default: '5'},
    seconds: {type: 'string', default: '4'},
    only: {type: 'string', default: ''},
  },
});
const rounds = Number(asked.rounds);
const seconds = Number(asked.seconds);
const only = asked.only === '' ? undefined : new Set(asked.only.split(','));
const wanted = (name) => only === undefined || only.has(name);

const rows = [];
/** A line of the table; `goal` is what it is held to, written as a person reads it. */
function report(figure, values, unit, goal, note = '') {
  const sorted = [...values].sort((a, b) => a - b);
  const row = {figure, median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1), rounds: sorted.length, unit, goal, note, values};
  rows.push(row);
  process.stderr.write(`${line_of(row)}\n`);
}
const short = (x) => (x >= 1000 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
function line_of(row) {
  const spread = row.rounds > 1 ? ` (${short(row.min)}–${short(row.max)}, ${row.rounds} rounds)` : '';
  return `| ${row.figure} | ${short(row.median)} ${row.unit}${spread} | ${row.goal} | ${row.note} |`;
}

function status_of(pid, key) {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`${key}:\\s+(\\d+)`))[1]) / 1024;
}
/** Processor milliseconds that a process has used. */
function cpu_ms(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const scratch = join(folder, 'scratch');
mkdirSync(scratch, {recursive: true});
let files = 0;
function lines(list) {
  const path = join(scratch, `list-${files++}`);
  writeFileSync(path, list.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n') + '\n');
  return path;
}

// Ids are made from it: another one in each run, or a write would be one that is there already.
let seed = Date.now() % 1_000_000;
/** One run of the load generator; throws when an answer was not a success. */
function load(base, connections, settings, limit = seconds) {
  const done = spawnSync(
    'wrk', ['-t2', `-c${connections}`, `-d${limit}s`, '--latency', '-s', join(here, 'load.lua'), base],
    {encoding: 'utf8', env: {...process.env, HW_SEED: String(++seed), ...settings}},
  );
  const last = done.stdout.trim().split('\n').at(-1);
  const answer = last.startsWith('{') ? JSON.parse(last) : undefined;
  if (!answer) throw new Error(`wrk: ${done.stdout}${done.stderr}`);
  if (answer.refused || answer.broken) throw new Error(`answers were no success: ${last}`);
  return {...answer, rate: answer.requests / answer.seconds};
}

/** The loads of a caseworker with many files: opening those of 40 records, adding to the others. */
function opening_of(known, HW_TOKEN) {
  return {HW_METHOD: 'GET', HW_TOKEN, HW_PATHS: lines(known.forty.map((ref) => api(`/dossiers/${ref}`)))};
}
function writing_of(known, HW_TOKEN) {
  const refs = known.many.filter((ref) => !known.forty.includes(ref));
  return {HW_METHOD: 'POST', HW_TOKEN, HW_PATHS: lines(refs.map((ref) => api(`/dossiers/${ref}/records`))), HW_BODIES: lines(known.bodies)};
}

async function token_of(base, person) {
  const answer = await call(base, 'POST', '/session', {name: person.name, password, as: 'program'});
  if (answer.status !== 200) throw new Error(`sign-in of ${person.name}: ${answer.status}`);
  return answer.body.token;
}
const api = (path) => '/api/v1' + path;
const served = (data, more = []) => serve(data, ['--connections-per-address', '512', '--files-per-account', '0', ...more]);

function policy() {
  const done = spawnSync(
    join(build, 'bench/bench_policy'),
    ['--benchmark_filter=evaluate_file/40', `--benchmark_repetitions=${rounds}`, '--benchmark_format=json'],
    {encoding: 'utf8'},
  );
  const times = JSON.parse(done.stdout).benchmarks.filter((one) => one.run_type === 'iteration').map((one) => one.cpu_time);
  report('all safeguards over a dossier of 40 records, one core', times, 'µs', '≤ 150 µs');
}

async function empty() {
  const data = join(mkdtempSync(join(scratch, 'empty-')), 'data');
  run(['init', '--data', data]);
  const service = await served(data);
  await call(service.base, 'GET', '/healthz');
  report('memory, idle and empty', [status_of(service.child.pid, 'VmRSS')], 'MiB', '≤ 60 MiB');
  await service.stop();
}

function binary() {
  const stripped = join(scratch, 'homeward');
  spawnSync('strip', ['-o', stripped, program]);
  report('stripped binary', [statSync(stripped).size / 2 ** 20], 'MiB', '≤ 15 MiB');
}

const kept_boards = (data) => readdirSync(data).filter((name) => name.startsWith('board-'));

/** Takes what is in memory of a register's files away, as if the machine had just been started. */
function cool(data) {
  const paths = readdirSync(data).map((name) => join(data, name));
  for (const path of paths) spawnSync('dd', [`of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0']);
  const left = spawnSync('fincore', ['--bytes', '--noheadings', '--output', 'res', ...paths], {encoding: 'utf8'});
  const bytes = left.stdout.split('\n').reduce((sum, line) => sum + Number(line), 0);
  if (left.status !== 0 || bytes > 2 ** 24) throw new Error(`${bytes} bytes are still in memory ${left.stderr}`);
}

async function start(data) {
  let memory = 0;
  const timed = async (prepare) => {
    const times = [];
    for (let round = 0; round < 3; ++round) {
      prepare();
      const begun = performance.now();
      const service = await served(data);
      times.push((performance.now() - begun) / 1000);
      memory = status_of(service.child.pid, 'VmRSS');
      await service.stop();
    }
    return times;
  };
  const is_large = Number(asked.dossiers) > 100_000;
  const goal = is_large ? '≤ 40 s' : '≤ 5 s';
  report(`start with ${asked.dossiers} dossiers`, await timed(() => {}), 's', goal);
  report(`memory with ${asked.dossiers} dossiers, idle`, [memory], 'MiB', is_large ? '' : '≤ 400 MiB');
  const size = kept_boards(data).reduce((sum, name) => sum + statSync(join(data, name)).size, 0) / 2 ** 20;
  report('the same start, nothing of its files in memory', await timed(() => cool(data)), 's', goal, `kept board of ${short(size)} MiB`);
  const forget = () => {
    for (const name of kept_boards(data)) rmSync(join(data, name));
    cool(data);
  };
  report('the same, and no board kept', await timed(forget), 's', '', 'as after a restore');
}

/** A copy of a kept register, for what changes it. */
function copy_of(kept) {
  const data = join(scratch, 'data');
  cpSync(kept, data, {recursive: true});
  copyFileSync(`${kept}.key`, `${data}.key`);
  return data;
}

/** Each file once, for the first time since the start: nothing of it lies open. Others were opened before it, or the start of the program itself would be among what is measured. */
async function read_first(data, about, what, {goal = '', prepare = () => {}} = {}) {
  const p99 = [], means = [], cost = [];
  const others = about.many.filter((ref) => !about.forty.includes(ref)).slice(0, about.forty.length);
  for (let round = 0; round < rounds; ++round) {
    prepare();
    const service = await served(data);
    const opening = {...opening_of(about, await token_of(service.base, people.many)), HW_ORDER: 'each'};
    load(service.base, 32, {...opening, HW_PATHS: lines(others.map((ref) => api(`/dossiers/${ref}`)))}, 1);
    const before = cpu_ms(service.child.pid);
    const opened = load(service.base, 32, opening, 1);
    if (opened.requests > about.forty.length) throw new Error('a file was opened twice');
    cost.push((cpu_ms(service.child.pid) - before) / opened.requests);
    await service.stop();
    p99.push(opened.p99);
    means.push(opened.mean);
  }
  report(`each file for the first time, ${what}, p99`, p99, 'ms', goal, `${short(cost[0])} ms of processor each`);
  report('the same, mean', means, 'ms', '');
}

/** The same files record by record, as in a register of which nothing is gathered. */
async function read_first_in_pieces(kept, about) {
  const data = copy_of(kept);
  const emptied = spawnSync('sqlite3', [join(data, 'homeward.db'), 'DELETE FROM gathered'], {encoding: 'utf8'});
  if (emptied.status !== 0) throw new Error(`sqlite3: ${emptied.stderr}`);
  await read_first(data, about, 'record by record');
  await read_first(data, about, 'record by record, nothing of the files in memory', {prepare: () => cool(data)});
  rmSync(data, {recursive: true});
}

async function read(data, about) {
  const pages = mkdtempSync(join(scratch, 'pages-'));
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>bench</title>');
  const probe = await served(data);
  const token_for = (base) => token_of(base, people.many);
  let token = await token_for(probe.base);
  const sizes = [];
  for (const ref of about.forty.slice(0, 50)) {
    const answer = await call(probe.base, 'GET', `/dossiers/${ref}`, undefined, {authorization: `Bearer ${token}`});
    if (answer.status !== 200) throw new Error(`file: ${answer.status} ${answer.text}`);
    sizes.push(answer.text.length);
  }
  await probe.stop();
  const size = sizes.sort((a, b) => a - b)[25];
  writeFileSync(join(pages, 'constant.json'), `"${'x'.repeat(size - 2)}"`);
  const service = await served(data, ['--pages', pages]);
  token = await token_for(service.base);
  const opening = opening_of(about, token);
  const constant = {HW_METHOD: 'GET', HW_TOKEN: '', HW_PATHS: lines(['/constant.json'])};
  load(service.base, 32, opening, 2);
  const p99 = [], rates = [], ratios = [], cost = [];
  for (let round = 0; round < rounds; ++round) {
    const plain = load(service.base, 32, constant);
    const before = cpu_ms(service.child.pid);
    const opened = load(service.base, 32, opening);
    cost.push((cpu_ms(service.child.pid) - before) / opened.requests);
    p99.push(opened.p99);
    rates.push(opened.rate);
    ratios.push(opened.rate / plain.rate);
  }
  const note = `${size} bytes an answer`;
  report('open a file of 40 records, 32 connections, p99', p99, 'ms', '≤ 10 ms', note);
  report('the same, files a second', rates, '/s', '', `${short(cost[0])} ms of processor each`);
  report('the same ÷ a constant of that size', ratios, '', '≥ 0.25');
  const work = async (who, query, goal, figure) => {
    const settings = {HW_METHOD: 'GET', HW_TOKEN: await token_of(service.base, who), HW_PATHS: lines([api(query)])};
    load(service.base, 8, settings, 1);
    report(figure, Array.from({length: rounds}, () => load(service.base, 8, settings, Math.min(seconds, 2)).p99), 'ms', goal, '8 connections');
  };
  await work(people.few, '/work?limit=50', '≤ 10 ms', 'work list of a caseworker with 60 files, p99');
  await work(people.over, '/work?lens=team&limit=50', '≤ 30 ms', 'work list of a supervisor with 5,000 files, p99');
  report(`memory with ${asked.dossiers} dossiers, after this load`, [status_of(service.child.pid, 'VmRSS')], 'MiB', '≤ 400 MiB');
  await service.stop();
  await read_first(data, about, 'in one piece', {goal: '≤ 10 ms'});
  await read_first(data, about, 'in one piece, nothing of the files in memory', {prepare: () => cool(data)});
  await read_first_in_pieces(data, about);
}

// On copies: records that are added would make the files longer for whoever measures next.
async function write(kept, about) {
  const data = copy_of(kept);
  const settings = async (base) => writing_of(about, await token_of(base, people.many));
  const copy = join(scratch, 'homeward.db');
  const recording = join(scratch, 'statements');
  copyFileSync(join(data, 'homeward.db'), copy);
  process.env.LD_PRELOAD = join(build, 'bench/libbench_recorder.so');
  process.env.HOMEWARD_STATEMENTS = recording;
  const recorded = await served(data);
  delete process.env.LD_PRELOAD;
  delete process.env.HOMEWARD_STATEMENTS;
  const all = load(recorded.base, 64, await settings(recorded.base), rounds * 2);
  await recorded.stop();
  const service = await served(data);
  const how = await settings(service.base);
  load(service.base, 64, how, 1);
  const rates = [], ratios = [], cost = [], p99 = [];
  let groups = 0;
  for (let round = 1; round <= rounds; ++round) {
    const before = cpu_ms(service.child.pid);
    const written = load(service.base, 64, how);
    cost.push((cpu_ms(service.child.pid) - before) / written.requests);
    const done = spawnSync(join(build, 'bench/bench_bare'), [copy, recording, String(round), String(rounds)], {encoding: 'utf8'});
    if (done.status !== 0) throw new Error(done.stderr);
    const bare = JSON.parse(done.stdout);
    groups += bare.groups;
    rates.push(written.rate);
    p99.push(written.p99);
    ratios.push({rate: written.rate, per_second: bare.groups / bare.seconds});
  }
  await service.stop();
  rmSync(data, {recursive: true});
  if (groups < rounds) throw new Error('what was recorded is not what was written');
  const per_group = all.requests / groups;
  const bare_rates = ratios.map((one) => one.per_second * per_group);
  report('record writes over HTTP, 64 connections', rates, '/s', '', `${short(cost[0])} ms of processor each`);
  report('the same, p99', p99, 'ms', '');
  report('the bare program, writes of the same rows', bare_rates, '/s', '', `${short(per_group)} writes a commit`);
  report('writes ÷ the bare program', ratios.map((one, i) => one.rate / bare_rates[i]), '', '≥ 0.5');
}

/** The same loads on registers of two sizes, in turns; the servers run side by side, one idle. */
async function growth(sizes) {
  const places = [];
  for (const dossiers of sizes) {
    const {data, about} = await country(folder, dossiers);
    const known = JSON.parse(readFileSync(about, 'utf8'));
    const service = await served(data);
    const token = await token_of(service.base, people.many);
    const opening = opening_of(known, token);
    const writing = writing_of(known, token);
    for (const settings of [opening, writing]) load(service.base, 32, settings, 2);
    places.push({service, opening, writing});
  }
  for (const [what, figure] of [['opening', 'time to open a file'], ['writing', 'time to write a record']]) {
    const times = [], ratios = [];
    for (let round = 0; round < rounds; ++round) {
      const [small, large] = places.map((place) => 1000 / load(place.service.base, 32, place[what]).rate);
      times.push(large);
      ratios.push(large / small);
    }
    report(`${figure}, ${sizes[1]} ÷ ${sizes[0]} dossiers`, ratios, '', '≤ 1.3', `${short(times[0])} ms of 32 connections each`);
  }
  for (const {service} of places) await service.stop();
}

if (wanted('policy')) policy();
if (wanted('binary')) binary();
if (wanted('empty')) await empty();
if (['import', 'start', 'read', 'write'].some(wanted)) {
  const {data, about} = await country(folder, Number(asked.dossiers));
  const known = JSON.parse(readFileSync(about, 'utf8'));
  const {taken, refused, records, seconds: took} = known.import;
  if (wanted('import')) report(`import of ${taken} dossiers`, [records / took], 'records/s', '≥ 5,000', `${records} records, ${refused} refused`);
  if (wanted('start')) await start(data);
  if (wanted('read')) await read(data, known);
  if (wanted('write')) await write(data, known);
}
// Not of every run: with --dossiers 1000000 it takes an hour and 40 GB the first time.
if (only?.has('growth')) await growth([10_000, Number(asked.dossiers)]);
rmSync(scratch, {recursive: true});
const head = '| figure | measured | goal | note |\n|---|---|---|---|';
const about_machine = `${cpus().length} × ${cpus()[0].model}, load ${loadavg()[0].toFixed(1)} at the end`;
console.log(`${head}\n${rows.map(line_of).join('\n')}\n\n${about_machine}`);
writeFileSync(join(folder, 'results.json'), JSON.stringify({machine: about_machine, rows}, null, 1));
