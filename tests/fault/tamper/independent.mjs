// @ts-check
// The independent verifier (tools/verify) against whoever alters a register. `independent_test.cpp`
// makes the registers and calls this with their folder. Rows are read once; each alteration is done
// to a copy of them in memory, and the whole of it verified.
//   HOMEWARD_TAMPER=full   every byte alone (hours, on all processors), every position; else a sample
import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Worker, isMainThread, parentPort, workerData} from 'node:worker_threads';
import {
  Signer, Verifier, hashBeforeFirst, hashOfEntry,
} from '../../../tools/verify/verifier.mjs';

const place = isMainThread ? process.argv[2] : workerData.place;
const isRelease = process.env.HOMEWARD_TAMPER === 'full';
const command = join(dirname(fileURLToPath(import.meta.url)), '../../../tools/verify/verify.mjs');
const witness = join(place, 'register.log');
const signer = new Signer(
  Buffer.from(readFileSync(join(place, 'register/signing.pub'), 'utf8').trim(), 'base64'));

let failures = 0;
/** @param {boolean} holds @param {string} what */
function expect(holds, what) {
  if (holds) return;
  failures += 1;
  console.log(`FAILED: ${what}`);
}

// ---- registers as rows

/** @typedef {{types: string[][], dossiers: string[][], records: string[][], checkpoints: string[][], ends: string[][], entries: string[][]}} Tables */
const seq = 0, dossier = 1, isRemark = 2, record = 3, version = 4, sealed = 5, prev = 6, hash = 7,
  prevSeq = 8;

/** Which rows a question of the verifier is about. @param {string} sql */
function tableOf(sql) {
  if (sql.includes('FROM checkpoint')) return 'checkpoints';
  if (sql.includes('FROM tail')) return 'ends';
  if (sql.includes('FROM entry')) return 'entries';
  if (sql.includes('FROM record')) return 'records';
  if (sql.includes('hex(type) FROM dossier')) return 'types';
  return sql.includes('FROM dossier') && !sql.includes('JOIN') ? 'dossiers' : undefined;
}

/** @param {string} name @returns {Promise<Tables>} */
async function load(name) {
  const database = join(place, name, 'homeward.db');
  const tables = /** @type {any} */ ({});
  const verifier = new Verifier(async (sql, onRow) => {
    const options = ['-readonly', '-noheader', '-separator', '|', database, sql];
    const lines = execFileSync('sqlite3', options, {encoding: 'utf8', maxBuffer: 1 << 28});
    const found = lines.split('\n').filter(Boolean).map((line) => line.split('|'));
    const table = tableOf(sql);
    if (table !== undefined) tables[table] = found;
    found.forEach(onRow);
  }, signer, undefined);
  await verifier.run();
  expect(name === 'other' || verifier.findings.length === 0, `${name} is clean`);
  expect(tables.entries.length === 1000, `${name} has 1,000 entries`);
  return tables;
}

/** @param {Tables} tables @param {string} [notes] */
async function look(tables, notes) {
  const verifier = new Verifier(async (sql, onRow) => {
    const table = tableOf(sql);
    if (table === 'entries') {
      tables.entries.map((row) => ({at: BigInt(row[seq]), row}))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
        .forEach(({row}) => onRow(row));
    } else if (table !== undefined) {
      tables[table].forEach((row) => onRow(row));
    } else {
      onRow([sql.startsWith('PRAGMA') ? 'ok' : '0']);
    }
  }, signer, notes);
  await verifier.run();
  return verifier.findings;
}

/** @param {Tables} tables @returns {Tables} */
const copyOf = (tables) => /** @type {any} */ (Object.fromEntries(
  Object.entries(tables).map(([name, rows]) => [name, rows.map((row) => [...row])])));

/** As one could who knows the format and has no key. @param {Tables} tables */
function rechain(tables) {
  tables.entries.sort((a, b) => Number(a[seq]) - Number(b[seq]));
  const heads = new Map(tables.types.map(([id, type]) => [id, {
    head: hashBeforeFirst(Buffer.from(id, 'hex'), Buffer.from(type, 'hex').toString('utf8')),
    last: '0', version: 0, entries: 0}]));
  const newest = new Map();
  for (const row of tables.entries) {
    const state = /** @type {any} */ (heads.get(row[dossier]));
    row[prev] = state.head.toString('hex').toUpperCase();
    state.head = hashOfEntry({
      seq: BigInt(row[seq]),
      dossier: Buffer.from(row[dossier], 'hex'),
      record: row[isRemark] === '1' ? null : Buffer.from(row[record], 'hex'),
      version: BigInt(row[version]),
      sealed: Buffer.from(row[sealed], 'hex'),
      prev: state.head,
    });
    row[hash] = state.head.toString('hex').toUpperCase();
    row[prevSeq] = state.last;
    state.last = row[seq];
    state.entries += 1;
    if (row[isRemark] === '1') continue;
    state.version += 1;
    newest.set(row[dossier] + row[record], [row[dossier], row[record], row[version], row[seq]]);
  }
  tables.records = [...newest.values()];
  tables.dossiers = [...heads].map(([id, {head, last, version: records, entries}]) =>
    [id, String(records), String(entries), head.toString('hex').toUpperCase(), last]);
}

