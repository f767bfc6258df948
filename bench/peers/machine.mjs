// What a product costs: the processes that it runs as, their processor time and memory.
import {spawn, spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';

const tick_ms = 10;

function stat_of(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return {parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0)};
  } catch {
    return undefined; // it ended while we looked
  }
}

/** The processes given and all below them: pid → what /proc/PID/stat says. */
function tree(roots) {
  const all = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = stat_of(name);
    if (stat) all.set(Number(name), stat);
  }
  const found = new Map();
  const wanted = new Set(roots);
  for (let more = true; more; ) {
    more = false;
    for (const [pid, stat] of all) {
      if (found.has(pid) || !(wanted.has(pid) || found.has(stat.parent))) continue;
      found.set(pid, stat);
      more = true;
    }
  }
  return found;
}

/** Processor milliseconds, user and system, that these trees have used, with those that ended. */
export function cpu_ms(roots) {
  let ticks = 0;
  for (const stat of tree(roots).values()) ticks += stat.ticks;
  return ticks * tick_ms;
}

/** Waits until these trees have nothing left to do, at most `seconds`. */
export async function settled(roots, seconds = 20) {
  for (let step = 0, last = cpu_ms(roots); step < seconds * 4; ++step) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const now = cpu_ms(roots);
    if (now - last <= 2 * tick_ms) return;
    last = now;
  }
}

/** Memory of these trees in MiB; what several processes share counts once. */
export function memory(roots) {
  let kib = 0;
  for (const pid of tree(roots).keys()) {
    try {
      kib += Number(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)[1]);
    } catch {
      continue; // it ended while we looked
    }
  }
  return kib / 1024;
}

/** Runs a program to its end and returns what it printed. */
export function run(program, args, settings = {}) {
  const done = spawnSync(program, args, {encoding: 'utf8', maxBuffer: 256 << 20, ...settings});
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.status}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

const running = new Map();
/** Starts a server whose words go to a file. It is ended with the bench, however that ends. */
export function start(program, args, log, settings = {}, ending = 'SIGTERM') {
  const out = openSync(log, 'w');
  const child = spawn(program, args, {stdio: ['ignore', out, out], ...settings});
  closeSync(out);
  running.set(child, ending);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  ended.then(() => running.delete(child));
  const stop = async () => {
    child.kill(ending);
    await ended;
  };
  return {pid: child.pid, stop, over: () => child.exitCode !== null, log};
}
process.on('exit', () => {
  for (const [child, ending] of running) child.kill(ending);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/** Asks until `ready` says yes; throws after `seconds`, or as soon as the server has ended. */
export async function until(server, ready, seconds = 180) {
  const begun = Date.now();
  for (;;) {
    try {
      if (await ready()) return;
    } catch {
      // not listening yet
    }
    if (server.over() || Date.now() - begun > seconds * 1000)
      throw new Error(`a server did not start: ${server.log}\n${readFileSync(server.log, 'utf8').slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export async function free_port() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A PostgreSQL of one product alone, with the settings that Debian ships, in a folder of the chroot. */
export async function postgres(place, name) {
  const debian = join(place, 'debian');
  const folder = `/var/lib/postgresql/bench-${name}`;
  const programs = '/usr/lib/postgresql/15/bin';
  const port = await free_port();
  const as = ['--userspec=postgres:postgres', debian];
  const environment = {cwd: '/', env: {PATH: '/usr/sbin:/usr/bin:/bin', LC_ALL: 'C.UTF-8'}};
  rmSync(join(debian, folder), {recursive: true, force: true});
  mkdirSync(join(place, 'log'), {recursive: true});
  run('chroot', [...as, `${programs}/initdb`, '-D', folder, '--auth=trust', '--encoding=UTF8'], environment);
  const listen = ['-c', 'listen_addresses=127.0.0.1', '-c', `port=${port}`, '-c', 'unix_socket_directories='];
  const args = [...as, `${programs}/postgres`, '-D', folder, ...listen];
  const server = start('chroot', args, join(place, 'log', `postgres-${name}`), environment, 'SIGINT');
  const connect = ['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
  const sql = (database, text, input) =>
    run('chroot', [...as, ...connect, '-At', '-d', database, '-c', text], {...environment, input}).trim();
  await until(server, () => sql('postgres', 'select 1') === '1');
  sql('postgres', `create database ${name}`);
  const settings = ['fsync', 'synchronous_commit', 'shared_buffers'].map((one) => `${one}=${sql('postgres', `show ${one}`)}`);
  const stop = async () => {
    await server.stop();
    rmSync(join(debian, folder), {recursive: true});
  };
  return {port, pid: server.pid, settings: settings.join(', '), sql: (text, input) => sql(name, text, input), stop};
}
