// A thousand connections that are slow in every way, far more load than there is room for, and two
// hundred sign-ins at once: somebody who only wants to work gets an answer to each request meanwhile,
// whoever is turned away is told when to come back, and the memory is given back. Counts and no times;
// bench/overload.mjs has the times.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, describe, it} from 'node:test';
import {call, newRegister, password, serve, signIn} from '../e2e/service.mjs';
import {openChild} from '../e2e/http/story.mjs';
import {answersIn} from './wire.mjs';
import {crowd, hold} from './crowd.mjs';

const slow_connections = 1000;
const healthy_requests = 40;
const sign_ins = 200;
const load_clients = 400;
const MiB = 1024 * 1024;

let register, service, worker, ref;
before(async () => {
  register = newRegister([['worker', 'CW']]);
  service = await serve(register.data);
  worker = await signIn(service.base, 'worker');
  ({ref} = await openChild(worker));
});
after(async () => {
  const {code} = await service.stop();
  register.remove();
  assert.equal(code, 0);
});

const memory = (name = 'VmRSS') => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${service.child.pid}/status`, 'utf8'))[1]) * 1024;

/** Somebody who works: each of these must be answered, a few perhaps when asked again as the service says. */
async function work() {
  let turned = 0;
  for (let i = 0; i < healthy_requests; ++i) {
    const ask = () => worker.call('GET', [`/dossiers/${ref}`, '/work?lens=mine', '/session', '/dossiers?type=child'][i % 4]);
    let answer = await ask();
    while (answer.status === 503 && ++turned <= 4) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get('retry-after'))));
      answer = await ask();
    }
    assert.equal(answer.status, 200, `${i}: ${answer.status} ${answer.text}`);
  }
}

const host = () => new URL(service.base).host;
const slow = {
  heads: () => `GET /healthz HTTP/1.1\r\nHost: ${host()}\r\nX-Slow: `,
  bodies: () => `POST /api/v1/session HTTP/1.1\r\nHost: ${host()}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"name":"`,
  'promised long bodies': () => `POST /api/v1/import HTTP/1.1\r\nHost: ${host()}\r\nCookie: a=b\r\nContent-Type: application/x-ndjson\r\nContent-Length: 16777216\r\n\r\n{`,
  // Some of them ask for more than the system's own buffers take.
  readers: () => (i) => `GET /api/v1/openapi.json HTTP/1.1\r\nHost: ${host()}\r\n\r\n`.repeat(i % 40 === 0 ? 80 : 1),
};

describe('a healthy client is answered', () => {
  for (const [what, text] of Object.entries(slow)) {
    it(`beside ${slow_connections} slow ${what}`, {timeout: 300e3}, async () => {
      const held = await hold(service.base, slow_connections, text());
      assert.ok(held.open() > slow_connections * 0.9, `${held.open()} are open`);
      try {
        await work();
        // Signing in and writing have bodies of their own.
        const again = await signIn(service.base, 'worker');
        assert.equal((await openChild(again)).answer.status, 201);
      } finally {
        held.end();
      }
    });
  }

  it(`beside ${sign_ins} sign-ins at once, of which some are told to come back`, {timeout: 300e3}, async () => {
    const before = memory('VmHWM');
    // Names that nobody has: the same work, and neither the limit of guesses nor that of sessions is in the way.
    const bodyOf = (i) => JSON.stringify({name: `somebody ${i}`, password, as: 'program'});
    const text = (i) => `POST /api/v1/session HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${bodyOf(i).length}\r\n\r\n${bodyOf(i)}`;
    const answers = crowd(service.base, sign_ins, text);
    await work();
    const statuses = new Map();
    for (const bytes of await answers) {
      const [{status, headers}] = answersIn(bytes);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 503) assert.ok(Number(headers.get('retry-after')) > 0);
    }
    console.log(`# of ${sign_ins} sign-ins at once: ${JSON.stringify(Object.fromEntries(statuses))}`);
    assert.deepEqual([...statuses.keys()].filter((status) => status !== 401 && status !== 503), []);
    // Four at a time and twenty-eight that wait were heard at the least.
    assert.ok(statuses.get(401) >= 32 && statuses.get(503) > 0, JSON.stringify([...statuses]));
    const most = memory('VmHWM') - before;
    assert.ok(most < (4 * 64 + 64) * MiB, `${Math.round(most / MiB)} MiB for the hashes`);
  });

  it(`beside ${load_clients} who ask all the time`, {timeout: 300e3}, async () => {
    const text = `GET /api/v1/dossiers/${ref} HTTP/1.1\r\nHost: ${host()}\r\nConnection: close\r\nAuthorization: Bearer ${worker.session.token}\r\n\r\n`;
    let over = false;
    let served = 0;
    let turned = 0;
    const load = (async () => {
      while (!over) {
        for (const bytes of await crowd(service.base, load_clients, text)) {
          const [answer] = answersIn(bytes);
          if (!answer) continue;
          assert.ok(answer.status === 200 || (answer.status === 503 && answer.headers.get('retry-after')), `${answer.status}`);
          if (answer.status === 200) ++served;
          else ++turned;
        }
      }
    })();
    let answered = 0;
    for (let i = 0; i < healthy_requests; ++i) {
      const answer = await worker.call('GET', '/session');
      if (answer.status === 200) ++answered;
      else assert.ok(answer.status === 503 && answer.headers.get('retry-after'));
    }
    over = true;
    await load;
    console.log(`# beside ${load_clients}: ${answered} of ${healthy_requests} of the healthy client; of the others ${served} served, ${turned} told to come back`);
    assert.ok(answered > healthy_requests / 2 && served > 0);
  });
});

describe('afterwards', () => {
  it('the connections are gone and the memory is back', {timeout: 120e3}, async () => {
    while (memory() > 200 * MiB) await new Promise((resolve) => setTimeout(resolve, 50));
    await work();
  });
});
