// A register is copied while it serves and made again from the copy: everything that was
// acknowledged before is in it, all of it opens, and what was cut short or damaged is never taken
// for whole. HOMEWARD_KEYS=full for the sizes of a release.
import assert from 'node:assert/strict';
import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {run, serve, signIn} from '../../e2e/service.mjs';
import {all, clerksOf, endAll, has, say, start, total} from '../crash/clerk.mjs';
import {backup, bigRegister, digest, epochs, full, isThere, open, restore, runBeside, runTraced} from './register.mjs';

after(endAll);
const skip = !has('strace') && 'strace is not installed';

const clean = (data, witness = []) => {
  const said = run(['verify', '--data', data, ...witness], {fails: true});
  assert.equal(said.status, 0, said.stdout + said.stderr);
};
const names = (register) => readdirSync(register.folder).sort();
const seconds = (began) => (performance.now() - began) / 1000;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1].toFixed(2);

/** Serves a restored register, and looks for what was acknowledged before the copy. */
async function expectAll(data, key, owed) {
  const service = await serve(data, ['--key-file', key, '--files-per-account', '0']);
  const {session} = await signIn(service.base, 'worker');
  for (const clerk of owed) {
    clerk.token = session.token;
    for (const file of clerk.files) {
      if (!file.ref) continue;
      const shown = await clerk.ask(service, 'GET', `/dossiers/${file.ref}`);
      assert.equal(shown.status, 200, `lost: ${shown.text}`);
      const found = new Map(shown.body.records.map((one) => [one.id, one]));
      for (const [id, {version, data: said}] of file.records) {
        const record = found.get(id);
        assert.ok(record?.version >= version, 'lost: an acknowledged record');
        if (record.version === version && said.order_ref) assert.equal(record.data.order_ref, said.order_ref);
      }
    }
  }
  assert.equal((await service.stop()).code, 0, service.log());
}

