// What opens a register: it lies in locked memory, in no core dump and out of reach of others; and where it is wrong, missing,
// half written or too long, nothing starts, nothing is written, and the file that is at fault is named.
// HOMEWARD_KEY_FILES=full: every command in every case.
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {closeSync, existsSync, openSync, readFileSync, readSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {call, root} from '../../e2e/service.mjs';
import {filesIn} from './canary.mjs';
import {Place, has, isRoot} from './place.mjs';

const full = process.env.HOMEWARD_KEY_FILES === 'full';
const password = 'a long enough password';
const passphrase = 'seven words that nobody would ever think of';
const nobody = 65534;
const places = [];
after(() => places.forEach((place) => place.remove()));

/** A register with one account: by a key file, or by a passphrase. */
function makePlace(how) {
  const place = new Place();
  places.push(place);
  place.phrase = place.file('passphrase', passphrase + '\n');
  place.opens = how === 'key' ? [] : ['--passphrase-file', place.phrase];
  place.passwordFile = place.file('password', password + '\n');
  for (const args of [['init'], ['user', 'add', 'worker', '--role', 'SUP', '--password-file', place.passwordFile]]) {
    const done = place.run([...args, ...place.opens]);
    assert.equal(done.status, 0, done.stderr);
  }
  return place;
}
const onlyRoot = !isRoot && 'only root may look into it';

/** Whether a process has one of these bytes anywhere in its memory. */
function memoryHas(pid, patterns) {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n').some((line) => {
      const found = line.match(/^([0-9a-f]+)-([0-9a-f]+) r/);
      if (!found || /\[(vvar|vsyscall)/.test(line)) return false;
      const [from, to] = [BigInt('0x' + found[1]), BigInt('0x' + found[2])];
      const bytes = Buffer.alloc(Number(to - from));
      try {
        readSync(memory, bytes, 0, bytes.length, from);
      } catch {
        return false;
      }
      return patterns.some((pattern) => bytes.includes(pattern));
    });
  } finally {
    closeSync(memory);
  }
}

