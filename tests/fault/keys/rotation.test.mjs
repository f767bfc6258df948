// The keys that wrap the dossiers' keys are exchanged: by a command and by a running server under
// load, killed at each step. Every record opens before, during and after, and the old key is of no
// use afterwards. HOMEWARD_KEYS=full for the sizes of a release.
import assert from 'node:assert/strict';
import {cpSync, existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {run} from '../../e2e/service.mjs';
import {all, clerksOf, endAll, has, say, start, total, verify} from '../crash/clerk.mjs';
import {bigRegister, digest, epochs, full, open, runBeside, runTraced} from './register.mjs';

after(endAll);
const skip = !has('strace') && 'strace is not installed';

const rekey = (register) => ['rekey', '--data', register.data, '--key-file', register.key];

/** Waits until the server has ended a rotation: nothing else says so from outside. */
async function oneEpoch(register, service) {
  while (epochs(register.data).length > 1) {
    assert.equal(service.child.exitCode, null, service.log);
    await pause(50);
  }
}

describe('a rotation by the command', () => {
  // What of it can be seen from outside: the syncs and the names of the keyring, the writes to the
  // log of keys.db, their syncs, what is moved into the file, and the log that is emptied.
  const calls = ['fsync', 'rename', 'pwrite64', 'fdatasync', 'ftruncate', 'write'];

  it('killed at its nth call loses nothing and goes on', {timeout: 4 * 3600e3, skip}, async () => {
    const seen = {};
    let [runs, killed, halfway, digests] = [0, 0, 0, 0];
    for (const call of calls) {
      const spread = call === 'pwrite64' ? [1, 2, 8, 40, 90, 140, 200] : [1, 2, 3, 4, 5, 6, 7, 8];
      for (let i = 0, n = 1; ; ++i) {
        n = full ? i + 1 : spread[i];
        if (n === undefined) break;
        const register = await bigRegister();
        const before = digest(register);
        const cut = runTraced(rekey(register), ['-e', `inject=${call}:signal=SIGKILL:when=${n}`]);
        ++runs;
        if (!cut.killed) {
          assert.equal(cut.status, 0, cut.stderr);
          register.remove();
          break;
        }
        ++killed;
        const left = epochs(register.data);
        seen[call] = n;
        halfway += left.length > 1 ? 1 : 0;
        assert.equal(digest(register), before, `during: killed at ${call} ${n}`);
        const said = run(rekey(register), {fails: true});
        assert.equal(said.status, 0, said.stderr);
        // One that was under way is ended; one that had not begun or was done is made anew.
        assert.deepEqual(epochs(register.data), [left.at(-1) + (left.length > 1 ? 0 : 1)]);
        assert.equal(digest(register), before, `after: killed at ${call} ${n}`);
        digests += 2;
        register.remove();
      }
    }
    for (const call of calls) assert.ok(seen[call] >= 1, `never killed at ${call}`);
    assert.ok(halfway > killed / 3, `${halfway} of ${killed} were halfway`);
    say(`rekey killed at its nth call (${Object.entries(seen).map(([call, n]) => `${call} ${n}`).join(', ')}): ${killed} kills of ${runs} runs, ${halfway} halfway; all contents open and equal each time (${digests} digests)`);
  });
});

describe('a rotation by a running server', () => {
  // In the order in which they happen; the file that a call is about, where many threads call it.
  const of = (register, name) => join(register.data, name);
  // As often as it happens: until one is not killed any more.
  const every = (nth) => Array.from({length: 400}, (_, i) => nth * i + 1);
  const steps = (register) => [
    ['the new keyring is written', [], 'fsync', [1]],
    ['it takes its name', [], 'rename', [1]],
    ['its name is made durable', [], 'fsync', [2]],
    ['keys are wrapped', [of(register, 'keys.db-wal')], 'pwrite64', full ? every(3) : [1, 30, 80]],
    ['they become durable', [of(register, 'keys.db-wal')], 'fdatasync', full ? every(1) : [2]],
    ['the log is moved', [of(register, 'keys.db')], 'pwrite64', full ? every(3) : [3]],
    ['the file is made durable', [of(register, 'keys.db')], 'fdatasync', [1]],
    ['the log is emptied', [of(register, 'keys.db-wal')], 'ftruncate', [1]],
    ['the keyring without the old key is written', [], 'fsync', [3]],
    ['it takes its name', [], 'rename', [2]],
    ['its name is made durable', [], 'fsync', [4]],
    ['the wish is forgotten', [of(register, 'rekey.wanted')], 'unlink', [1]],
  ];

  it('killed at each step under load loses nothing and goes on at the next start', {timeout: 4 * 3600e3, skip}, async () => {
    let [killed, acknowledged] = [0, 0];
    const count = steps({data: ''}).length;
    for (let step = 0; step < count; ++step) {
      for (let i = 0; ; ++i) {
        const register = await bigRegister();
        const [what, paths, call, spread] = steps(register)[step];
        const n = spread[i];
        if (n === undefined) {
          register.remove();
          break;
        }
        const may_be_past = i > 0 && spread.length > 20;
        const clerks = clerksOf(register, 8);
        // The files first: only the rotation writes keys while it is waited for.
        const first = await start(register);
        await all(clerks, (clerk) => clerk.work(first, {files: 1, steps: 2}));
        assert.equal((await first.stop('SIGTERM')).code, 0);
        const service = await start(register, [...paths.flatMap((one) => ['-P', one]), '-e', `inject=${call}:signal=SIGKILL:when=${n}`]);
        assert.ok(service.base, `it ended before the rotation: ${what}`);
        const before = epochs(register.data).at(-1);
        let ended = false;
        const load = all(clerks, async (clerk) => {
          for (let at = 0; !ended; ++at) if (!(await clerk.step(service, clerk.files[0], at))) return;
        });
        const asked = runBeside([...rekey(register), '--wait', '300']);
        const result = await Promise.race([service.ended, asked.then(() => undefined)]);
        ended = true;
        await load;
        if (may_be_past && !result) {
          await service.stop('SIGTERM');
          register.remove();
          break;
        }
        assert.equal(result?.signal, 'SIGKILL', `not killed: ${what} (${call} ${n}): ${service.log}`);
        ++killed;
        assert.equal(open(register).status, 0, `during: ${what} (${call} ${n})`);
        const again = await start(register);
        assert.ok(again.base, again.log);
        // Through the API, while it ends what was begun.
        await all(clerks, (clerk) => clerk.check(again));
        const said = await asked;
        assert.equal(said.status, 0, said.said);
        await oneEpoch(register, again);
        await all(clerks, (clerk) => clerk.work(again, {files: 1, steps: 2}));
        await all(clerks, (clerk) => clerk.check(again));
        assert.equal((await again.stop('SIGTERM')).code, 0, again.log);
        assert.deepEqual(epochs(register.data), [before + 1], `${what} (${call} ${n})`);
        assert.ok(!existsSync(of(register, 'rekey.wanted')));
        digest(register);
        assert.equal(verify(register).status, 0);
        for (const clerk of clerks) assert.deepEqual(clerk.refused, {}, JSON.stringify(clerk.refusal));
        acknowledged += total(clerks);
        register.remove();
      }
    }
    say(`a server killed while it rotates, 8 clients: ${killed} kills at ${count} steps, ${acknowledged} acknowledged, 0 lost; each ended by the next start`);
  });

  it('again and again under load refuses nobody anything', {timeout: 3600e3}, async () => {
    const register = await bigRegister();
    const service = await start(register);
    const clerks = clerksOf(register, 16);
    const rotations = full ? 100 : 6;
    let ended = false;
    const load = all(clerks, (clerk) => clerk.work(service, {stopped: () => ended}));
    for (let i = 1; i <= rotations; ++i) {
      const said = await runBeside(rekey(register));
      assert.equal(said.status, 0, said.said + service.log);
      assert.deepEqual(epochs(register.data), [i + 1]);
    }
    ended = true;
    await load;
    await all(clerks, (clerk) => clerk.check(service));
    for (const clerk of clerks) assert.deepEqual(clerk.refused, {}, JSON.stringify(clerk.refusal));
    assert.equal((await service.stop('SIGTERM')).code, 0, service.log);
    digest(register);
    say(`${rotations} rotations under 16 clients: ${total(clerks)} acknowledged, 0 lost, 0 refused`);
    register.remove();
  });
});

describe('a wish', () => {
  it('that means nothing is taken away and changes nothing', async () => {
    const register = await bigRegister();
    const wish = join(register.data, 'rekey.wanted');
    const service = await start(register);
    for (const text of ['', '1', 'one\n', '-1\n', '99999999999\n', '2\n', '1\n'.repeat(20)]) {
      writeFileSync(wish, text);
      while (existsSync(wish)) {
        assert.equal(service.child.exitCode, null, service.log);
        await pause(50);
      }
      assert.deepEqual(epochs(register.data), [1], JSON.stringify(text));
    }
    // One that was granted already, as a crash before forgetting it leaves it.
    run(rekey(register));
    writeFileSync(wish, '1\n');
    while (existsSync(wish)) await pause(50);
    assert.deepEqual(epochs(register.data), [2]);
    assert.equal((await service.stop('SIGTERM')).code, 0, service.log);
    // While nobody serves, it waits for the next start; and a stop ends the rotation or leaves it to the next.
    writeFileSync(wish, '2\n');
    for (let i = 0; i < 20 && (existsSync(wish) || epochs(register.data).length > 1); ++i) {
      const next = await start(register);
      assert.equal((await next.stop('SIGTERM')).code, 0, next.log);
    }
    assert.deepEqual(epochs(register.data), [3]);
    digest(register);
    register.remove();
  });
});

describe('after a rotation', () => {
  it('the old key is of no use, and the old keyring opens nothing new', async () => {
    const register = await bigRegister();
    const before = digest(register);
    cpSync(register.data, register.at('old'), {recursive: true});
    run(rekey(register));
    assert.equal(digest(register), before);
    const mixed = (name, keys, keyring) => {
      cpSync(register.data, register.at(name), {recursive: true});
      cpSync(join(keys, 'keys.db'), join(register.at(name), 'keys.db'));
      cpSync(join(keyring, 'keyring.json'), join(register.at(name), 'keyring.json'));
      return open(register, register.at(name));
    };
    // Whoever has kept yesterday's keys, and has today's keyring and the key file.
    for (const said of [mixed('a', register.at('old'), register.data), mixed('b', register.data, register.at('old'))]) {
      assert.equal(said.status, 2);
      assert.match(said.stderr, /wrapped by an epoch that the keyring lacks/);
    }
    // Control: yesterday's keyring opens yesterday's keys, which is why both are kept for days only.
    assert.equal(mixed('c', register.at('old'), register.at('old')).digest, before);
    register.remove();
  });

  // Control: what these tests look with sees what a key destroyed too early would leave.
  it('destroyed too early, a key would be missed', {skip}, async () => {
    const register = await bigRegister();
    cpSync(register.data, register.at('half'), {recursive: true});
    const half = {...register, data: register.at('half')};
    const cut = runTraced(rekey(half), ['-P', join(half.data, 'keys.db-wal'), '-e', 'inject=fdatasync:signal=SIGKILL:when=2']);
    assert.ok(cut.killed);
    assert.deepEqual(epochs(half.data), [1, 2]);
    run(rekey(half));
    const halfway = await bigRegister();
    runTraced(rekey(halfway), ['-P', join(halfway.data, 'keys.db-wal'), '-e', 'inject=fdatasync:signal=SIGKILL:when=2']);
    assert.deepEqual(epochs(halfway.data), [1, 2]);
    assert.equal(open(halfway).status, 0);
    cpSync(join(half.data, 'keyring.json'), join(halfway.data, 'keyring.json'));
    assert.notEqual(open(halfway).status, 0);
    const service = await start(halfway);
    assert.equal(service.base, undefined, 'it serves what it cannot open');
    halfway.remove();
    register.remove();
  });
});