describe('a backup', () => {
  it('of a serving register has all that was acknowledged before it', {timeout: 3600e3}, async () => {
    const register = await bigRegister();
    const service = await start(register);
    const clerks = clerksOf(register, 16);
    const rounds = full ? 40 : 3;
    const times = {backup: [], restore: []};
    for (let i = 0; i < rounds; ++i) {
      let ended = false;
      const load = all(clerks, (clerk) => clerk.work(service, {stopped: () => ended}));
      const from = total(clerks);
      while (total(clerks) < from + 100) await new Promise((resolve) => setTimeout(resolve, 20));
      const owed = clerksOf(register, clerks.length);
      clerks.forEach((clerk, at) => (owed[at].files = structuredClone(clerk.files)));
      // A rotation at the same time, every other round.
      const rekeyed = i % 2 === 1 ? runBeside(['rekey', '--data', register.data]) : undefined;
      let began = performance.now();
      const made = await runBeside([...backup(register, `b${i}`), '--witness', register.witness]);
      times.backup.push(seconds(began));
      ended = true;
      await load;
      assert.equal(made.status, 0, made.said);
      clean(register.at(`b${i}`), ['--witness', join(register.at(`b${i}`), 'witness')]);
      began = performance.now();
      const restored = JSON.parse(run(restore(register, `b${i}`)).stdout);
      times.restore.push(seconds(began));
      assert.equal(restored.digest, digest(register, register.at('restored')));
      assert.ok(restored.sessions_ended > 0);
      await expectAll(register.at('restored'), register.key, owed);
      rmSync(register.at('restored'), {recursive: true});
      if (rekeyed) assert.equal((await rekeyed).status, 0, (await rekeyed).said);
    }
    for (const clerk of clerks) assert.deepEqual(clerk.refused, {}, JSON.stringify(clerk.refusal));
    await all(clerks, (clerk) => clerk.check(service));
    // At rest, beside the server: the same plaintexts, to the last byte.
    run(backup(register, 'rest'));
    const {entries} = JSON.parse(run(['verify', '--json', '--data', register.data]).stdout);
    const before = digest(register);
    assert.equal(JSON.parse(run(restore(register, 'rest')).stdout).digest, before);
    assert.equal((await service.stop('SIGTERM')).code, 0, service.log);
    assert.deepEqual(epochs(register.data), [1 + (rounds >> 1)]);
    say(`${rounds} backups under 16 clients, each restored: ${total(clerks)} acknowledged, all that were before the copy found, digests equal; ${entries} entries: backup median ${median(times.backup)} s, restore ${median(times.restore)} s`);
    register.remove();
  });

  // Debian's SQLite must not have a second connection that writes (docs/decisions/0009).
  it('writes nothing beside a server', {skip}, async () => {
    const register = await bigRegister();
    const service = await start(register);
    const trace = register.at('trace');
    const calls = 'trace=write,pwrite64,ftruncate,fsync,fdatasync,rename,unlink,openat';
    const done = runTraced(backup(register, 'b'), ['-y', '-s', '0', '-e', calls, '-o', trace]);
    assert.equal(done.status, 0, done.stderr);
    const lines = readFileSync(trace, 'utf8').split('\n').filter((line) => line.includes(register.data + '/'));
    // It may open the logs for more than it does with them.
    const allowed = / openat\(.*(O_RDONLY|\.db-(wal|shm)", O_RDWR)|\.db-shm>/;
    assert.deepEqual(lines.filter((line) => !allowed.test(line)), []);
    assert.ok(lines.length > 4);
    await service.stop('SIGTERM');
    register.remove();
  });

  it('killed or without room at its nth call is none, and hurts nothing', {timeout: 3600e3, skip}, async () => {
    const register = await bigRegister();
    const before = digest(register);
    const counts = {killed: 0, full: 0, whole: 0};
    let at = 0;
    for (const [call, faults, spread] of [
      ['pwrite64', ['signal=SIGKILL', 'error=ENOSPC'], [1, 60, 300]],
      ['write', ['signal=SIGKILL', 'error=ENOSPC'], [1, 2, 3, 4]],
      ['fsync', ['signal=SIGKILL', 'error=EIO'], [1, 2, 3, 5, 8, 11, 14, 16]],
      ['rename', ['signal=SIGKILL'], [1, 3, 5, 6, 7]],
    ]) {
      for (const fault of faults) {
        for (const n of full ? Array.from({length: 400}, (_, i) => (call === 'pwrite64' ? 10 * i + 1 : i + 1)) : spread) {
          const name = `b${at++}`;
          const cut = runTraced(backup(register, name), ['-e', `inject=${call}:${fault}:when=${n}`]);
          const [data, keys] = isThere(register.at(name), register.at(name + '.keys'));
          if (cut.killed) ++counts.killed;
          else if (cut.status !== 0) {
            ++counts.full;
            assert.equal(cut.status, 2, cut.stderr);
            if (fault === 'error=ENOSPC') assert.match(cut.stderr, /no room|cannot/);
            assert.deepEqual(names(register).filter((one) => one.startsWith('b')), [], cut.stderr);
          }
          if (data) {
            assert.ok(keys, 'data without keys');
            ++counts.whole;
            assert.equal(JSON.parse(run(restore(register, name)).stdout).digest, before);
            rmSync(register.at('restored'), {recursive: true});
          }
          for (const one of names(register).filter((each) => each.startsWith('b'))) rmSync(register.at(one), {recursive: true});
          if (cut.status === 0) break;
        }
      }
    }
    assert.equal(digest(register), before);
    assert.ok(counts.killed > 10 && counts.full > 8, JSON.stringify(counts));
    say(`backup killed ${counts.killed} times, failed ${counts.full} times: ${counts.whole} were whole by then and restored, of the others nothing was taken for one`);
    register.remove();
  });
});

describe('a restore', () => {
  it('killed or without room at its nth call makes no register', {timeout: 3600e3, skip}, async () => {
    const register = await bigRegister();
    const before = digest(register);
    run(backup(register, 'b'));
    const counts = {killed: 0, failed: 0, whole: 0};
    for (const [call, faults, spread] of [
      ['write', ['signal=SIGKILL', 'error=ENOSPC'], [1, 20]],
      ['pwrite64', ['signal=SIGKILL', 'error=ENOSPC'], [1, 3]],
      ['fsync', ['signal=SIGKILL', 'error=EIO'], [1, 3, 4, 5, 6]],
      ['fdatasync', ['signal=SIGKILL', 'error=EIO'], [1, 2]],
      ['rename', ['signal=SIGKILL'], [1]],
    ]) {
      for (const fault of faults) {
        for (const n of full ? Array.from({length: 60}, (_, i) => i + 1) : spread) {
          const cut = runTraced(restore(register, 'b'), ['-e', `inject=${call}:${fault}:when=${n}`]);
          if (cut.killed) ++counts.killed;
          else if (cut.status !== 0) {
            ++counts.failed;
            // 74: the disk failed under the new database, and the process ends as a server would.
            assert.ok([2, 74].includes(cut.status), cut.stderr);
            if (cut.status === 2) assert.deepEqual(names(register).filter((one) => one.startsWith('restored')), [], cut.stderr);
          }
          if (existsSync(register.at('restored'))) {
            ++counts.whole;
            assert.equal(digest(register, register.at('restored')), before);
          }
          for (const one of names(register).filter((each) => each.startsWith('restored'))) rmSync(register.at(one), {recursive: true});
          if (cut.status === 0) break;
        }
      }
    }
    assert.ok(counts.killed > 5 && counts.failed > 3, JSON.stringify(counts));
    assert.equal(JSON.parse(run(restore(register, 'b')).stdout).digest, before);
    say(`restore killed ${counts.killed} times, failed ${counts.failed} times: ${counts.whole} were whole by then, of the others there is no register`);
    register.remove();
  });

  it('of a cut, damaged or mixed backup says why and leaves nothing', async () => {
    const register = await bigRegister();
    run(backup(register, 'a'));
    const service = await start(register);
    const [clerk] = clerksOf(register, 1);
    await clerk.work(service, {files: 1});
    run(backup(register, 'b'));
    await service.stop('SIGTERM');
    const stranger = await bigRegister();
    run(['init', '--data', stranger.at('other')]);
    run(['backup', register.at('c'), '--keys', register.at('c.keys'), '--data', stranger.at('other')]);
    const before = names(register);
    const refused = (words, why) => {
      const said = run(words, {fails: true});
      assert.equal(said.status, 2, said.stdout);
      assert.match(said.stderr, why);
      assert.deepEqual(names(register), before);
    };
    refused(restore(register, 'b', 'restored', 'a'), /the keys are older than the data/);
    refused(restore(register, 'a', 'restored', 'c'), /the keys are those of another register/);
    refused(restore(register, 'a.keys'), /holds the keys, not the data/);
    refused(restore(register, 'nothing', 'restored', 'a'), /no finished backup/);
    refused(restore(register, 'a', 'data'), /is not empty/);
    refused([...restore(register, 'a').slice(0, -2), stranger.at('other.key'), '--json'], /is not what opens|does not open/);
    for (const [folder, file] of [['a', 'homeward.db'], ['a.keys', 'keys.db'], ['a.keys', 'keyring.json'], ['a', 'signing.pub']]) {
      const path = join(register.at(folder), file);
      const whole = readFileSync(path);
      truncateSync(path, statSync(path).size >> 1);
      refused(restore(register, 'a'), /damaged or cut/);
      const flipped = Buffer.from(whole);
      flipped[whole.length >> 1] ^= 1;
      writeFileSync(path, flipped);
      refused(restore(register, 'a'), /damaged or cut/);
      writeFileSync(path, whole);
    }
    // Old data with younger keys are fine: what was erased since stays erased.
    assert.equal(run(restore(register, 'a', 'restored', 'b')).status, 0);
    rmSync(register.at('restored'), {recursive: true});
    mkdirSync(register.at('restored'));
    assert.equal(run(restore(register, 'a')).status, 0, 'an empty folder is a place');
    register.remove();
    stranger.remove();
  });

  // Control: the digest sees what the restored copy may lack or have otherwise.
  it('that lost or changed a content would show another digest', async () => {
    const register = await bigRegister();
    const before = digest(register);
    run(backup(register, 'a'));
    const service = await start(register);
    const [clerk] = clerksOf(register, 1);
    await clerk.work(service, {files: 1});
    await service.stop('SIGTERM');
    assert.notEqual(digest(register), before);
    assert.equal(JSON.parse(run(restore(register, 'a')).stdout).digest, before);
    // And one whose keys are not its own does not open.
    cpSync(join(register.data, 'keys.db'), register.at('keys.db'));
    const keys = readFileSync(register.at('keys.db'));
    for (let i = 0; i < keys.length; i += 512) keys[i + 300] ^= keys.subarray(i, i + 512).some((byte) => byte) && i > 8192 ? 1 : 0;
    writeFileSync(join(register.data, 'keys.db'), keys);
    assert.notEqual(open(register).status, 0);
    register.remove();
  });
});