describe('a running program', () => {
  for (const how of ['key', 'passphrase'])
    it(`opened by a ${how} keeps its keys in locked memory, and what opened it nowhere`, {skip: onlyRoot}, async () => {
      const place = makePlace(how);
      const service = await place.serve({more: place.opens});
      assert.equal((await call(service.base, 'POST', '/session', {name: 'worker', password})).status, 200);
      const {pid} = service.child;
      const kilobytes = Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmLck:\s*(\d+) kB/m)[1]);
      // The root key, seven derived from it, the signing key and one epoch: a page each.
      assert.ok(kilobytes >= 36, `${kilobytes} kB locked`);
      const locked = readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/(?=^[0-9a-f]+-[0-9a-f]+ )/m).filter((map) => /^VmFlags:.* lo( |$)/m.test(map));
      assert.ok(locked.length > 0);
      for (const map of locked) assert.match(map, /^VmFlags:.* dd( |$)/m, 'it would be in a dump');
      const hex = how === 'key' ? readFileSync(place.data + '.key', 'utf8').trim() : '';
      const secrets = how === 'key' ? [Buffer.from(hex), Buffer.from(hex, 'hex')] : [Buffer.from(passphrase)];
      assert.equal(memoryHas(pid, secrets), false, 'what opened it is still there');
      assert.equal(memoryHas(pid, [Buffer.from(place.data)]), true, 'this look would have found nothing');
      await service.stop();
    });

  it('leaves no core, whatever limit is set from outside', {skip: !has('prlimit') && 'prlimit is not installed'}, async (test) => {
    const place = makePlace('key');
    const cores = () => filesIn(place.options.cwd);
    const kill = async (child) => {
      const raised = spawnSync('prlimit', ['--core=unlimited:unlimited', '--pid', String(child.pid)], {encoding: 'utf8'});
      child.kill('SIGABRT');
      return raised.status === 0;
    };
    const sleeper = spawn('sleep', ['100'], place.options);
    await new Promise((resolve) => sleeper.on('spawn', resolve));
    const raised = await kill(sleeper);
    await new Promise((resolve) => sleeper.on('close', resolve));
    const controls = cores();
    test.diagnostic(controls.length > 0 ? 'a process of the kind that dumps left a core' : 'here no process leaves a core in its folder: only the state is looked at');
    controls.forEach((file) => rmSync(file));

    const service = await place.serve();
    assert.equal((await call(service.base, 'POST', '/session', {name: 'worker', password})).status, 200);
    const limits = readFileSync(`/proc/${service.child.pid}/limits`, 'utf8').match(/^Max core file size\s+(\S+)\s+(\S+)/m);
    assert.deepEqual(limits.slice(1), ['0', '0']);
    const taken = await kill(service.child);
    if (raised && !taken) test.diagnostic('nor may its limit be raised');
    assert.equal((await service.ended).signal, 'SIGABRT');
    assert.deepEqual(cores(), []);
    assert.equal(place.run(['verify']).status, 0);
  });

  it('cannot be read by another process of its user', {skip: !has('setpriv') && 'setpriv is not installed'}, async () => {
    const place = makePlace('key');
    const as = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'] : [];
    if (isRoot) place.giveTo(nobody);
    const opened = (pid) => spawnSync('sh', ['-c', `${as.join(' ')} sh -c 'exec 3</proc/${pid}/mem'`]).status === 0;
    const sleeper = spawn([...as, 'sleep'][0], [...as, 'sleep', '100'].slice(1), place.options);
    const service = await place.serve({before: as});
    assert.ok(service.base, service.said.err);
    const control = opened(sleeper.pid);
    sleeper.kill('SIGKILL');
    assert.ok(control || existsSync('/proc/sys/kernel/yama'), 'this would not have been able to open anything');
    assert.equal(opened(service.child.pid), false);
    // A process that may not be dumped belongs to root there, whoever runs it.
    assert.equal(statSync(`/proc/${service.child.pid}/mem`).uid, 0);
    await service.stop();
  });

  it('does not start where memory cannot be locked', {skip: !(has('setpriv') && has('prlimit')) && 'setpriv or prlimit is not installed'}, async () => {
    const place = makePlace('key');
    const before = ['prlimit', '--memlock=8192:8192'];
    if (isRoot) {
      place.giveTo(nobody);
      before.push('setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--inh-caps=-all', '--bounding-set=-all');
    }
    const service = await place.serve({before});
    assert.equal(service.base, undefined);
    assert.equal((await service.ended).code, 2);
    assert.match(service.said.err, /locked in memory: raise the limit/);
  });

  it('writes for its owner only', async () => {
    const place = makePlace('key');
    const out = join(place.folder, 'out.ndjson');
    assert.equal(place.run(['export', out, '--type', 'child', '--as', 'worker', '--password-file', place.passwordFile]).status, 0);
    const service = await place.serve();
    await service.stop();
    for (const file of [out, place.data, place.data + '.key', ...filesIn(place.data)]) assert.equal(statSync(file).mode & 0o077, 0, file);
  });
});

