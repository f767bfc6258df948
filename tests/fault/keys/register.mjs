// What the tests of rotation and of backups share: a register with more dossiers than one change
// wraps, and what can be said of a folder from outside.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {custody, registration} from '../../e2e/http/story.mjs';
import {program, root, run} from '../../e2e/service.mjs';
import {copyRegister} from '../crash/clerk.mjs';

/** Full sizes before a release: HOMEWARD_KEYS=full. */
export const full = process.env.HOMEWARD_KEYS === 'full';
const dossiers = 150;

let template;
/** A copy of a register of 150 children and one caseworker who is signed in. */
export async function bigRegister() {
  if (!template) {
    template = await copyRegister();
    process.on('exit', template.remove);
    const lines = Array.from({length: dossiers}, (_, i) => {
      const records = [
        {id: randomUUID(), kind: 'registration', data: registration({pseudonym: `Amber Kite ${i}`})},
        {id: randomUUID(), kind: 'custody', data: custody({order_ref: `order ${i}`})},
      ];
      return JSON.stringify({id: randomUUID(), type: 'child', records});
    });
    const file = join(template.data, '..', 'children');
    writeFileSync(file, lines.join('\n') + '\n');
    run(['import', file, '--data', template.data]);
  }
  const folder = mkdtempSync(join(tmpdir(), 'homeward-keys-'));
  const at = (name) => join(folder, name);
  cpSync(template.data, at('data'), {recursive: true});
  cpSync(template.data + '.key', at('data.key'));
  return {folder, at, data: at('data'), key: at('data.key'), witness: at('witness'), token: template.token, remove: () => rmSync(folder, {recursive: true, force: true})};
}

/** The epochs that a folder's keyring has. */
export const epochs = (data) => JSON.parse(readFileSync(join(data, 'keyring.json'), 'utf8')).epochs.map((one) => one.epoch);

/** Opens everything in a folder; what the program says, with `status`. */
export function open(register, data = register.data) {
  const said = run(['verify', '--digest', '--json', '--data', data, '--key-file', register.key], {fails: true});
  return {status: said.status, stderr: said.stderr, ...(said.stdout ? JSON.parse(said.stdout) : {})};
}

/** The digest of all plaintexts; every one of them must open. */
export function digest(register, data = register.data) {
  const said = open(register, data);
  assert.equal(said.status, 0, JSON.stringify(said.findings) + said.stderr);
  assert.ok(said.contents > 2 * dossiers);
  return said.digest;
}

/** Runs the program under strace; `killed` when the injected signal ended it. */
export function runTraced(words, strace) {
  const done = spawnSync('strace', ['-D', '-f', '-q', '-o', '/dev/null', ...strace, program, ...words], {encoding: 'utf8', cwd: root});
  return {...done, killed: done.signal === 'SIGKILL'};
}

/** Runs the program beside this one. */
export function runBeside(words) {
  const child = spawn(program, words, {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  return new Promise((resolve) => child.on('close', (status) => resolve({status, said})));
}

export const backup = (register, name, data = register.data) => ['backup', register.at(name), '--keys', register.at(name + '.keys'), '--data', data];
export const restore = (register, name, to = 'restored', keys = name) =>
  ['restore', register.at(name), '--keys', register.at(keys + '.keys'), '--data', register.at(to), '--key-file', register.key, '--json'];
export const isThere = (...names) => names.map((name) => existsSync(name));
