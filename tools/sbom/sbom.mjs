// Writes a software bill of materials in CycloneDX 1.5: sbom.mjs <file>. Its input is what
// scripts/sbom found of Debian's packages, one line each: how, name, version, architecture, licence
// (tabs between).
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockedPackages, npmFolders, readJson } from './locks.mjs';

const root = new URL('../..', import.meta.url).pathname;

const licences = (text) => (text ? [{ license: { name: text } }] : undefined);

/** A locked package as a component. Its archive's digest is that of the lock file, in hex. */
function fromNpm(folder, { name, entry }) {
  const [group, plain] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const path = group ? `${encodeURIComponent(group)}/${plain}` : plain;
  const purl = `pkg:npm/${path}@${entry.version}`;
  const content = Buffer.from(entry.integrity.replace('sha512-', ''), 'base64').toString('hex');
  const runtime = folder === 'web' && !entry.dev && !entry.devOptional;
  let scope = runtime ? 'required' : 'excluded';
  if (runtime && entry.optional) scope = 'optional';
  return {
    type: 'library', 'bom-ref': purl, group, name: plain, version: entry.version, scope,
    hashes: [{ alg: 'SHA-512', content }],
    licenses: licences(entry.license), purl,
    properties: [
      { name: 'homeward:lock', value: `${folder}/package-lock.json` },
      { name: 'homeward:use', value: runtime ? 'runtime' : 'dev' },
    ],
  };
}

function fromDebian(line, release) {
  const [how, name, version, architecture, licence] = line.split('\t');
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}`
    + `?arch=${architecture}&distro=${release}`;
  return {
    type: 'library', 'bom-ref': purl, name, version, scope: 'required',
    licenses: licences(licence), purl, properties: [{ name: 'homeward:use', value: how }],
  };
}

/** The same package in two lock files, or twice in one, is one component of the stronger scope. */
function merged(components) {
  const order = ['required', 'optional', 'excluded'];
  const known = new Map();
  for (const component of components) {
    const before = known.get(component.purl);
    if (before === undefined) {
      known.set(component.purl, component);
      continue;
    }
    if (JSON.stringify(before.hashes) !== JSON.stringify(component.hashes)) {
      throw new Error(`${component.purl}: two digests in the lock files`);
    }
    const stronger = order.indexOf(component.scope) < order.indexOf(before.scope);
    const said = new Set(before.properties.map((one) => `${one.name}=${one.value}`));
    before.scope = stronger ? component.scope : before.scope;
    before.properties.push(
      ...component.properties.filter((one) => !said.has(`${one.name}=${one.value}`)),
    );
  }
  return [...known.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}

const git = (...words) => execFileSync('git', ['-C', root, ...words], { encoding: 'utf8' }).trim();

/** A serial number that is the same for the same contents, so that two builds can be compared. */
function serialOf(contents) {
  const hex = createHash('sha256').update(JSON.stringify(contents)).digest('hex');
  const variant = ((parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}`
    + `-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const os = readFileSync('/etc/os-release', 'utf8');
const release = `debian-${/^VERSION_ID="?([\w.]+)/m.exec(os)?.[1] ?? 'unknown'}`;
const debian = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '');
const components = merged([
  ...debian.map((line) => fromDebian(line, release)),
  ...Object.keys(npmFolders).flatMap((folder) => lockedPackages(
    readJson(join(root, folder, 'package-lock.json')),
  ).map((one) => fromNpm(folder, one))),
]);
const version = /project\(homeward VERSION ([\d.]+)/
  .exec(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'))[1];
const self = `pkg:generic/homeward@${version}`;
const contents = {
  metadata: {
    timestamp: new Date(Number(git('log', '-1', '--format=%ct')) * 1000).toISOString(),
    component: {
      type: 'application', 'bom-ref': self, name: 'homeward', version, purl: self,
      licenses: [{ license: { id: 'Apache-2.0' } }],
      properties: [{ name: 'homeward:commit', value: git('rev-parse', 'HEAD') }],
    },
  },
  components,
  dependencies: [{
    ref: self,
    dependsOn: components.filter((one) => one.scope === 'required').map((one) => one.purl),
  }],
};
const bom = {
  bomFormat: 'CycloneDX', specVersion: '1.5', serialNumber: serialOf(contents), version: 1,
  ...contents,
};
writeFileSync(process.argv[2], `${JSON.stringify(bom, undefined, 2)}\n`);
const count = (scope) => components.filter((one) => one.scope === scope).length;
console.log(`${process.argv[2]}: ${components.length} components: ${count('required')} of the `
  + `program and its pages, ${count('optional')} optional, ${count('excluded')} of building and `
  + 'testing');