/** What lies in a folder: names and contents. */
function digestOf(folder) {
  const hash = createHash('sha256');
  for (const file of filesIn(folder).sort()) hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

const half = (bytes) => bytes.subarray(0, bytes.length >> 1);
/** How a file may be wrong: [how, what is done to its bytes], and what the message must say. */
const damages = (theirs) => [
  ['missing', () => undefined, /cannot open .*: No such file/],
  ['empty', () => Buffer.alloc(0)],
  ['half written', half],
  ['of another register', () => theirs],
  ['too long', (bytes) => Buffer.concat([bytes, Buffer.alloc(70_000, ' ')]), /too large/],
  ['noise', (bytes) => Buffer.from(bytes.map((byte, i) => (byte * 7 + i * 13 + 1) & 0xff))],
];

describe('what opens a register, when it is wrong', () => {
  let place, other, lines;
  before(() => {
    [place, other] = [makePlace('key'), makePlace('key')];
    lines = place.file('lines.ndjson', '{}\n');
  });

  /** Every command that opens a register, on `at`. */
  const commands = (at) => [
    ['serve', '--listen', '127.0.0.1:0'],
    ['user', 'list'],
    ['user', 'add', 'another', '--role', 'CW', '--password-file', at.passwordFile],
    ['user', 'disable', 'worker'],
    ['user', 'password', 'worker', '--password-file', at.passwordFile],
    ['import', lines],
    ['export', join(at.folder, 'out.ndjson'), '--type', 'child', '--as', 'worker', '--password-file', at.passwordFile],
    ['demo', '--dossiers', '2', '--demo-files', join(root, 'demo')],
    ['rekey'],
  ];

  function expectRefused(at, args, file, says, more) {
    const digest = digestOf(at.folder);
    const done = at.run([...args, ...more], {timeout: 60e3});
    const what = `${args.slice(0, 2).join(' ')}: ${done.status} ${done.stdout} ${done.stderr}`;
    assert.equal(done.status, 2, what);
    assert.equal(done.stdout, '', what);
    assert.ok(done.stderr.includes(file), `${file} is not named by ${what}`);
    assert.match(done.stderr, says, what);
    assert.equal(done.stderr.trim().split('\n').length, 1, what);
    assert.equal(digestOf(at.folder), digest, `${what}: something was written`);
  }

  /** Puts a file out of order, lets commands run, and puts it back. */
  function withDamage(at, file, damage, run) {
    const whole = readFileSync(file);
    const bytes = damage(whole);
    rmSync(file);
    if (bytes !== undefined) writeFileSync(file, bytes);
    try {
      run();
    } finally {
      writeFileSync(file, whole);
    }
  }

  for (const [name, path] of [['data.key', (at) => at.data + '.key'], ['keyring.json', (at) => join(at.data, 'keyring.json')], ['signing.pub', (at) => join(at.data, 'signing.pub')]])
    it(`${name}: nothing starts, nothing is written, and it is named`, (test) => {
      const cases = damages(readFileSync(path(other)));
      let tried = 0;
      for (const [how, damage, says = /\w+/] of cases)
        withDamage(place, path(place), damage, () => {
          const all = full || how === 'of another register' ? commands(place) : commands(place).slice(0, 1);
          // The other register's keyring asks for another key: then it is the key that is named as well.
          for (const args of all) expectRefused(place, args, name, says, ['--key-file', place.data + '.key']), ++tried;
        });
      test.diagnostic(`${cases.length} ways to be wrong, ${tried} commands refused`);
      assert.equal(place.run(['user', 'list']).status, 0, 'and with the right one it opens');
    });

  it('a passphrase: wrong, none, too long, or a key file in its place', () => {
    const place2 = makePlace('passphrase');
    const file = (text) => ['--passphrase-file', place2.file('given', text)];
    const [serve, list] = commands(place2);
    for (const args of full ? commands(place2) : [serve]) expectRefused(place2, args, 'keyring.json', /the passphrase is not what opens/, file('seven words that somebody would think of\n'));
    expectRefused(place2, serve, 'given', /empty/, file(''));
    expectRefused(place2, list, 'given', /too large/, file('x'.repeat(5000)));
    expectRefused(place2, list, 'nowhere', /No such file/, ['--passphrase-file', join(place2.folder, 'nowhere')]);
    expectRefused(place2, list, 'keyring.json', /not opened by the key file data\.key alone/, ['--key-file', place.data + '.key']);
    withDamage(place2, join(place2.data, 'keyring.json'), half, () => expectRefused(place2, list, 'keyring.json', /damaged/, place2.opens));
    assert.equal(place2.run([...list, ...place2.opens]).status, 0);
  });
  it('and where there is no register at all', () => {
    const empty = new Place();
    places.push(empty);
    empty.passwordFile = place.passwordFile;
    const key = ['--key-file', place.data + '.key'];
    for (const args of commands(empty).filter(([name]) => name !== 'demo')) expectRefused(empty, args, 'keyring.json', /cannot open/, key);
    assert.equal(existsSync(empty.data), false);
    assert.deepEqual(readdirSync(empty.options.cwd), []);
  });

  it('the public key of a check from outside', () => {
    for (const [how, damage, says = /\w+/] of damages(readFileSync(join(other.data, 'signing.pub'))))
      withDamage(place, join(place.data, 'signing.pub'), damage, () => {
        const done = place.run(['verify']);
        const what = `${how}: ${done.status} ${done.stdout}${done.stderr}`;
        // Another's key is a key: then nothing is signed by it.
        if (how === 'of another register') assert.equal(done.status, 1, what);
        else assert.equal(done.status, 2, what);
        if (how !== 'of another register') assert.match(done.stderr, /signing\.pub/, what);
        if (how !== 'of another register') assert.match(done.stderr, says, what);
      });
  });
});
