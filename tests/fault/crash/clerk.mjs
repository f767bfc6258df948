// What the crash tests share: a register made once, the real program under strace, and clerks who
// write over HTTP, remember what was acknowledged, and look for it after a crash.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {cpSync, existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {custody, registration} from '../../e2e/http/story.mjs';
import {call, newRegister, program, root, run, serve, signIn} from '../../e2e/service.mjs';

/** Full sizes before a release: HOMEWARD_CRASH=full. */
export const full = process.env.HOMEWARD_CRASH === 'full';
export const say = (line) => console.log(line);

let template;
// A session that nobody uses ends after a quarter of an hour: long runs sign in anew before that.
const session_ms = 5 * 60e3;

async function freshTemplate() {
  if (!template) {
    template = newRegister([['worker', 'CW']]);
    process.on('exit', template.remove);
  }
  if (performance.now() - template.signedIn < session_ms) return;
  const service = await serve(template.data);
  const {session} = await signIn(service.base, 'worker');
  await service.stop();
  Object.assign(template, {token: session.token, signedIn: performance.now()});
}

/** A register with one caseworker who is signed in, made once and copied for each use. */
export async function copyRegister(to = mkdtempSync(join(tmpdir(), 'homeward-crash-'))) {
  await freshTemplate();
  const data = join(to, 'data');
  cpSync(template.data, data, {recursive: true});
  cpSync(template.data + '.key', data + '.key');
  return {data, witness: join(to, 'witness'), token: template.token, remove: () => rmSync(to, {recursive: true, force: true})};
}

const running = new Set();
/** A test that fails leaves no program behind, which would keep this one waiting too. */
export const endAll = () => running.forEach((child) => child.kill('SIGKILL'));
process.on('exit', endAll);

/** Starts the program, under strace with these words if any. `base` is undefined when it ended first. */
export async function start(register, strace = []) {
  const words = [program, 'serve', '--data', register.data, '--listen', '127.0.0.1:0', '--witness', register.witness, '--files-per-account', '0'];
  // With -D it is strace that is the grandchild, so signals and statuses are the program's own.
  const all = strace.length > 0 ? ['strace', '-D', '-f', '-q', '-o', '/dev/null', ...strace, ...words] : words;
  const began = performance.now();
  const child = spawn(all[0], all.slice(1), {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
  running.add(child);
  child.on('close', () => running.delete(child));
  const service = {child, log: '', base: undefined, ms: 0};
  child.stderr.on('data', (chunk) => (service.log += chunk));
  service.ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({code, signal})));
  const listening = new Promise((resolve) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const found = out.match(/serves at (http:\/\/\S+?)\/?\s/);
      if (found) resolve(found[1]);
    });
  });
  service.base = await Promise.race([listening, service.ended.then(() => undefined)]);
  service.ms = performance.now() - began;
  service.stop = (signal) => {
    child.kill(signal);
    return service.ended;
  };
  return service;
}

/** One client with files of its own. */
export class Clerk {
  files = [];
  count = 0;
  refused = {};

  constructor(token) {
    this.token = token;
  }

  /** Asks; the status, or 0 when no answer came: then nobody knows whether it was done. */
  async ask(service, method, path, body, headers = {}) {
    try {
      return await call(service.base, method, path, body, {authorization: `Bearer ${this.token}`, ...headers});
    } catch {
      return {status: 0};
    }
  }

  /** Plans a write (its place in `pending`), makes it, and books the answer. */
  async write(service, file, plan) {
    file.pending = plan;
    return this.settle(file, await this.send(service, file, plan));
  }

  send(service, file, plan) {
    if (plan.open) return this.ask(service, 'POST', '/dossiers', plan.open);
    if (plan.base === 0) return this.ask(service, 'POST', `/dossiers/${file.ref}/records`, {id: plan.id, kind: 'custody', data: plan.data});
    const headers = {'content-type': 'application/merge-patch+json', 'if-match': `"${plan.base}"`};
    return this.ask(service, 'PATCH', `/dossiers/${file.ref}/records/${plan.id}`, plan.data, headers);
  }

  settle(file, answer) {
    const plan = file.pending;
    if (answer.status === 0) return false;
    if (answer.status !== 200 && answer.status !== 201) {
      this.refused[answer.status] = (this.refused[answer.status] ?? 0) + 1;
      this.refusal = answer;
      // Refused is not done, whatever happens later.
      file.pending = undefined;
      return false;
    }
    this.count += 1;
    file.pending = undefined;
    if (plan.open) {
      file.ref = answer.body.ref;
      for (const one of plan.open.records) file.records.set(one.id, {version: 1, data: one.data});
    } else {
      const before = file.records.get(plan.id)?.data ?? {};
      file.records.set(plan.id, {version: plan.base + 1, data: {...before, ...plan.data}});
    }
    return true;
  }

