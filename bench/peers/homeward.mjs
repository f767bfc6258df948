// Homeward: one process of the release build, a register of its own, one caseworker.
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {newRegister, run, serve, signIn} from '../../tests/e2e/service.mjs';

const page = 25;

export async function homeward(place) {
  const register = newRegister([['worker', 'CW']]);
  const product = {
    name: 'Homeward',
    items: (body) => body.items,
    operations: {
      read: {method: 'GET', path: (one) => `/api/v1/dossiers/${one.id}`},
      list: {method: 'GET', path: () => `/api/v1/dossiers?type=child&limit=${page}`},
      create: {
        method: 'POST',
        path: () => '/api/v1/dossiers',
        body: (one) => ({type: 'child', records: [{kind: 'registration', data: one.data}]}),
        with_id: true,
        holds: (text) => text.includes('"ref"'),
      },
    },
    settings: '1 process, SQLite with synchronous=FULL',
    does: {
      rules: 'yes: all safeguards at each create, and at a read where what is stored is out of date',
      sealed: 'yes: each dossier under keys of its own',
      reads: 'yes: each, before the answer',
      durable: 'yes',
      lacks: 'no search by value (hence no row), no studio to make forms in',
    },
    stop: () => service.stop(),
  };
  let service, account;
  process.on('exit', () => {
    service?.child.kill();
    register.remove();
  });
  const begin = async () => {
    service = await serve(register.data, ['--connections-per-address', '512', '--files-per-account', '0']);
    const {session} = await signIn(service.base, 'worker');
    account = session.account.id;
    const headers = [`Authorization: Bearer ${session.token}`];
    const count = async () => {
      const answer = await fetch(`${service.base}/api/v1/dossiers?type=child&limit=1`, {headers: {authorization: `Bearer ${session.token}`}});
      return (await answer.json()).total;
    };
    Object.assign(product, {base: service.base, roots: [service.child.pid], headers, count});
  };
  await begin();
  let filled = 0;
  const fill = async (list) => {
    await service.stop();
    const lines = join(place, 'homeward.ndjson');
    const tie = (at) => ({kind: 'assignment', data: {account, role: 'CW', lead: 'yes', from: at, child_told: 'yes'}});
    const dossier = ({id, record, data}) => ({id, type: 'child', records: [{id: record, kind: 'registration', data}, tie(data.received)]});
    writeFileSync(lines, list.slice(filled).map((one) => JSON.stringify(dossier(one)) + '\n').join(''));
    run(['import', lines, '--data', register.data]);
    rmSync(lines);
    filled = list.length;
    await begin();
  };
  return {products: [product], fill, stop: async () => register.remove(), version: `Homeward ${run(['--version']).stdout.trim()}`};
}
