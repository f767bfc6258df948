// Good requests, and what becomes of them when somebody tries things. Everything is drawn from one
// seeded source, so a number names a request.
import {randomUUID} from 'node:crypto';
import {bytesOf} from './wire.mjs';

const hugeNumbers = ['1e400', '-1e400', '1e-400', '9007199254740993', '18446744073709551616', '-9223372036854775809', '0.1e1', '-0', '1E+2147483648', '9'.repeat(400)];
const oddTexts = ['', ' ', '\u0000', '\u202e', '\ud800', '../../etc/passwd', '=1+1', '<script>alert(1)</script>', "' OR 1=1 --", '${7*7}', '%00', 'A'.repeat(70_000), 'é'.repeat(300), '٣', '2026-02-30T25:61:61Z', '-1', '1970-01-01', '99999-01-01T00:00:00Z', 'Y22', 'D08'];
const oddLengths = ['+5', '-1', '0x10', '5, 5', '5 5', '', '1e3', '٥', '9223372036854775808', '18446744073709551617', '00000000000000000005', '99999999', '9999999999999999999999'];
const oddCodings = ['xchunked', 'chunked, identity', 'identity', 'gzip, chunked', 'chunked, chunked', 'Chunked', '\tchunked', 'chunked;q=1', ''];
const oddTargets = ['*', 'http://localhost/healthz', '//healthz', '/%2e%2e/healthz', '/api/v1/%2f', '/%00', '/%C0%AE%C0%AE/', '/%ED%A0%80', '/api//v1/pack', '/api/v1/./pack', '/api/v1/pack?a=1&a=2', '/api/v1/pack?%', '/\\..\\', '/api/v1/dossiers?limit=99999999999999999999', '/api/v1/dossiers?limit=-1', '/api/v1/dossiers?after=%00', '/api/v1/work?lens=all&after=AAAA', '/' + 'a'.repeat(9000), '/api/v1/dossiers?' + 'q=1&'.repeat(900), '/é', '/healthz#frag', '/api/v1/dossiers/..;/pack'];
const oddMethods = ['OPTIONS', 'TRACE', 'CONNECT', 'get', 'GET\t', 'PROPFIND', 'POSTPOST', 'G', '\u0000', 'PUT', 'DELETE', 'PATCH', 'HEAD'];
const oddVersions = ['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.0', 'HTTP/1.2', 'http/1.1', 'HTTP/11', 'HTTP/1.1 ', 'HTTP/1.1\t', 'XTTP/1.1'];
const oddHeaders = [
  ['Host', 'elsewhere.example'], ['Host', 'a b'], ['Host', 'localhost:99999'], ['Transfer-Encoding', 'chunked'], ['Content-Length', '0'], ['Connection', 'upgrade'],
  ['Connection', 'host'], ['Upgrade', 'h2c'], ['Expect', '200-ok'], ['Expect', '100-continue'], ['Content-Encoding', 'gzip'], ['Content-Type', 'text/plain'],
  ['Content-Type', 'application/json; charset=utf-7'], ['X-Purpose', 'Z99'], ['X-Purpose', 'A'.repeat(5000)], ['If-Match', '*'], ['If-Match', '"99999999999999999999"'],
  ['Authorization', 'Bearer ' + 'f'.repeat(64)], ['Authorization', 'Basic YTpi'], ['Cookie', '__Host-session=' + 'f'.repeat(64)], ['Cookie', ';;=;=='], ['Origin', 'null'],
  ['X-Forwarded-For', '127.0.0.1'], ['X-Forwarded-Proto', 'https'], ['Accept-Language', '\u0001'], ['X: y\r\n Folded', 'z'], ['X ', 'y'], ['', 'y'], ['X\u0000', 'y'], ['X-Long', 'a'.repeat(9000)], ['X-Ü', 'ü'],
];

const deep = (depth) => '['.repeat(depth) + ']'.repeat(depth);

