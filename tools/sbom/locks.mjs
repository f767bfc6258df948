// What the lock files of npm name, and what must hold for each of their packages.
import { readFileSync } from 'node:fs';

/** Folders with a package.json and a package-lock.json of ours, and what they are for. */
export const npmFolders = {
  web: 'the pages',
  'tests/e2e': 'tests',
  'tools/cel-spec': 'making test data',
  'tools/verify': 'the independent verifier',
};

/**
 * Where every package comes from. A lock file that names no place leaves it to npm's own setting,
 * which is this one; what arrives must then still have the digest.
 */
export const registry = 'https://registry.npmjs.org/';

const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const sha512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The packages of a lock file: where it lies below the folder, its name, and the entry itself. */
export function lockedPackages(lock) {
  return Object.entries(lock.packages ?? {})
    .filter(([place]) => place !== '')
    .map(([place, entry]) => ({
      place,
      name: entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      entry,
    }));
}

function faultsOfEntry(place, name, entry) {
  const faults = [];
  if (entry.link) faults.push(`${place}: links to a folder`);
  if (!sha512.test(entry.integrity ?? '')) faults.push(`${place}: no sha512 integrity`);
  if (!exact.test(entry.version ?? '')) faults.push(`${place}: no exact version`);
  const file = `${registry}${name}/-/${name.split('/').pop()}-${entry.version}.tgz`;
  if (entry.resolved !== undefined && entry.resolved !== file) {
    faults.push(`${place}: comes from ${entry.resolved} and not from ${file}`);
  }
  return faults;
}

/**
 * Says what is wrong with a lock file: of version 3, each package with a sha512 of its archive, an
 * exact version and, where it names a place, the registry's own for just that name and version.
 */
export function faultsOfLock(lock) {
  const packages = lockedPackages(lock);
  const faults = packages.flatMap(({ place, name, entry }) => faultsOfEntry(place, name, entry));
  if (lock.lockfileVersion !== 3) faults.push('not a lock file of version 3');
  if (packages.length === 0) faults.push('names no package');
  return faults;
}

/** Says what is wrong with a package.json: versions pinned, and the same as in the lock file. */
export function faultsOfManifest(manifest, lock) {
  const faults = [];
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      if (!exact.test(version)) faults.push(`${kind}: ${name} is not pinned: ${version}`);
      const locked = lock.packages?.[`node_modules/${name}`]?.version;
      if (locked !== version) faults.push(`${kind}: ${name} is ${version}, locked ${locked}`);
    }
  }
  return faults;
}

/** Says what is wrong with an .npmrc: it may not touch where packages come from. */
export function faultsOfSettings(text) {
  const harmless = [
    'audit', 'engine-strict', 'fund', 'omit-lockfile-registry-resolved', 'save-exact',
  ];
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line))
    .filter((line) => !harmless.includes(line.split('=')[0].trim()))
    .map((line) => `.npmrc: not a setting that is known to be harmless: ${line.split('=')[0]}`);
}
