// @ts-check
// BLAKE2b with a digest of 32 bytes and no key (RFC 7693), after the RFC. Words of 64 bits are held
// as two halves of 32, because BigInt is about forty times slower.

const initial = new Uint32Array([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a,
  0xade682d1, 0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);

const order = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

const v = new Uint32Array(32);
const m = new Uint32Array(32);

/** v[a] += v[b] + (m[x] when x is given) @param {number} a @param {number} b @param {number} x */
function add(a, b, x) {
  let low = v[2 * a] + v[2 * b];
  let high = v[2 * a + 1] + v[2 * b + 1];
  if (x >= 0) {
    low += m[2 * x];
    high += m[2 * x + 1];
  }
  v[2 * a] = low;
  v[2 * a + 1] = high + Math.floor(low / 0x100000000);
}

/** v[a] = (v[a] ^ v[b]) rotated right @param {number} a @param {number} b @param {number} by */
function mix(a, b, by) {
  const low = v[2 * a] ^ v[2 * b];
  const high = v[2 * a + 1] ^ v[2 * b + 1];
  if (by === 32) {
    v[2 * a] = high;
    v[2 * a + 1] = low;
  } else if (by === 63) {
    v[2 * a] = (low << 1) | (high >>> 31);
    v[2 * a + 1] = (high << 1) | (low >>> 31);
  } else {
    v[2 * a] = (low >>> by) | (high << (32 - by));
    v[2 * a + 1] = (high >>> by) | (low << (32 - by));
  }
}

/** @param {number} a @param {number} b @param {number} c @param {number} d @param {number} x @param {number} y */
function quarter(a, b, c, d, x, y) {
  add(a, b, x);
  mix(d, a, 32);
  add(c, d, -1);
  mix(b, c, 24);
  add(a, b, y);
  mix(d, a, 16);
  add(c, d, -1);
  mix(b, c, 63);
}

/** @param {Uint32Array} h @param {Buffer} block @param {number} counted @param {boolean} last */
function compress(h, block, counted, last) {
  for (let i = 0; i < 32; ++i) m[i] = block.readUInt32LE(4 * i);
  v.set(h, 0);
  v.set(initial, 16);
  v[24] ^= counted % 0x100000000;
  v[25] ^= Math.floor(counted / 0x100000000);
  if (last) {
    v[28] = ~v[28];
    v[29] = ~v[29];
  }
  for (let round = 0; round < 12; ++round) {
    const s = order[round % 10];
    quarter(0, 4, 8, 12, s[0], s[1]);
    quarter(1, 5, 9, 13, s[2], s[3]);
    quarter(2, 6, 10, 14, s[4], s[5]);
    quarter(3, 7, 11, 15, s[6], s[7]);
    quarter(0, 5, 10, 15, s[8], s[9]);
    quarter(1, 6, 11, 12, s[10], s[11]);
    quarter(2, 7, 8, 13, s[12], s[13]);
    quarter(3, 4, 9, 14, s[14], s[15]);
  }
  for (let i = 0; i < 16; ++i) h[i] ^= v[i] ^ v[i + 16];
}

/** @param {Buffer} bytes @returns {Buffer} */
export function blake2b256(bytes) {
  const h = new Uint32Array(initial);
  h[0] ^= 0x01010020;
  const blocks = Math.max(1, Math.ceil(bytes.length / 128));
  for (let i = 0; i < blocks; ++i) {
    const end = Math.min(bytes.length, 128 * (i + 1));
    let block = bytes.subarray(128 * i, end);
    if (block.length < 128) block = Buffer.concat([block, Buffer.alloc(128 - block.length)]);
    compress(h, block, end, i === blocks - 1);
  }
  const out = Buffer.alloc(32);
  for (let i = 0; i < 8; ++i) out.writeUInt32LE(h[i], 4 * i);
  return out;
}
