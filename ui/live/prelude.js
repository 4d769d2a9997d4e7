// What the translated modules need of NumPy, and no more. Arrays are plain: short typed ones are slow to make.

const NOUGHT = 0.5; // a first entry that is no whole number, so that all of the array is kept as numbers with a point

function full(n, value) {
  const array = [];
  for (let k = 0; k < n; k += 1) array.push(NOUGHT);
  for (let k = 0; k < n; k += 1) array[k] = value;
  return array;
}
/** Zeros: an array (n), or rows of them (n, m). */
const zeros = (shape) => (Array.isArray(shape) ? span(0, shape[0]).map(() => full(shape[1], 0)) : full(shape, 0));
const ones = (n) => full(n, 1);
const copied = (a) => (Array.isArray(a[0]) ? a.map((row) => row.slice()) : a.slice());
const arange = (n) => span(0, n);
const ascending = (a) => Float64Array.from(a).sort();
const span = (from, to) => Array.from({ length: Math.max(to - from, 0) }, (_, k) => from + k);
