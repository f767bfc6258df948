// What each product takes on disk, in MiB: its own, and the database that it needs beside it.
import {existsSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {program, root} from '../../tests/e2e/service.mjs';
import {run} from './machine.mjs';

const mib = (bytes) => bytes / 2 ** 20;
const folder = (path) => mib(Number(run('du', ['-sb', path]).split('\t')[0]));

/** Names of the Debian packages that are PostgreSQL and the libraries that come with it alone. */
const database = /^(postgresql|libpq5$|libllvm|libz3-|ssl-cert$)/;

function packages(place) {
  const format = '${Package}\t${Priority}\t${Essential}\t${Installed-Size}\n';
  const rows = run('dpkg-query', [`--admindir=${join(place, 'debian/var/lib/dpkg')}`, '-W', '-f', format]).trim().split('\n').map((line) => line.split('\t'));
  const sum = (list) => list.reduce((all, row) => all + Number(row[3]), 0) / 1024;
  const added = rows.filter(([, priority, essential]) => priority !== 'required' && essential !== 'yes');
  return {database: sum(added.filter(([name]) => database.test(name))), others: sum(added.filter(([name]) => !database.test(name)))};
}

export function installed(place) {
  const debian = packages(place);
  const stripped = join(place, 'scratch/homeward');
  run('strip', ['-o', stripped, program]);
  const libraries = [...run('ldd', [program]).matchAll(/=> (\/\S+)/g)].map((found) => mib(statSync(found[1]).size));
  const parts = ['roadmap', 'web/dist'].filter((name) => existsSync(join(root, name)));
  const own = mib(statSync(stripped).size) + parts.reduce((sum, name) => sum + folder(join(root, name)), 0);
  const node = mib(statSync(join(place, 'node/node_modules/node/bin/node')).size);
  const beside = `${debian.database.toFixed(0)} PostgreSQL`;
  return {
    homeward: `${own.toFixed(0)} (program, ${parts.join(', ')}) + ${libraries.reduce((sum, one) => sum + one, 0).toFixed(0)} libraries of Debian`,
    directus: `${folder(join(place, 'directus/node_modules')).toFixed(0)} + ${node.toFixed(0)} Node + ${beside}`,
    redmine: `${debian.others.toFixed(0)} with Ruby + ${beside}`,
  };
}
