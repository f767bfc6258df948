// The process is killed at any moment while clients write: what was acknowledged is there after the
// restart, nothing is torn, and the journal verifies. HOMEWARD_CRASH=full for the sizes of a release.
import assert from 'node:assert/strict';
import {readFileSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {all, clerksOf, copyRegister, endAll, full, has, say, start, total, verify} from './clerk.mjs';

const kills_random = full ? 500 : 20;
// A folder is used for so many kills, and then a fresh one: every look is at everything in it.
const kills_per_folder = 5;

after(endAll);

const restarts = [];
async function restart(register) {
  const service = await start(register);
  assert.ok(service.base, `it does not start again: ${service.log}`);
  restarts.push(service.ms);
  return service;
}
function clean(register) {
  const said = verify(register);
  assert.equal(said.status, 0, said.stdout + said.stderr);
}
function report(what, kills, acknowledged) {
  const sorted = restarts.splice(0).sort((a, b) => a - b);
  const [median, longest] = [sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => (ms / 1000).toFixed(2));
  say(`${what}: ${kills} kills, ${acknowledged} acknowledged, 0 lost, 0 torn, verify clean each time; restart median ${median} s, longest ${longest} s`);
}

describe('a process that is killed', () => {
  it('at random under 16 clients loses nothing', {timeout: 4 * 3600e3}, async () => {
    let acknowledged = 0;
    for (let done = 0; done < kills_random; ) {
      const register = await copyRegister();
      const clerks = clerksOf(register, 16);
      let service = await start(register);
      for (let i = 0; i < kills_per_folder && done < kills_random; ++i, ++done) {
        const ended = all(clerks, (clerk) => clerk.work(service));
        // Not a wait for something: the moment of the kill.
        await pause(20 + Math.random() * 400);
        assert.equal((await service.stop('SIGKILL')).signal, 'SIGKILL');
        await ended;
        service = await restart(register);
        await all(clerks, (clerk) => clerk.check(service));
        clean(register);
      }
      await service.stop('SIGTERM');
      clean(register);
      acknowledged += total(clerks);
      register.remove();
    }
    assert.ok(acknowledged > kills_random * 10, `${acknowledged} acknowledged`);
    report('random kills', kills_random, acknowledged);
  });

  it('at its nth write to a file loses nothing', {timeout: 4 * 3600e3, skip: !has('strace') && 'strace is not installed'}, async () => {
    // Each thread counts its own writes, and each database has one thread that writes.
    const spread = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233];
    let [tries, killed, acknowledged, beyond] = [0, 0, 0, 0];
    let register, clerks;
    for (let n = 1; full ? beyond < 3 : tries < spread.length; ++n, ++tries) {
      if (tries % kills_per_folder === 0) {
        register?.remove();
        register = await copyRegister();
        clerks = clerksOf(register, 8);
      }
      const before = total(clerks);
      const when = full ? n : spread[tries];
      const service = await start(register, ['-e', `inject=pwrite64:signal=SIGKILL:when=${when}`]);
      if (service.base) await all(clerks, (clerk) => clerk.work(service, {files: 1, steps: 4}));
      const {signal} = service.child.signalCode ? await service.ended : await service.stop('SIGTERM');
      killed += signal === 'SIGKILL' ? 1 : 0;
      beyond = signal === 'SIGKILL' ? 0 : beyond + 1;
      const again = await restart(register);
      await all(clerks, (clerk) => clerk.check(again));
      clean(register);
      await again.stop('SIGTERM');
      acknowledged += total(clerks) - before;
    }
    register.remove();
    assert.ok(killed >= tries / 2, `${killed} of ${tries} were killed`);
    report(`kills at the nth pwrite64 (n up to ${full ? tries : spread.at(-1)})`, killed, acknowledged);
  });
});

// Controls: the clerks must notice.
describe('a loss', () => {
  it('of the end of the log is found', async () => {
    const register = await copyRegister();
    const clerks = clerksOf(register, 4);
    const database = join(register.data, 'homeward.db');
    const log = `${database}-wal`;
    // The log is moved into the database now and then, perhaps all of it just before the kill.
    const before = readFileSync(database);
    const service = await start(register);
    await all(clerks, (clerk) => clerk.work(service, {files: 2}));
    await service.stop('SIGKILL');
    writeFileSync(database, before);
    truncateSync(log, statSync(log).size / 2);
    const again = await start(register);
    await assert.rejects(all(clerks, (clerk) => clerk.check(again)), /lost/);
    await again.stop('SIGKILL');
    register.remove();
  });

  it('of a value is found', async () => {
    const register = await copyRegister();
    const [clerk] = clerksOf(register, 1);
    const service = await start(register);
    await clerk.work(service, {files: 1});
    [...clerk.files[0].records.values()][1].data.order_ref += '!';
    await assert.rejects(clerk.check(service), /torn: order_ref/);
    await service.stop('SIGKILL');
    register.remove();
  });
});