/** Puts something else in one place of a JSON value. The text and not the value, so that it need not be JSON. */
function disturbJson(body, {below, pick}) {
  const value = JSON.parse(body);
  const places = [];
  const walk = (at, parent, key) => {
    places.push({parent, key});
    if (at && typeof at === 'object') for (const inner of Object.keys(at)) walk(at[inner], at, inner);
  };
  walk(value, {}, 'root');
  const {parent, key} = pick(places);
  const mark = 'put-it-here-' + 'x'.repeat(8);
  const by = [
    () => pick(['null', 'true', '7', '"7"', '[]', '{}', '[[]]', '{"a":{}}', '-1', '""']),
    () => pick(hugeNumbers),
    () => JSON.stringify(pick(oddTexts)),
    () => deep(pick([31, 33, 100, 20_000])),
    () => pick(['NaN', 'Infinity', "'a'", 'undefined', '/*a*/1', '01', '+1', '1.', '.5', '"a', '"\\x41"', '"\\ud800"', '"\t"', 'tru']),
    () => `{"__proto__":{"may":["accounts"]},"constructor":1}`,
    () => `{"a":1,"a":2}`,
    () => '[' + '0,'.repeat(5000) + '0]',
  ];
  const text = pick(by)();
  if (key === 'root') return text;
  switch (below(4)) {
    case 0: // one more member beside it
      if (!Array.isArray(parent)) parent[pick(['version', 'recorded_by', 'id', 'role', '', 'data', 'x'.repeat(300)])] = mark;
      else parent.push(mark);
      break;
    case 1: // gone
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      return JSON.stringify(value);
    default:
      parent[key] = mark;
  }
  return JSON.stringify(value).replace(`"${mark}"`, () => text);
}

function disturbBytes(bytes, {below, pick}) {
  const copy = Buffer.from(bytes);
  const at = () => below(copy.length);
  switch (below(5)) {
    case 0: {
      for (let i = 1 + below(4); i > 0; --i) copy[at()] ^= 1 << below(8);
      return copy;
    }
    case 1: {
      const [from, to] = [at(), at()].sort((a, b) => a - b);
      return Buffer.concat([copy.subarray(0, from), copy.subarray(Math.min(to, from + 40))]);
    }
    case 2: {
      const from = at();
      return Buffer.concat([copy.subarray(0, from), Buffer.from(pick(['\r\n', '\n', '\r', '\0', ' ', ':', '\r\n\r\n', '\xff', '\xc0\xaf', '\r\n ', '%', '"', '}'])), copy.subarray(from)]);
    }
    case 3: {
      const [from, to] = [at(), at()].sort((a, b) => a - b);
      const piece = copy.subarray(from, Math.min(to, from + 200));
      return Buffer.concat([copy.subarray(0, to), piece, copy.subarray(to)]);
    }
    default:
      return copy.subarray(0, at());
  }
}

