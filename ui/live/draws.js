// The engine's own random numbers: NumPy's SeedSequence, PCG64 and standard normals, so that path k here is path k there.
// `EDGES` are the 256 right edges of the ziggurat's strips.

const BLOCK = 256; // paths that share a generator
const MULTIPLIER = [0x9fccf645, 0x4385df64, 0x1fc65da4, 0x2360ed05]; // 32 bits each, lowest first
const WORD = 2 ** 32;
const SCALE = 2 ** -52;
const INVERSE = 1 / EDGES[255];
const WIDTHS = EDGES.map((x) => x * SCALE);
const SURE = EDGES.map((x, i) => Math.floor((i === 0 ? EDGES[255] / x : i === 1 ? 0 : EDGES[i - 1] / x) * 2 ** 52));
const HEIGHTS = EDGES.map((x, i) => (i === 0 ? 1 : Math.exp(-0.5 * x * x)));

/** 32-bit words of a whole number, lowest first. */
function wordsOf(number) {
  const words = [];
  for (let n = number; n > 0; n = Math.floor(n / WORD)) words.push(n % WORD);
  return words.length ? words : [0];
}

/** Eight 32-bit words of SeedSequence(seed, spawn_key = key): four numbers of 64 bits, low word first. */
function seedState(seed, key) {
  const entropy = wordsOf(seed);
  while (entropy.length < 4) entropy.push(0);
  for (const part of key) entropy.push(...wordsOf(part));
  let constant = 0x43b0d7e5;
  const hashed = (value) => {
    value ^= constant;
    constant = Math.imul(constant, 0x931e8875);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
  const mixed = (x, y) => {
    const result = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return result ^ (result >>> 16);
  };
  const pool = [0, 1, 2, 3].map((i) => hashed(entropy[i]));
  for (let from = 0; from < 4; from += 1)
    for (let to = 0; to < 4; to += 1) if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
  for (let from = 4; from < entropy.length; from += 1)
    for (let to = 0; to < 4; to += 1) pool[to] = mixed(pool[to], hashed(entropy[from]));
  constant = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, i) => {
    let value = pool[i % 4] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    value = Math.imul(value, constant);
    return (value ^ (value >>> 16)) >>> 0;
  });
}

/** The upper half of the 64-bit product of two words. */
function highProduct(a, b) {
  const [al, ah, bl, bh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const [low, left, right] = [al * bl, al * bh, ah * bl];
  const middle = (low >>> 16) + (left & 0xffff) + (right & 0xffff);
  return ah * bh + (left >>> 16) + (right >>> 16) + (middle >>> 16);
}
const lowProduct = (a, b) => Math.imul(a, b) >>> 0;

/** A PCG64 generator (XSL-RR) on 128 bits in four words, lowest first; `high` and `low` are the last 64 bits it gave. */
class Pcg64 {
  constructor([w0, w1, w2, w3, w4, w5, w6, w7]) {
    const [m0, m1, m2, m3] = [w6, w7, w4, w5]; // the stream's number; the increment is twice that and one
    this.increment = [((m0 << 1) | 1) >>> 0, ((m1 << 1) | (m0 >>> 31)) >>> 0, ((m2 << 1) | (m1 >>> 31)) >>> 0, ((m3 << 1) | (m2 >>> 31)) >>> 0];
    this.state = [0, 0, 0, 0];
    this.step();
    this.add([w2, w3, w0, w1]);
    this.step();
  }

  add(words) {
    let carry = 0;
    for (let k = 0; k < 4; k += 1) {
      const sum = this.state[k] + words[k] + carry;
      this.state[k] = sum >>> 0;
      carry = sum >= WORD ? 1 : 0;
    }
  }

  step() {
    const [a0, a1, a2, a3] = this.state;
    const [b0, b1, b2, b3] = MULTIPLIER;
    const r1 = highProduct(a0, b0) + lowProduct(a0, b1) + lowProduct(a1, b0);
    const r2 = Math.floor(r1 / WORD) + highProduct(a0, b1) + highProduct(a1, b0) + lowProduct(a0, b2) + lowProduct(a1, b1) + lowProduct(a2, b0);
    const r3 = Math.floor(r2 / WORD) + highProduct(a0, b2) + highProduct(a1, b1) + highProduct(a2, b0)
      + lowProduct(a0, b3) + lowProduct(a1, b2) + lowProduct(a2, b1) + lowProduct(a3, b0);
    this.state[0] = lowProduct(a0, b0);
    this.state[1] = r1 % WORD;
    this.state[2] = r2 % WORD;
    this.state[3] = r3 % WORD;
    this.add(this.increment);
  }

  next() {
    this.step();
    const [s0, s1, s2, s3] = this.state;
    const turn = s3 >>> 26;
    const [high, low] = turn < 32 ? [s3 ^ s1, s2 ^ s0] : [s2 ^ s0, s3 ^ s1];
    const by = turn & 31;
    this.high = (by ? (high >>> by) | (low << (32 - by)) : high) >>> 0;
    this.low = (by ? (low >>> by) | (high << (32 - by)) : low) >>> 0;
  }

  /** The next number between 0 and 1. */
  uniform() {
    this.next();
    return (this.high * 2 ** 21 + (this.low >>> 11)) * 2 ** -53;
  }

  /** The next standard normal. */
  normal() {
    for (;;) {
      this.next();
      const strip = this.low & 0xff;
      const size = (this.low >>> 9) + (this.high & 0x1fffffff) * 2 ** 23;
      const [negative, beyondNegative] = [(this.low >>> 8) & 1, (this.low >>> 17) & 1];
      const x = (negative ? -size : size) * WIDTHS[strip];
      if (size < SURE[strip]) return x;
      if (strip === 0) {
        for (;;) {
          const beyond = -INVERSE * Math.log1p(-this.uniform());
          const other = -Math.log1p(-this.uniform());
          if (other + other > beyond * beyond) return beyondNegative ? -(EDGES[255] + beyond) : EDGES[255] + beyond;
        }
      }
      if ((HEIGHTS[strip - 1] - HEIGHTS[strip]) * this.uniform() + HEIGHTS[strip] < Math.exp(-0.5 * x * x)) return x;
    }
  }
}

const drawnBlocks = new Map();

/** Standard normals of a stream for one path (row,): the engine's own, block by block; blocks once drawn are kept. */
function normalsOf(seed, stream, rows, path) {
  const block = Math.floor(path / BLOCK);
  const name = `${seed} ${stream} ${rows} ${block}`;
  if (!drawnBlocks.has(name)) {
    if (drawnBlocks.size > 200) drawnBlocks.clear();
    const generator = new Pcg64(seedState(seed, [STREAMS.indexOf(stream), block]));
    drawnBlocks.set(name, Float64Array.from({ length: rows * BLOCK }, () => generator.normal()));
  }
  const drawn = drawnBlocks.get(name);
  return Float64Array.from({ length: rows }, (_, row) => drawn[row * BLOCK + (path % BLOCK)]);
}
