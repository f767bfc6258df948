// Run by disk.test.mjs with a folder of 300 KB, mounted in a namespace of its own: fills it through
// the real program, looks at what is refused, makes room, and looks that everything goes on.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {readdirSync} from 'node:fs';
import {all, clerksOf, copyRegister, start, total, verify} from './clerk.mjs';

const folder = process.argv[2];
const resize = (size) => assert.equal(spawnSync('mount', ['-o', `remount,size=${size}`, folder]).status, 0);
const clean = (register) => {
  const said = verify(register);
  assert.equal(said.status, 0, said.stdout + said.stderr);
};

const register = await copyRegister(folder);
const boards = () => readdirSync(register.data).filter((name) => name.startsWith('board-'));
const kept = boards();
const clerks = clerksOf(register, 4);
let service = await start(register);
assert.ok(service.base, service.log);
// Each goes on until it has been refused some times.
await all(clerks, async (clerk) => {
  for (let i = 0; i < 200 && (clerk.refused[507] ?? 0) < 5; ++i) await clerk.work(service, {files: 1, steps: 3});
});
const before = total(clerks);
const refused = clerks.reduce((sum, clerk) => sum + (clerk.refused[507] ?? 0), 0);
for (const clerk of clerks) {
  assert.ok(clerk.refused[507] > 0, JSON.stringify(clerk.refused));
  assert.deepEqual(Object.keys(clerk.refused), ['507']);
  assert.equal(clerk.refusal.body.type.split('/').at(-1).split(':').at(-1), 'no_room', clerk.refusal.text);
  assert.equal(clerk.refusal.body.status, 507);
}
assert.ok(before > 0, 'something was written before it was full');
// What cannot be written down is not shown.
const file = clerks.flatMap((clerk) => clerk.files).find((one) => one.ref);
const looks = [];
for (let i = 0; i < 60; ++i) looks.push(await clerks[0].ask(service, 'GET', `/dossiers/${file.ref}`));
const unseen = looks.filter((one) => one.status !== 200);
for (const one of unseen) {
  assert.ok([503, 507].includes(one.status), `${one.status} ${one.text}`);
  assert.ok(!one.text.includes('Amber Kite'));
}
const entering = await clerks[0].ask(service, 'POST', '/session', {name: 'worker', password: 'a long enough password', as: 'program'});
assert.ok([200, 503, 507].includes(entering.status), entering.text);
// Killed while it is full, it starts again or says why not, and has lost nothing.
await service.stop('SIGKILL');
const tight = await start(register);
if (tight.base) await all(clerks, (clerk) => clerk.check(tight).catch((error) => assert.match(error.message, /^lost: the file [^:]+: 50[37] /)));
else assert.match(tight.log, /no room on the disk/);
await tight.stop('SIGKILL');
resize('8m');
service = await start(register);
assert.ok(service.base, service.log);
await all(clerks, (clerk) => clerk.check(service));
clean(register);
// And full once more, with room made while it runs.
resize('600k');
await all(clerks, async (clerk) => {
  clerk.refused = {};
  for (let i = 0; i < 200 && !clerk.refused[507]; ++i) await clerk.work(service, {files: 1, steps: 3});
  assert.ok(clerk.refused[507] > 0);
});
resize('8m');
await all(clerks, async (clerk) => {
  clerk.refused = {};
  await clerk.work(service, {files: 2});
  assert.deepEqual(clerk.refused, {});
  await clerk.check(service);
});
clean(register);
assert.equal((await service.stop('SIGTERM')).code, 0, service.log);
// The room is the journal's: no new file for the lists is begun where there is so little.
assert.deepEqual(boards(), kept);
clean(register);
console.log(
  `full disk (300 KB): ${before} acknowledged, ${refused} refused with 507, ${unseen.length} of ${looks.length} looks not shown (${[...new Set(unseen.map((one) => one.status))]}), a sign-in ${entering.status}, ` +
    `${tight.base ? 'starts' : 'does not start and says so'} while full; ${total(clerks)} acknowledged in the end, 0 lost`,
);
