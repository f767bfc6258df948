// The command line, as a newcomer and as an office that moves its files would use it.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {newRegister, root, run, serve, signIn} from '../service.mjs';
import {registration} from './story.mjs';

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'homeward-commands-'))));
after(() => rmSync(folder, {recursive: true, force: true}));

describe('help', () => {
  it('names every command and what it does', () => {
    const help = run(['--help']).stdout;
    for (const command of ['init', 'serve', 'demo', 'user', 'import', 'export', 'check-pack', 'trace', 'story', 'verify']) {
      assert.match(help, new RegExp(`^\\s+${command}\\s+\\w`, 'm'));
      assert.match(run([command, '--help']).stdout, /Usage:/);
    }
    assert.notEqual(run(['no-such-command'], {fails: true}).status, 0);
  });
});

describe('packs and stories', () => {
  it('the pack is good, and a broken copy is refused with file, line and the nearest name', () => {
    assert.equal(run(['check-pack', 'roadmap']).status, 0);
    const copy = join(folder, 'pack');
    cpSync(join(root, 'roadmap'), copy, {recursive: true});
    const file = join(copy, 'dossiers/child/dossier.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('first_judge', 'first_jugde'));
    const broken = run(['check-pack', copy], {fails: true});
    assert.equal(broken.status, 1);
    assert.match(broken.stdout, /dossier\.yaml:\d+:\d+: .*first_jugde.*first_judge/);
  });

  it('a score of a child is refused', () => {
    const refused = run(['check-pack', 'roadmap', '--overlay', 'tests/scenario/overlay-radicalisation'], {fails: true});
    assert.equal(refused.status, 1);
    assert.match(refused.stdout, /DP-04/);
  });

  it('a story says what is met, running, breached and unknown, at any time', () => {
    const story = run(['story', 'tests/scenario/vignette-amal.yaml']);
    assert.equal(story.status, 0, story.stdout);
    const json = JSON.parse(run(['story', 'tests/scenario/vignette-amal.yaml', '--at', '2030-01-01T00:00:00Z', '--json']).stdout);
    assert.ok(JSON.stringify(json).includes('JE-01'));
  });

  it('trace says of every provision what it has', () => {
    const rows = JSON.parse(run(['trace', '--json']).stdout).provisions;
    assert.equal(rows.length, 106);
    assert.ok(rows.some((row) => row.covered) && rows.some((row) => !row.covered));
    assert.equal(run(['trace', '--strict'], {fails: true}).status, 1);
  });
});

describe('import and export', () => {
  it('takes what is right, lists what is not by line, field and reason, and can be run again', async () => {
    const register = newRegister([['supervisor', 'SUP'], ['worker', 'CW']]);
    const service = await serve(register.data);
    const worker = await signIn(service.base, 'worker');
    const account = worker.session.account.id;
    await service.stop();
    const dossier = (data = registration()) => ({
      id: randomUUID(), type: 'child',
      records: [
        {id: randomUUID(), kind: 'registration', data, recorded_at: '2026-03-02T09:00:00Z'},
        {id: randomUUID(), kind: 'assignment', data: {account, role: 'CW', from: '2026-03-02T09:00:00Z'}},
      ],
    });
    const good = Array.from({length: 40}, () => dossier());
    const lines = [...good.slice(0, 20), '{nonsense', dossier(registration({sex: 'robot'})), {...dossier(), type: 'robot'}, ...good.slice(20)];
    const file = join(folder, 'children.ndjson');
    writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n') + '\n');
    const refusedFile = join(folder, 'refused.ndjson');
    const first = run(['import', file, '--data', register.data, '--refused', refusedFile, '--json'], {fails: true});
    assert.deepEqual(JSON.parse(first.stdout), {taken: 40, unchanged: 0, refused: 3});
    const refused = readFileSync(refusedFile, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(refused.map((one) => one.line), [21, 22, 23]);
    assert.equal(refused[1].pointer, '/records/0/data/sex');
    assert.ok(refused.every((one) => one.reason.length > 0));
    const again = JSON.parse(run(['import', file, '--data', register.data, '--json'], {fails: true}).stdout);
    assert.equal(again.taken, 0);
    assert.equal(JSON.parse(run(['verify', '--data', register.data, '--json']).stdout).clean, true);
    const many = join(folder, 'many.ndjson');
    run(['demo', '--out', many, '--dossiers', '1100', '--until', '2026-03-05']);
    assert.deepEqual(JSON.parse(run(['import', many, '--data', register.data, '--json']).stdout), {taken: 1100, unchanged: 0, refused: 0});
    const passwordFile = join(register.folder, 'password');
    const out = join(folder, 'out.ndjson');
    run(['export', out, '--type', 'child', '--as', 'supervisor', '--password-file', passwordFile, '--data', register.data]);
    assert.equal(readFileSync(out, 'utf8').trim().split('\n').length, 40);
    register.remove();
  });
});

describe('import', () => {
  it('looks at all of a file to know it again, and keeps no line that is too long', () => {
    const register = newRegister([]);
    const folder = mkdtempSync(join(tmpdir(), 'homeward-import-'));
    const line = (pseudonym) => JSON.stringify({type: 'child', records: [{kind: 'registration', data: {...registration({pseudonym}), reach_safely: 'x'.repeat(20_000)}}]});
    const lines = Array.from({length: 80}, (_, i) => line(`Amber Kite ${i}`));
    const file = join(folder, 'children.ndjson');
    const take = (text, fails = false) => {
      writeFileSync(file, text);
      return JSON.parse(run(['import', file, '--data', register.data, '--json'], {fails}).stdout);
    };
    assert.deepEqual(take(lines.join('\n')), {taken: 80, unchanged: 0, refused: 0});
    // As long as before, and the same for more than a mebibyte. In another file lines without ids are all new.
    assert.ok(lines.join('\n').length > 1.5 * 2 ** 20);
    assert.deepEqual(take([...lines.slice(0, -1), line('Amber Kite 7X')].join('\n')).taken, 80);
    const long = [line('Amber Kite A'), '[' + '1,'.repeat(2 ** 21) + '1]', '"' + 'x'.repeat(2 ** 24) + '"', line('Amber Kite B')];
    assert.deepEqual(take(long.join('\n'), true), {taken: 2, unchanged: 0, refused: 2});
    rmSync(folder, {recursive: true});
    register.remove();
  });
});

describe('demo', () => {
  it('makes the same country for the same seed, and it imports', () => {
    const make = (name, seed) => {
      const file = join(folder, name);
      run(['demo', '--out', file, '--dossiers', '50', '--seed', String(seed), '--until', '2026-03-05']);
      return readFileSync(file, 'utf8');
    };
    assert.equal(make('a', 1), make('b', 1));
    assert.notEqual(make('a', 1), make('c', 2));
    const data = join(folder, 'demo');
    const made = run(['demo', '--data', data, '--dossiers', '30']);
    assert.match(made.stdout, /caseworker1/);
    assert.equal(JSON.parse(run(['verify', '--data', data, '--json']).stdout).dossiers, 31);
  });
});