  async open(service) {
    const file = {id: randomUUID(), records: new Map()};
    const records = [
      {id: randomUUID(), kind: 'registration', data: registration({pseudonym: `Amber Kite ${this.files.length}`})},
      {id: randomUUID(), kind: 'custody', data: custody({order_ref: 'x'.repeat(Math.random() * 300)})},
    ];
    this.files.push(file);
    return (await this.write(service, file, {open: {id: file.id, type: 'child', records}})) ? file : undefined;
  }

  async step(service, file, i) {
    const custodies = [...file.records].slice(1);
    const data = {order_ref: `order ${this.count} ` + 'y'.repeat(Math.random() * 400)};
    if (i % 4 === 3) return (await this.ask(service, 'GET', `/dossiers/${file.ref}`)).status !== 0;
    if (i % 2 === 0) return this.write(service, file, {id: randomUUID(), base: 0, data: custody(data)});
    const [id, record] = custodies[Math.floor(Math.random() * custodies.length)];
    return this.write(service, file, {id, base: record.version, data});
  }

  /** Works until told to stop, until it gets no answer, or for so many files. */
  async work(service, {files = Infinity, steps = 6, stopped = () => false} = {}) {
    for (let i = 0; i < files && !stopped(); ++i) {
      const file = await this.open(service);
      if (!file) return;
      for (let step = 0; step < steps && !stopped(); ++step)
        if (!(await this.step(service, file, step))) return;
    }
  }

  /** After a crash: everything acknowledged is there as it was, and what was under way is there whole or not at all. */
  async check(service) {
    for (const file of this.files) {
      const plan = file.pending;
      const opening = Boolean(plan?.open);
      if (!file.ref && !opening) continue;
      const shown = await this.ask(service, 'GET', `/dossiers/${file.ref ?? file.id}`);
      if (opening && shown.status === 404) await this.retry(service, file);
      else await this.compare(service, file, shown);
    }
  }

  async compare(service, file, shown) {
    assert.equal(shown.status, 200, `lost: the file ${file.id}: ${shown.status} ${shown.text}`);
    const found = new Map(shown.body.records.map((one) => [one.id, one]));
    const plan = file.pending;
    if (plan?.open) for (const one of plan.open.records) same(found.get(one.id), 1, one.data);
    for (const [id, owed] of file.records) {
      const record = found.get(id);
      const is_later = plan?.id === id && record?.version === owed.version + 1;
      same(record, owed.version + (is_later ? 1 : 0), is_later ? {...owed.data, ...plan.data} : owed.data);
    }
    if (plan?.base === 0 && found.has(plan.id)) same(found.get(plan.id), 1, plan.data);
    const known = new Set([...file.records.keys(), ...(plan?.open?.records.map((one) => one.id) ?? []), plan?.id]);
    for (const one of shown.body.records) if (one.kind === 'custody') assert.ok(known.has(one.id), `a record that nobody wrote: ${one.id}`);
    if (plan) await this.retry(service, file);
  }

  /** The same request again is the same request, done before or not. */
  async retry(service, file) {
    const answer = await this.send(service, file, file.pending);
    assert.ok(answer.status === 200 || answer.status === 201, `a retry: ${answer.status} ${answer.text}`);
    this.settle(file, answer);
  }
}

function same(record, version, data) {
  assert.ok(record, 'lost: an acknowledged record');
  assert.equal(record.version, version, 'lost: an acknowledged version');
  for (const [field, value] of Object.entries(data)) {
    // Moments come back in one form.
    if (typeof value === 'string' && /^\d{4}-.*T/.test(value)) continue;
    assert.deepEqual(record.data[field], value, `torn: ${field}`);
  }
}

/** What `homeward verify` says; it must be clean. */
export function verify(register) {
  const witness = existsSync(register.witness) ? ['--witness', register.witness] : [];
  return run(['verify', '--data', register.data, ...witness], {fails: true});
}

export const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
export const total = (clerks) => clerks.reduce((sum, one) => sum + one.count, 0);
export const clerksOf = (register, count) => Array.from({length: count}, () => new Clerk(register.token));
export const all = (clerks, what) => Promise.all(clerks.map(what));