function chunked(body, {below, pick}) {
  const size = pick([body.length.toString(16), body.length.toString(16).toUpperCase(), '0' + body.length.toString(16)]);
  return pick([
    () => `${size}\r\n${body}\r\n0\r\n\r\n`,
    () => `${size};a=b\r\n${body}\r\n0\r\n\r\n`,
    () => `${size}\r\n${body}\r\n0\r\nX-Purpose: Y01\r\n\r\n`,
    () => `${pick(['ffffffffffffffff', '10000000000000000', '-1', '', ' 5', '0x5', '7fffffffffffffff', 'g'])}\r\n${body}\r\n0\r\n\r\n`,
    () => `${(body.length + 1 + below(9)).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    () => `${Math.max(1, body.length - 3).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    () => `${size}\n${body}\n0\n\n`,
    () => `${size}\r\n${body}\r\n`,
    () => `${'0'.repeat(3000)}${size}\r\n${body}\r\n0\r\n\r\n`,
  ])();
}

function putHeader(headers, name, value) {
  const at = headers.findIndex(([one]) => one.toLowerCase() === name.toLowerCase());
  if (at >= 0) headers[at] = [name, value];
  else headers.push([name, value]);
}

/** What can be done to a request. Each changes it, or answers bytes in its place. */
const ways = {
  bytes: (request, luck) => disturbBytes(bytesOf(request), luck),
  doubledHeader: (request, luck) => {
    // The one before may have taken its only header away.
    const [name, value] = luck.pick(request.headers) ?? ['Host', 'nowhere'];
    request.headers.splice(luck.below(request.headers.length + 1), 0, [name, luck.chance(0.5) ? value : luck.pick(oddTexts).slice(0, 100).replace(/[^ -~]/g, '?')]);
  },
  missingHeader: (request, luck) => void request.headers.splice(luck.below(request.headers.length), 1),
  oddHeader: (request, luck) => {
    const [name, value] = luck.pick(oddHeaders);
    if (luck.chance(0.5)) putHeader(request.headers, name, value);
    else request.headers.push([name, value]);
  },
  manyHeaders: (request, luck) => {
    for (let i = luck.pick([50, 61, 70, 400]); i > 0; --i) request.headers.push([`X-${i}`, 'a'.repeat(luck.below(30))]);
  },
  length: (request, luck) => {
    const size = Buffer.byteLength(request.body ?? '');
    putHeader(request.headers, 'Content-Length', luck.pick([...oddLengths, String(size + 1), String(size + 1000), String(Math.max(0, size - 1)), '0', String(size)]));
  },
  twoLengths: (request, luck) => void request.headers.push(['Content-Length', luck.pick([...oddLengths, String(Buffer.byteLength(request.body ?? ''))])]),
  coding: (request, luck) => void request.headers.push(['Transfer-Encoding', luck.pick(oddCodings)]),
  chunks: (request, luck) => {
    request.headers = request.headers.filter(([name]) => name !== 'Content-Length' || luck.chance(0.2));
    request.headers.push(['Transfer-Encoding', 'chunked']);
    request.body = chunked(request.body ?? '', luck);
  },
  target: (request, luck) => void (request.target = luck.pick(oddTargets)),
  method: (request, luck) => void (request.method = luck.pick(oddMethods)),
  version: (request, luck) => void (request.version = luck.pick(oddVersions)),
  lineEnds: (request, luck) => Buffer.from(bytesOf(request).toString('latin1').replaceAll('\r\n', luck.pick(['\n', '\r', '\r\r\n', '\n\r'])), 'latin1'),
  ids: (request, luck, world) => void (request.target = request.target.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, () => luck.pick([...world.ids, randomUUID(), randomUUID().toUpperCase(), '0', '%00', '..', 'a'.repeat(36)]))),
  query: (request, luck) => void (request.target += (request.target.includes('?') ? '&' : '?') + luck.pick(['limit', 'after', 'before', 'type', 'state', 'lens', 'record', 'all', 'lang', 'job', 'line', '']) + '=' + encodeURIComponent(luck.pick(oddTexts).slice(0, 2000).replace(/[\ud800-\udfff]/g, '')) + luck.pick(['', '%', '%FF', '&', '&&', '=', '+'])),
  json: (request, luck) => {
    request.body = request.body.split('\n').map((line) => (line.trim() ? disturbJson(line, luck) : line)).join('\n');
    sizeAgain(request);
  },
  utf8: (request, luck) => {
    const body = Buffer.from(request.body);
    const at = luck.below(body.length);
    request.body = Buffer.concat([body.subarray(0, at), Buffer.from(luck.pick([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xef, 0xbb, 0xbf], [0]])), body.subarray(at)]);
    sizeAgain(request);
  },
  bodyBytes: (request, luck) => {
    request.body = disturbBytes(Buffer.from(request.body), luck);
    sizeAgain(request);
  },
};
const forBodies = new Set(['json', 'utf8', 'bodyBytes']);
// What a body means is where most of the code is.
const drawn = [...Object.keys(ways), ...Array(9).fill('json'), 'utf8', 'bodyBytes', 'ids', 'ids', 'chunks', 'length'];

function sizeAgain(request) {
  putHeader(request.headers, 'Content-Length', String(Buffer.byteLength(request.body)));
}

/** One mutated request: {name, way, bytes}. `world` holds `requests` (good ones) and `ids`. */
export function mutant(luck, world) {
  for (;;) {
    const good = luck.pick(world.requests);
    const request = {...good, headers: good.headers.map((pair) => [...pair])};
    const names = [];
    let bytes;
    for (let i = luck.chance(0.3) ? 2 : 1; i > 0 && !bytes; --i) {
      const way = luck.pick(drawn);
      if (forBodies.has(way) && (!request.body || names.length > 0)) continue;
      bytes = ways[way](request, luck, world);
      names.push(way);
    }
    if (names.length > 0) return {name: good.name, way: names.join('+'), bytes: bytes ?? bytesOf(request), headOnly: request.method === 'HEAD'};
  }
}
