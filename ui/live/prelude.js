// What the translated modules need of NumPy, and no more. Arrays are plain: short typed ones are slow to make.

const NOUGHT = 0.5; // a first entry that is no whole number, so that all of the array is kept as numbers with a point
const blanks = []; // zeros by length: copying one is the cheapest way to such an array

function full(n, value) {
  if (!blanks[n]) {
    blanks[n] = span(0, n).map(() => NOUGHT);
    for (let k = 0; k < n; k += 1) blanks[n][k] = 0;
  }
  const array = blanks[n].slice();
  if (value !== 0) for (let k = 0; k < n; k += 1) array[k] = value;
  return array;
}
/** Zeros: an array (n), or rows of them (n, m). */
const zeros = (shape) => (Array.isArray(shape) ? span(0, shape[0]).map(() => full(shape[1], 0)) : full(shape, 0));
const ones = (n) => full(n, 1);
const copied = (a) => (Array.isArray(a[0]) ? a.map((row) => row.slice()) : a.slice());
const arange = (n) => span(0, n);
const ascending = (a) => Float64Array.from(a).sort();
function span(from, to) {
  const numbers = [];
  for (let k = from; k < to; k += 1) numbers.push(k);
  return numbers;
}

// And of Python itself.

/** Whether Python would take a value for true: not an empty list or text, nothing, or zero. */
const truth = (x) => (Array.isArray(x) ? x.length > 0 : Boolean(x));
const zipped = (a, b) => Array.from(a, (x, k) => [x, b[k]]);
const sumOf = (a) => Array.from(a).reduce((x, y) => x + y, 0);
/** Which of two keys comes first: numbers, text, or lists entry by entry. */
function precedes(a, b) {
  if (!Array.isArray(a)) return a < b ? -1 : a > b ? 1 : 0;
  for (let k = 0; k < a.length; k += 1) if (precedes(a[k], b[k])) return precedes(a[k], b[k]);
  return 0;
}
const ordered = (a, key = (x) => x) => Array.from(a).sort((x, y) => precedes(key(x), key(y)));
const minBy = (a, key) => ordered(a, key)[0];
const maxBy = (a, key) => Array.from(a).reduce((x, y) => (precedes(key(y), key(x)) > 0 ? y : x));

/** A number as Python's format writes it with so many digits, `,.2f` or `.1f`: exact halves go to the even digit, as there. */
function formatted(value, form) {
  const digits = Number(form.match(/^,?\.(\d+)f$/)[1]);
  const scaled = Math.abs(value) * 10 ** digits;
  const tied = scaled % 1 === 0.5 && Number.isInteger(Math.abs(value) * 2 ** 20);
  const size = tied ? (2 * Math.round(scaled / 2)) / 10 ** digits : Math.abs(value);
  const [whole, part] = size.toFixed(digits).split(".");
  const grouped = form.startsWith(",") ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole;
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + grouped + (part === undefined ? "" : `.${part}`);
}
