// Packages of npm come from the registry only, each known by the digest of its archive.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  faultsOfLock, faultsOfManifest, faultsOfSettings, npmFolders, readJson,
} from '../../tools/sbom/locks.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const integrity = `sha512-${'A'.repeat(86)}==`;
const place = 'registry.npmjs.org/@a/b/-/b-1.2.3.tgz';
const good = { version: '1.2.3', integrity, resolved: `https://${place}` };
const lockOf = (entry) => ({
  lockfileVersion: 3, packages: { '': {}, 'node_modules/@a/b': entry },
});

/** Files of the project, without what is made or fetched. Not git's list: it need not be there. */
function* filesBelow(folder) {
  const fetched = new Set(['.git', 'build', 'dist', 'node_modules']);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) yield relative(root, path);
    else if (!fetched.has(entry.name)) yield* filesBelow(path);
  }
}

test('every lock file of the project is one of those that are looked at', () => {
  const files = [...filesBelow(root)];
  const lock = /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml)$/;
  const found = files.filter((name) => lock.test(name));
  const known = Object.keys(npmFolders).map((folder) => `${folder}/package-lock.json`);
  assert.deepEqual(found.sort(), known.sort());
  for (const name of files.filter((file) => /(^|\/)\.npmrc$/.test(file))) {
    assert.deepEqual(faultsOfSettings(readFileSync(join(root, name), 'utf8')), [], name);
  }
});

for (const folder of Object.keys(npmFolders)) {
  test(`${folder}: pinned, from the registry, with digests`, () => {
    const lock = readJson(join(root, folder, 'package-lock.json'));
    assert.deepEqual(faultsOfLock(lock), []);
    assert.deepEqual(faultsOfManifest(readJson(join(root, folder, 'package.json')), lock), []);
  });
}

test('control: a good entry, with and without its place, is taken', () => {
  assert.deepEqual(faultsOfLock(lockOf(good)), []);
  const { resolved, ...without } = good;
  assert.ok(resolved);
  assert.deepEqual(faultsOfLock(lockOf(without)), []);
});

const bad = {
  'from a git repository': { ...good, resolved: 'git+ssh://git@github.com/a/b.git#0123abc' },
  'from another host': { ...good, resolved: `https://example.org/${place}` },
  'from a host that looks like it': {
    ...good, resolved: 'https://registry.npmjs.org.example.org/@a/b/-/b-1.2.3.tgz',
  },
  'without TLS': { ...good, resolved: `http://${place}` },
  'another package under this name': {
    ...good, resolved: 'https://registry.npmjs.org/c/-/c-1.2.3.tgz',
  },
  'from a file': { ...good, resolved: 'file:../b.tgz' },
  'a link': { resolved: '../b', link: true },
  'without integrity': { ...good, integrity: undefined },
  'with a weak digest': { ...good, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' },
  'with a short digest': { ...good, integrity: 'sha512-AAAA' },
  'without a version': { ...good, version: undefined },
  'a git address as version': { ...good, version: 'git+https://github.com/a/b.git' },
};
for (const [what, entry] of Object.entries(bad)) {
  test(`refused: ${what}`, () => assert.notDeepEqual(faultsOfLock(lockOf(entry)), []));
}

test('refused: a range, a tag, an address, and a version that is not the locked one', () => {
  for (const version of ['^1.2.3', '~1.2.3', '1.x', 'latest', '*', 'github:a/b', '1.2.4']) {
    const faults = faultsOfManifest({ devDependencies: { '@a/b': version } }, lockOf(good));
    assert.notDeepEqual(faults, [], version);
  }
  assert.deepEqual(faultsOfManifest({ dependencies: { '@a/b': '1.2.3' } }, lockOf(good)), []);
});

test('refused: a lock file of another version, or with nothing in it', () => {
  assert.notDeepEqual(faultsOfLock({ ...lockOf(good), lockfileVersion: 1 }), []);
  assert.notDeepEqual(faultsOfLock({ lockfileVersion: 3, packages: { '': {} } }), []);
});

test('refused: settings of npm that lead elsewhere', () => {
  assert.deepEqual(faultsOfSettings('# ours\nomit-lockfile-registry-resolved=true\n'), []);
  for (const line of [
    'registry=https://example.org/', '@a:registry = https://example.org/', 'strict-ssl=false',
    'ignore-scripts=false\nproxy=http://example.org', 'cafile=./ca.pem', 'package-lock=false',
  ]) {
    assert.notDeepEqual(faultsOfSettings(line), [], line);
  }
});
