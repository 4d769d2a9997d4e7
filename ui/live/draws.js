// The engine's own random numbers: NumPy's SeedSequence, PCG64 and standard normals, so that path k here is path k there.
// `EDGES` are the 256 right edges of the ziggurat's strips.

const BLOCK = 256; // paths that share a generator
const WORD = 0xffffffffn;
const HALF = 0xffffffffffffffffn;
const WHOLE = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const SCALE = 2 ** -52;
const INVERSE = 1 / EDGES[255];
const WIDTHS = EDGES.map((x) => x * SCALE);
const SURE = EDGES.map((x, i) => Math.floor((i === 0 ? EDGES[255] / x : i === 1 ? 0 : EDGES[i - 1] / x) * 2 ** 52));
const HEIGHTS = EDGES.map((x, i) => (i === 0 ? 1 : Math.exp(-0.5 * x * x)));

/** 32-bit words of a whole number, lowest first. */
function wordsOf(number) {
  const words = [];
  for (let n = BigInt(number); n > 0n; n >>= 32n) words.push(Number(n & WORD));
  return words.length ? words : [0];
}

/** Four 64-bit numbers of SeedSequence(seed, spawn_key = key). */
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
  const words = Array.from({ length: 8 }, (_, i) => {
    let value = pool[i % 4] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    value = Math.imul(value, constant);
    return BigInt((value ^ (value >>> 16)) >>> 0);
  });
  return [0, 2, 4, 6].map((i) => words[i] | (words[i + 1] << 32n));
}

/** A PCG64 generator (XSL-RR): a function that gives the next 64 bits. */
function pcg64([high, low, streamHigh, streamLow]) {
  const increment = ((((streamHigh << 64n) | streamLow) << 1n) | 1n) & WHOLE;
  let state = (increment + ((high << 64n) | low)) & WHOLE;
  const step = () => {
    state = (state * MULTIPLIER + increment) & WHOLE;
  };
  step();
  return () => {
    step();
    const mixed = (state >> 64n) ^ (state & HALF);
    const turn = state >> 122n;
    return ((mixed >> turn) | (mixed << (64n - turn))) & HALF;
  };
}

const uniform = (next) => Number(next() >> 11n) * 2 ** -53;

/** The next standard normal. */
function normal(next) {
  for (;;) {
    const bits = next();
    const strip = Number(bits & 0xffn);
    const rest = bits >> 8n;
    const size = Number((rest >> 1n) & 0xfffffffffffffn);
    const x = (rest & 1n ? -1 : 1) * size * WIDTHS[strip];
    if (size < SURE[strip]) return x;
    if (strip === 0) {
      for (;;) {
        const beyond = -INVERSE * Math.log1p(-uniform(next));
        const other = -Math.log1p(-uniform(next));
        if (other + other > beyond * beyond) return Math.floor(size / 256) % 2 ? -(EDGES[255] + beyond) : EDGES[255] + beyond;
      }
    }
    if ((HEIGHTS[strip - 1] - HEIGHTS[strip]) * uniform(next) + HEIGHTS[strip] < Math.exp(-0.5 * x * x)) return x;
  }
}

const drawnBlocks = new Map();

/** Standard normals of a stream for one path (row,): the engine's own, block by block; blocks once drawn are kept. */
function normalsOf(seed, stream, rows, path) {
  const block = Math.floor(path / BLOCK);
  const name = `${seed} ${stream} ${rows} ${block}`;
  if (!drawnBlocks.has(name)) {
    if (drawnBlocks.size > 200) drawnBlocks.clear();
    const next = pcg64(seedState(seed, [STREAMS.indexOf(stream), block]));
    drawnBlocks.set(name, Float64Array.from({ length: rows * BLOCK }, () => normal(next)));
  }
  const drawn = drawnBlocks.get(name);
  return Float64Array.from({ length: rows }, (_, row) => drawn[row * BLOCK + (path % BLOCK)]);
}