// ---- flips

/** @param {number} column */
const isNumber = (column) => column === seq || column === version || column === prevSeq;
/** @param {string[]} row @param {number} column */
const bytesIn = (row, column) =>
  column === isRemark ? 0 : isNumber(column) ? 8 : row[column].length / 2;
/** @param {string[]} row */
const bytesOf = (row) => row.reduce((sum, _, column) => sum + bytesIn(row, column), 0);

/** The row with one bit of its nth byte changed. @param {string[]} row @param {number} nth */
function flipped(row, nth) {
  let column = 0;
  let byte = nth;
  while (byte >= bytesIn(row, column)) byte -= bytesIn(row, column++);
  const out = [...row];
  const bit = (Number(row[seq]) + byte) % 8;
  if (isNumber(column)) {
    const mask = 1n << BigInt(8 * byte + bit);
    out[column] = String(BigInt.asIntN(64, BigInt(row[column]) ^ mask));
  } else {
    const bytes = Buffer.from(row[column], 'hex');
    bytes[byte] ^= 1 << bit;
    out[column] = bytes.toString('hex').toUpperCase();
  }
  return out;
}

const wasAltered = 'the entry was altered';
const pointsElsewhere = "the entry does not point to its dossier's entry before";

/** How often each is there. @param {string[]} texts */
function tally(texts) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

// In each round another byte of every entry is flipped, and each entry must be named: by its hash, or
// where it points to, which no hash covers. Where another position was flipped, entries point
// elsewhere that were not altered, so those findings may be more.
async function flipsAmongOthers(/** @type {Tables} */ clean) {
  let tried = 0;
  let named = 0;
  const rounds = Math.max(...clean.entries.map(bytesOf));
  for (let round = 0; round < rounds; ++round) {
    const due = /** @type {string[]} */ ([]);
    const entries = clean.entries.map((row) => {
      if (round >= bytesOf(row)) return row;
      const out = flipped(row, (round + 7 * Number(row[seq])) % bytesOf(row));
      due.push(`${out[seq]}: ${out[prevSeq] === row[prevSeq] ? wasAltered : pointsElsewhere}`);
      return out;
    });
    const findings = tally((await look({...clean, entries})).map(({seq: at, what}) => `${at}: ${what}`));
    let found = 0;
    for (const [text, count] of tally(due)) {
      const times = findings.get(text) ?? 0;
      found += Math.min(times, count);
      findings.set(text, times - count);
    }
    expect(found === due.length, `round ${round} names ${found} of ${due.length}`);
    const isFalse = [...findings].some(([text, more]) => more > 0 && text.endsWith(wasAltered));
    expect(!isFalse, `round ${round} names entries that were not altered`);
    tried += due.length;
    named += found;
  }
  console.log(`flips, each named: ${named} of ${tried}`);
}

/** One entry of `parts`, from the one numbered `part` on. @param {Tables} clean */
async function flipsAlone(clean, part = 0, parts = 1) {
  let tried = 0;
  let found = 0;
  let state = 7;
  const flip = async (/** @type {number} */ index, /** @type {number} */ nth) => {
    const entries = [...clean.entries];
    entries[index] = flipped(entries[index], nth);
    tried += 1;
    if ((await look({...clean, entries})).length > 0) found += 1;
    else expect(false, `byte ${nth} of entry ${index + 1}`);
  };
  for (let index = part; index < clean.entries.length; index += isRelease ? parts : 4) {
    const size = bytesOf(clean.entries[index]);
    // A generator of Lehmer's, so that a failing run can be had again.
    state = state * 48271 % 2147483647;
    if (isRelease) for (let nth = 0; nth < size; ++nth) await flip(index, nth);
    else await flip(index, state % size);
  }
  return {tried, found, failures};
}

/** The same by as many threads as there are processors. */
async function flipsAloneByAll() {
  const parts = availableParallelism();
  const counts = {tried: 0, found: 0, failures: 0};
  await Promise.all(Array.from({length: parts}, (_, part) => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), {workerData: {place, part, parts}});
    worker.once('message', (/** @type {typeof counts} */ done) => {
      counts.tried += done.tried;
      counts.found += done.found;
      counts.failures += done.failures;
      resolve(undefined);
    });
    worker.once('error', reject);
  })));
  failures += counts.failures;
  return counts;
}

// ---- rows

const nothingVouches = 'nothing vouches for the entries from here on';

/**
 * Alters the register at position after position, plainly and with all hashes made right again.
 * @param {string} name @param {Tables} clean @param {number} first @param {number} step
 * @param {(tables: Tables, at: number) => void} alter
 */
