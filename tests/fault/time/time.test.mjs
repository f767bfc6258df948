// The real program under a clock that is years off, is set back and forth while it runs, and is fast or slow; on 29 February
// and when the hour changes. libfaketime moves the clock of the wall, boottime.c what the machine counts by itself: so a test
// lets a quarter of an hour pass without waiting, and sets the clock back at the same moment.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {cpSync, existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, afterEach, describe, it} from 'node:test';
import {call, signIn} from '../../e2e/service.mjs';
import {custody, registration} from '../../e2e/http/story.mjs';
import {Place} from '../secrets/place.mjs';

const password = 'a long enough password';
const [minute, hour, day] = [60, 3600, 86_400];
const ten_years = 3650 * day;
const library = readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`).find(existsSync);
const boottime = process.env.HOMEWARD_BOOTTIME;
const skip = !(library && boottime) && 'libfaketime or HOMEWARD_BOOTTIME (tests/fault/time/test.cmake) is not there';

let made;
/** A register with two accounts, made once and copied. */
function template() {
  if (made) return made;
  made = new Place();
  made.run(['init']);
  const file = made.file('password', password + '\n');
  for (const name of ['worker', 'colleague'])
    assert.equal(made.run(['user', 'add', name, '--role', 'CW', '--team', 'North', '--agency', 'Agency', '--password-file', file]).status, 0);
  return made;
}

/** A register whose clocks the test holds: `wall` seconds off, `passed` seconds that went by. */
class Clocked {
  wall = 0;
  passed = 0;
  place = new Place();

  constructor() {
    cpSync(template().data, this.place.data, {recursive: true});
    cpSync(template().data + '.key', this.place.data + '.key');
    this.set({});
  }
  /** Sets the clocks of what runs. */
  set({wall = this.wall, passed = this.passed, speed = 1}) {
    Object.assign(this, {wall, passed});
    const sum = Math.round(wall + passed);
    this.faked = this.place.file('faketime', `${sum < 0 ? '-' : '+'}${Math.abs(sum)}${speed === 1 ? '' : ` x${speed}`}\n`);
    this.counted = this.place.file('boottime', `${passed}\n`);
  }
  /** Time goes by, for the wall and the machine. */
  pass(seconds) {
    this.set({passed: this.passed + seconds});
  }
  now() {
    return Date.now() / 1000 + this.wall + this.passed;
  }
  async serve(more = {}) {
    const env = {
      ...this.place.options.env, LD_PRELOAD: `${boottime} ${library}`, FAKETIME_TIMESTAMP_FILE: this.faked, FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1', HOMEWARD_BOOTTIME_FILE: this.counted, ...more,
    };
    this.service = await this.place.serve({env});
    assert.ok(this.service.base, this.service.said.err);
    return this.service;
  }
  async enter(name = 'worker') {
    return signIn(this.service.base, name);
  }
  async openFile(who, started) {
    const records = [
      {id: randomUUID(), kind: 'registration', data: registration()},
      {id: randomUUID(), kind: 'custody', data: custody({started: text(started)})},
    ];
    const opened = await who.call('POST', '/dossiers', {id: randomUUID(), type: 'child', records});
    assert.equal(opened.status, 201, opened.text);
    return {ref: opened.body.ref, custody: records[1].id};
  }
  verify() {
    const said = this.place.run(['verify']);
    assert.equal(said.status, 0, said.stdout + said.stderr);
  }
}
const places = [];
const make = () => (places.push(new Clocked()), places.at(-1));
afterEach(async () => {
  for (const one of places.splice(0)) {
    await one.service?.stop();
    one.verify();
    one.place.remove();
  }
});
after(() => [...places.map((one) => one.place), made].forEach((place) => place?.remove()));

const text = (seconds) => new Date(Math.round(seconds) * 1000).toISOString().replace('.000', '');
const alive = async (who) => (await who.call('GET', '/session')).status === 200;
/** What the safeguards say, without how far a clock has run. */
const findings = async (who, ref, all = '') =>
  (await who.call('GET', `/dossiers/${ref}/findings${all}`)).body.findings.map(({warning, ...rest}) => rest);
const judge = async (who, {ref, custody: record}) => (await findings(who, ref, '?all=true')).find((one) => one.safeguard === 'JE-01' && one.record === record);

describe('a clock that is wrong', {skip}, () => {
  for (const [how, off] of [['ten years ahead', ten_years], ['ten years behind', -ten_years]])
    it(`${how} and right again moves no safeguard’s clock and loses nothing`, async () => {
      const clock = make();
      await clock.serve();
      const started = clock.now() - 2 * hour;
      let worker = await clock.enter();
      const file = await clock.openFile(worker, started);
      // Somebody who has worked on it for long: whoever began today had not begun ten years ago.
      const {id} = (await clock.enter('colleague')).session.account;
      const assigned = await worker.call('POST', `/dossiers/${file.ref}/records`, {kind: 'assignment', data: {account: id, role: 'CW', from: '2000-01-01T00:00:00Z'}});
      assert.equal(assigned.status, 201, assigned.text);
      const before = await findings(worker, file.ref, '?all=true');
      const running = await judge(worker, file);
      assert.deepEqual([running.outcome, running.start, running.due], ['running', text(started), text(started + day)]);

      clock.set({wall: off});
      if (off < 0) assert.equal((await worker.call('GET', `/dossiers/${file.ref}`)).status, 404);
      const colleague = await clock.enter('colleague');
      const meanwhile = await judge(colleague, file);
      if (off > 0) assert.deepEqual([meanwhile.outcome, meanwhile.start, meanwhile.due], ['breached', running.start, running.due]);
      else assert.equal(meanwhile.outcome, 'not_applicable');
      const written = await colleague.call('POST', `/dossiers/${file.ref}/records`, {kind: 'plan', data: {}});
      assert.equal(written.status, 201, written.text);
      // Stored as it was judged then, and read again by a process that starts with the right clock.
      await clock.service.stop();
      clock.set({wall: 0});
      await clock.serve();
      worker = await clock.enter();
      assert.deepEqual(await judge(worker, file), running);
      const others = (list) => list.filter((one) => one.kind === 'custody' || one.kind === 'registration');
      assert.deepEqual(others(await findings(worker, file.ref, '?all=true')), others(before));

      const shown = await worker.call('GET', `/dossiers/${file.ref}`);
      assert.equal(shown.body.records.filter((one) => ['registration', 'custody', 'plan'].includes(one.kind)).length, 3);
      const {entries} = (await worker.call('GET', `/dossiers/${file.ref}/history`)).body;
      const order = entries.map((one) => one.seq);
      assert.deepEqual(order, [...order].sort((a, b) => b - a));
      // The newest entry bears the wrong time, and stands where it was written.
      assert.equal(entries[0].kind, 'plan');
      assert.equal(Math.sign(Date.parse(entries[0].at) - Date.parse(entries[1].at)), Math.sign(off));
    });

  it('that is set back while a file lies open is not believed for what was judged later', async () => {
    const clock = make();
    await clock.serve();
    const worker = await clock.enter();
    const file = await clock.openFile(worker, clock.now() - 20 * hour);
    clock.set({wall: 5 * hour});
    const later = await clock.enter();
    const plan = await later.call('POST', `/dossiers/${file.ref}/records`, {kind: 'plan', data: {}});
    assert.equal(plan.status, 201, plan.text);
    assert.equal((await judge(later, file)).outcome, 'breached');
    clock.set({wall: 0});
    const open = (await later.call('GET', `/dossiers/${file.ref}`)).body.findings.find((one) => one.safeguard === 'JE-01');
    assert.equal(open.outcome, 'running');
  });

  it('twice as slow, or fifty times as fast, changes no due time', async () => {
    for (const speed of [0.5, 50]) {
      const clock = make();
      clock.set({speed});
      await clock.serve();
      const worker = await clock.enter();
      const started = Date.now() / 1000 - 2 * hour;
      const file = await clock.openFile(worker, started);
      const one = await judge(worker, file);
      assert.deepEqual([one.outcome, one.due], ['running', text(started + day)]);
      assert.ok(await alive(worker));
    }
  });
});

describe('a session', {skip}, () => {
  for (const [how, back] of [['an hour', -hour], ['ten years', -ten_years]])
    it(`is not lengthened by a clock that is set back ${how}: idle 15 minutes, 12 hours in all`, async () => {
      const clock = make();
      await clock.serve();
      const [idle, used] = [await clock.enter(), await clock.enter('colleague')];
      clock.set({wall: back});
      clock.pass(15 * minute - 30);
      assert.ok(await alive(used));
      // Now without a word from the other one for as long as it may be.
      clock.set({wall: 2 * back});
      clock.pass(31);
      assert.equal(await alive(idle), false);
      for (let passed = 15 * minute; passed < 12 * hour - 10 * minute; passed += 10 * minute) {
        clock.set({wall: clock.wall - minute});
        clock.pass(10 * minute);
        assert.ok(await alive(used), `after ${passed} seconds`);
      }
      clock.set({wall: back});
      clock.pass(10 * minute);
      assert.equal(await alive(used), false);
    });

  it('of a clock that is slow ends by what has truly passed', async () => {
    const clock = make();
    await clock.serve();
    const worker = await clock.enter();
    clock.pass(15 * minute + 1);
    clock.set({wall: -7.5 * minute, speed: 0.5});
    assert.equal(await alive(worker), false);
  });

  it('ends early, and never late, when the clock is set forward', async () => {
    const clock = make();
    await clock.serve();
    const worker = await clock.enter();
    clock.set({wall: 14 * minute});
    assert.ok(await alive(worker));
    clock.set({wall: 30 * minute});
    assert.equal(await alive(worker), false);
  });

  it('outlives a restart with the clock as it was, and none with the clock set back', async () => {
    const clock = make();
    await clock.serve();
    const worker = await clock.enter();
    await clock.service.stop();
    await clock.serve();
    const call_on = (service) => call(service.base, 'GET', '/session', undefined, {authorization: `Bearer ${worker.session.token}`});
    assert.equal((await call_on(clock.service)).status, 200);
    await clock.service.stop();
    clock.set({wall: -hour});
    await clock.serve();
    assert.equal((await call_on(clock.service)).status, 401);
    assert.match(clock.service.said.err, /"event":"clock_set_back"/);
  });
});

describe('the limit of guesses', {skip}, () => {
  it('has its hour by what has passed, wherever the clock is set, and after a restart', async () => {
    const clock = make();
    await clock.serve();
    const guess = () => call(clock.service.base, 'POST', '/session', {name: 'worker', password: 'a guess of somebody'});
    const refused = async (where) => {
      const answer = await guess();
      assert.equal(answer.status, 429, where);
      const wait = Number(answer.headers.get('retry-after'));
      assert.ok(wait > 0 && wait <= hour + 1, `${where}: ${wait} seconds`);
    };
    for (let i = 0; i < 10; ++i) assert.equal((await guess()).status, 401);
    for (const wall of [0, 2 * hour, ten_years, -ten_years]) {
      clock.set({wall});
      await refused(`the clock ${wall} seconds off`);
    }
    // Before the times that are stored: an hour from the start at most, not ten years.
    await clock.service.stop();
    await clock.serve();
    await refused('after a start ten years earlier');
    clock.pass(hour - minute);
    await refused('a minute before its time');
    clock.pass(2 * minute);
    assert.equal((await guess()).status, 401);
  });
});

/**
 * The file of a child who has been held for an hour at that moment, as it stands then and so much later; the zone is the
 * machine's and the country's. Answers the hours until a judge must have seen the child, the outcomes, and the age.
 */
async function heldAt(moment, zone, {born = '2010-05', later = []} = {}) {
  const clock = make();
  clock.set({wall: Date.parse(moment) / 1000 - Date.now() / 1000});
  const overlay = join(clock.place.folder, 'overlay');
  mkdirSync(overlay);
  writeFileSync(join(overlay, 'overlay.yaml'), `overlay: somewhere\nof: homeward\ntitle: Somewhere\ntime_zone: ${zone}\n`);
  await clock.serve({TZ: zone, HOMEWARD_OVERLAY: overlay});
  let worker = await clock.enter();
  const started = Date.parse(moment) / 1000 - hour;
  const record = {id: randomUUID(), kind: 'custody', data: custody({started: text(started)})};
  const data = registration({received: text(started), birth: {born, basis: 'parent_testimony'}});
  const opened = await worker.call('POST', '/dossiers', {id: randomUUID(), type: 'child', records: [{id: randomUUID(), kind: 'registration', data}, record]});
  assert.equal(opened.status, 201, opened.text);
  const {age} = (await worker.call('GET', '/dossiers?type=child')).body.items[0];
  const outcomes = [];
  let due;
  for (const seconds of [0, ...later]) {
    // Not back to the moment itself: the file was opened a little after it.
    if (seconds > 0) clock.set({wall: Date.parse(moment) / 1000 + seconds - Date.now() / 1000});
    if (!(await alive(worker))) worker = await clock.enter();
    const one = await judge(worker, {ref: opened.body.ref, custody: record.id});
    due ??= one.due;
    assert.equal(one.due, due);
    outcomes.push(one.outcome);
  }
  return {hours: (Date.parse(due) / 1000 - started) / hour, outcomes, age};
}

describe('a day that is not like others', {skip}, () => {
  for (const [zone, moment] of [
    ['Europe/Paris', '2026-03-29T00:30:00Z'], ['Europe/Paris', '2026-10-25T00:30:00Z'],
    ['America/Sao_Paulo', '2018-11-04T02:30:00Z'], ['America/Sao_Paulo', '2019-02-17T01:30:00Z'], ['Australia/Lord_Howe', '2026-04-04T14:30:00Z'],
  ])
    it(`gives twenty-four hours when the hour changes in ${zone} (${moment})`, async () => {
      // The hour that is there twice, or not at all, passes as an hour.
      const {hours, outcomes} = await heldAt(moment, zone, {later: [2 * hour, 23 * hour - minute, 23 * hour + minute]});
      assert.deepEqual([hours, ...outcomes], [24, 'running', 'running', 'running', 'breached']);
    });

  it('gives twenty-four hours over 29 February, and a birthday to whoever was born on it', async () => {
    assert.equal((await heldAt('2028-02-29T12:00:00Z', 'UTC')).hours, 24);
    const age = async (moment) => (await heldAt(moment, 'UTC', {born: '2012-02-29'})).age;
    assert.deepEqual(await age('2028-02-28T12:00:00Z'), {low: 15, high: 15});
    assert.deepEqual(await age('2028-02-29T12:00:00Z'), {low: 16, high: 16});
    assert.deepEqual(await age('2029-02-27T12:00:00Z'), {low: 16, high: 16});
    assert.deepEqual(await age('2029-03-01T12:00:00Z'), {low: 17, high: 17});
  });
});
