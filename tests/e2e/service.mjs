// Starts the real program on a folder of its own and talks to it as a program would.
import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const program = process.env.HOMEWARD_BIN ?? join(root, 'build/dev/src/homeward');
export const password = 'a long enough password';

/** Runs a command of the program; returns its output, throws when it fails unless `fails`. */
export function run(args, {fails = false, env = {}} = {}) {
  const done = spawnSync(program, args, {encoding: 'utf8', cwd: root, env: {...process.env, ...env}, maxBuffer: 64 << 20});
  if (!fails && done.status !== 0) throw new Error(`homeward ${args.join(' ')}: ${done.status}\n${done.stdout}${done.stderr}`);
  return done;
}

/** A new register with one account for each role given, named after it in lower case. */
export function newRegister(roles) {
  const folder = mkdtempSync(join(tmpdir(), 'homeward-e2e-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password + '\n');
  run(['init', '--data', data]);
  for (const [name, role, team, agency] of roles)
    run(['user', 'add', name, '--role', role, '--team', team ?? 'North', '--agency', agency ?? 'Agency', '--password-file', passwordFile, '--data', data]);
  return {folder, data, remove: () => rmSync(folder, {recursive: true, force: true})};
}

/** Serves a register; resolves once it listens. */
export async function serve(data, extra = []) {
  const child = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...extra], {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
  let log = '';
  child.stderr.on('data', (chunk) => (log += chunk));
  const base = await new Promise((resolve, reject) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const found = out.match(/serves at (https?:\/\/\S+?)\/?\s/);
      if (found) resolve(found[1]);
    });
    child.on('exit', (code) => reject(new Error(`it ended with ${code} before it listened\n${log}`)));
  });
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({code, signal})));
  // A test that fails half-way leaves no server behind.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  ended.then(() => process.off('exit', end));
  return {
    base,
    child,
    log: () => log,
    ended,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A program that is signed in: `call(method, path, body, headers)` → {status, body, headers, text}. */
export async function signIn(base, name, as = 'program') {
  const answer = await call(base, 'POST', '/session', {name, password, as});
  if (answer.status !== 200) throw new Error(`sign-in of ${name}: ${answer.status} ${answer.text}`);
  const auth = {authorization: `Bearer ${answer.body.token}`};
  return {session: answer.body, call: (method, path, body, headers) => call(base, method, path, body, {...auth, ...headers})};
}

export async function call(base, method, path, body, headers = {}) {
  const raw = typeof body === 'string';
  const response = await fetch(base + (/^\/(api\/|healthz|readyz|metrics)/.test(path) ? path : '/api/v1' + path), {
    method,
    headers: {...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
    body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /[/+]json$/.test((response.headers.get('content-type') ?? '').split(';')[0]);
  return {status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : undefined};
}