async function each(name, clean, first, step, alter) {
  const counts = {tried: 0, plain: 0, signed: 0, hashes: 0, witness: 0};
  for (let at = first; at <= 1000; at += isRelease && step % 7 === 0 ? 7 : isRelease ? 1 : step) {
    const tables = copyOf(clean);
    alter(tables, at);
    counts.tried += 1;
    counts.plain += Number((await look(tables)).length > 0);
    rechain(tables);
    const findings = await look(tables);
    const bySignature = findings.every(({what}) => / was made/.test(what) ||
      what === nothingVouches || what === "the checkpoint's tree is not the one that was signed");
    expect(bySignature, `${name} at ${at} is found by more than the signatures`);
    counts.signed += Number(findings.length > 0);
    // The control: without a signature there is nothing to find but that there is none.
    Object.assign(tables, {checkpoints: [], ends: []});
    counts.hashes += Number((await look(tables)).some(({what}) => what !== nothingVouches));
    counts.witness += Number((await look(tables, witness)).length > 0);
  }
  const {tried, plain, signed, hashes, witness: seen} = counts;
  expect(plain === tried && signed === tried && seen === tried && hashes === 0, name);
  console.log(`${name}: ${plain} of ${tried}; made right again: by signatures ${signed}, ` +
    `by the witness ${seen}, by hashes alone ${hashes}`);
}

async function rowsOf(/** @type {Tables} */ clean, /** @type {Tables} */ other) {
  // Remarks (every seventh) where a record's versions would show it as well.
  await each('deleted', clean, 7, 70, (tables, at) => {
    tables.entries.splice(at - 1, 1);
    tables.entries.forEach((row, i) => { row[seq] = String(i + 1); });
  });
  await each('inserted', clean, 7, 70, (tables, at) => {
    tables.entries.splice(at - 1, 0, [...tables.entries[at - 1]]);
    tables.entries.forEach((row, i) => { row[seq] = String(i + 1); });
  });
  await each('exchanged', clean, 7, 70, (tables, at) => {
    tables.entries[at - 1][seq] = String(at - 1);
    tables.entries[at - 2][seq] = String(at);
  });
  await each('content of another', clean, 2, 50, (tables, at) => {
    tables.entries[at - 1][sealed] = clean.entries[at - 2][sealed];
  });
  await each('remark of another register', clean, 7, 70, (tables, at) => {
    const [taken] = tables.entries.splice(at - 1, 1, [...other.entries[at - 1]]);
    tables.entries[at - 1][dossier] = taken[dossier];
  });
}

async function endsOf(/** @type {Tables} */ clean, /** @type {Tables} */ fork) {
  await each('end of another history', clean, 501, 25, (tables, at) => {
    tables.entries = [...tables.entries.slice(0, at - 1),
      ...fork.entries.slice(at - 1).map((row) => [...row])];
    Object.assign(tables, {records: fork.records, dossiers: fork.dossiers});
  });
  const counts = {tried: 0, found: 0, without: 0};
  for (let size = 0; size < 1000; size += isRelease ? 1 : 20) {
    const tables = copyOf(clean);
    tables.entries.length = size;
    const started = new Set(tables.entries.map((row) => row[dossier]));
    tables.types = tables.types.filter(([id]) => started.has(id));
    tables.checkpoints = tables.checkpoints.filter(([at]) => Number(at) <= size);
    tables.ends = [];
    rechain(tables);
    counts.tried += 1;
    counts.found += Number((await look(tables, witness)).length > 0);
    counts.without += Number((await look(tables)).some(({what}) => what !== nothingVouches));
  }
  expect(counts.found === counts.tried && counts.without === 0, 'cut');
  console.log(`cut: ${counts.found} of ${counts.tried}; without the witness, apart from an end that ` +
    `nothing vouches for: ${counts.without}`);
}

// ---- whole folders, as anybody would look at them

function folders() {
  const status = (/** @type {string[]} */ words) =>
    spawnSync(process.execPath, [command, ...words], {encoding: 'utf8'}).status;
  expect(status([join(place, 'register'), '--witness', witness]) === 0, 'the register is clean');
  const older = ['fork', 'old-250', 'old-500', 'old-750', 'other'];
  for (const name of older) {
    expect(status([join(place, name)]) === 0, `${name} by itself is clean: the control`);
    expect(status([join(place, name), '--witness', witness]) === 1, `${name} is found`);
  }
  console.log(`folders put back or exchanged: ${older.length}; without the witness: 0`);
}

async function all() {
  const clean = await load('register');
  await flipsAmongOthers(clean);
  const {tried, found} = isRelease ? await flipsAloneByAll() : await flipsAlone(clean);
  console.log(`flips, one at a time: ${found} of ${tried}`);
  await rowsOf(clean, await load('other'));
  await endsOf(clean, await load('fork'));
  folders();
  expect((await look(clean, witness)).length === 0, 'the register is clean at the end');
  process.exitCode = failures === 0 ? 0 : 1;
}

if (isMainThread) {
  await all();
} else {
  const {part, parts} = workerData;
  parentPort?.postMessage(await flipsAlone(await load('register'), part, parts));
}
