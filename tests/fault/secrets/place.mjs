// A register in folders of its own, and the real program in it: everything that it says is kept, so that it can be looked through.
import {spawn, spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {program, root} from '../../e2e/service.mjs';

export const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
export const isRoot = process.getuid() === 0;

export class Place {
  program = program;
  said = [];
  running = new Set();

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'homeward-secrets-'));
    for (const name of ['work', 'tmp', 'home']) mkdirSync(join(this.folder, name));
    this.data = join(this.folder, 'data');
    this.witness = join(this.folder, 'witness');
    this.options = {
      cwd: join(this.folder, 'work'),
      env: {...process.env, HOMEWARD_PACK: join(root, 'roadmap'), TMPDIR: join(this.folder, 'tmp'), SQLITE_TMPDIR: join(this.folder, 'tmp'), HOME: join(this.folder, 'home')},
    };
  }
  /** Another user's from here on, with a program and a pack of its own: that user may not reach the ones that were built. */
  giveTo(user) {
    this.program = join(this.folder, 'homeward');
    cpSync(program, this.program);
    const pack = join(this.folder, 'roadmap');
    cpSync(join(root, 'roadmap'), pack, {recursive: true});
    this.options.env.HOMEWARD_PACK = pack;
    const given = spawnSync('chown', ['-R', `${user}:${user}`, this.folder], {encoding: 'utf8'});
    if (given.status !== 0) throw new Error(given.stderr);
  }
  file(name, text) {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }
  /** Runs a command on the register. */
  run(args, {strace = [], ...more} = {}) {
    const all = [...strace, this.program, ...args, '--data', this.data];
    const done = spawnSync(all[0], all.slice(1), {...this.options, encoding: 'utf8', maxBuffer: 64 << 20, timeout: 120e3, ...more});
    this.said.push({what: args.slice(0, 2).join(' '), out: done.stdout, err: done.stderr, status: done.status});
    return done;
  }
  /** Serves it; `base` is undefined when it ended before it listened. */
  async serve({before = [], more = [], ...options} = {}) {
    const words = [...before, this.program, 'serve', '--data', this.data, '--witness', this.witness, '--listen', '127.0.0.1:0', ...more];
    const child = spawn(words[0], words.slice(1), {...this.options, stdio: ['ignore', 'pipe', 'pipe'], ...options});
    this.running.add(child);
    const said = {what: 'serve', out: '', err: ''};
    this.said.push(said);
    child.stderr.on('data', (chunk) => (said.err += chunk));
    const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({code, signal})));
    ended.then(() => this.running.delete(child));
    const listening = new Promise((resolve) =>
      child.stdout.on('data', (chunk) => {
        said.out += chunk;
        const found = said.out.match(/serves at (http:\/\/\S+?)\/?\s/);
        if (found) resolve(found[1]);
      }),
    );
    const base = await Promise.race([listening, ended.then(() => undefined)]);
    return {child, base, said, ended, stop: (signal = 'SIGTERM') => (child.kill(signal), ended)};
  }
  remove() {
    for (const child of this.running) child.kill('SIGKILL');
    rmSync(this.folder, {recursive: true, force: true});
  }
}
