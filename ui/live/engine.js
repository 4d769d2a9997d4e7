// Written by `python -m ui.live.engine` out of the scalar reference and the words; not by hand.
const FINGERPRINT = "911529b50029";
const STREAMS = ["rates", "severity:real_money_sales", "noise:real_money_sales", "severity:client_financing", "noise:client_financing", "severity:fundamentals", "noise:fundamentals", "severity:swap_spread_shock", "noise:swap_spread_shock", "severity:off_the_run_shock", "noise:off_the_run_shock", "severity:basis_shock", "noise:basis_shock", "severity:desired_longs", "noise:desired_longs", "severity:money_fund_run", "noise:money_fund_run", "severity:margin_step", "noise:margin_step", "severity:auction_withdrawal", "noise:auction_withdrawal", "severity:cash_drain", "noise:cash_drain", "severity:dealer_lending_cut", "noise:dealer_lending_cut"];
const EDGES = [3.910757959524912, 0.21524189598488003, 0.2861745917920715, 0.33573751921442435, 0.3751213328783798, 0.40838913461199033, 0.4375184022078708, 0.4636343367908815, 0.4874439661392353, 0.509423329602091, 0.5299097206615574, 0.5491517023271645, 0.5673382570538182, 0.5846167661063788, 0.6011046177559921, 0.6168969900077509, 0.6320722363860606, 0.6466957148949931, 0.6608225742444191, 0.6744998228372932, 0.6877678927957878, 0.7006618411068143, 0.7132122851909752, 0.7254461409099988, 0.7373872114342949, 0.7490566620178146, 0.7604734064301074, 0.7716544242245675, 0.7826150233072324, 0.7933690588406226, 0.8039291169899705, 0.8143066701352146, 0.8245122087522915, 0.8345553540863815, 0.8444449549091533, 0.8541891710081632, 0.8637955455533082, 0.87327106808886, 0.882622229585165, 0.891855070732941, 0.9009752244612214, 0.9099879534967181, 0.9188981836495902, 0.9277105334019996, 0.9364293402865748, 0.945058684468165, 0.9536024098810856, 0.9620641432230401, 0.970447311064224, 0.9787551552942242, 0.986990747099062, 0.9951569996350904, 1.0032566795446725, 1.011292417439995, 1.0192667174654835, 1.027181966035645, 1.03504043983344, 1.0428443131441483, 1.0505956645909291, 1.0582964833306743, 1.0659486747621219, 1.0735540657924356, 1.0811144097034033, 1.0886313906539793, 1.0961066278520208, 1.103541679424639, 1.110938046013575, 1.1182971741193444, 1.1256204592155326, 1.1329092486525332, 1.1401648443681507, 1.1473885054208484, 1.1545814503599272, 1.161744859445611, 1.1688798767308328, 1.1759876120154515, 1.1830691426826863, 1.1901255154266914, 1.1971577478794408, 1.2041668301443809, 1.2111537262436987, 1.218119375485481, 1.2250646937565302, 1.2319905747461355, 1.2388978911056867, 1.2457874955486268, 1.2526602218948968, 1.2595168860637138, 1.266358287018229, 1.273185207665356, 1.2799984157138176, 1.2867986644932434, 1.2935866937369476, 1.300363230330837, 1.307128989030731, 1.3138846731502203, 1.3206309752210559, 1.3273685776279256, 1.3340981532193599, 1.3408203658964037, 1.347535871180587, 1.3542453167626347, 1.3609493430332826, 1.3676485835974759, 1.374343665773166, 1.381035211075855, 1.3877238356899757, 1.3944101509281406, 1.4010947636792506, 1.4077782768463984, 1.4144612897754707, 1.4211443986753085, 1.4278281970302555, 1.4345132760058918, 1.4412002248487237, 1.4478896312805758, 1.45458208188841, 1.4612781625102753, 1.4679784586180793, 1.4746835556978553, 1.481394039628187, 1.4881104970574472, 1.4948335157804935, 1.5015636851154637, 1.5083015962813113, 1.5150478427767144, 1.5218030207609978, 1.528567729437712, 1.5353425714415139, 1.5421281532290017, 1.5489250854741732, 1.5557339834691761, 1.5625554675310445, 1.5693901634151233, 1.576238702735906, 1.583101723396029, 1.5899798700241905, 1.5968737944227878, 1.6037841560260941, 1.6107116223698297, 1.617656869573015, 1.624620582833034, 1.6316034569348727, 1.638606196775547, 1.6456295179047817, 1.6526741470830553, 1.659740822858182, 1.666830296161665, 1.6739433309261247, 1.6810807047251735, 1.688243209437195, 1.6954316519345614, 1.702646854799923, 1.7098896570713016, 1.7171609150178229, 1.7244615029480448, 1.7317923140529632, 1.7391542612859117, 1.7465482782817225, 1.7539753203176716, 1.7614363653189102, 1.7689324149112684, 1.7764644955245228, 1.7840336595494415, 1.7916409865521625, 1.7992875845497203, 1.8069745913508208, 1.8147031759662826, 1.8224745400938858, 1.830289919682757, 1.8381505865828067, 1.8460578502851857, 1.8540130597602023, 1.8620176053996746, 1.8700729210712674, 1.8781804862929965, 1.8863418285367834, 1.8945585256707052, 1.9028322085504297, 1.9111645637712535, 1.9195573365931882, 1.9280123340526658, 1.9365314282756947, 1.9451165600086784, 1.9537697423846467, 1.962493064944363, 1.9712886979336592, 1.9801588969004766, 1.989106007617438, 1.9981324713584196, 2.0072408305605287, 2.016433734906204, 2.025713947863854, 2.035084353729619, 2.0445479652175313, 2.054107931650652, 2.063767547811732, 2.0735302635187427, 2.083399693998304, 2.0933796311387916, 2.1034740557148766, 2.1136871506866526, 2.1240233156895227, 2.134487182846016, 2.145083634047888, 2.1558178198767366, 2.1666951803543077, 2.1777214677402923, 2.1889027716263603, 2.200245546611276, 2.2117566428841604, 2.22344334009251, 2.235313384929921, 2.247375032947389, 2.259637095173787, 2.2721089902283813, 2.284800802724492, 2.2977233489028634, 2.310888250601372, 2.3243080188711325, 2.3379961487965284, 2.3519672273791445, 2.366237056717291, 2.3808227951720857, 2.3957431197819274, 2.4110184139011195, 2.4266709849371466, 2.442725318200364, 2.459208374334705, 2.476149939670523, 2.4935830412710467, 2.511544441626694, 2.530075232159854, 2.549221550324783, 2.5690354526818435, 2.589575986708286, 2.610910518488823, 2.6331163936315822, 2.656283037576743, 2.6805146432857447, 2.705933656123062, 2.7326853590440114, 2.7609440052799865, 2.7909211740019275, 2.8228773968264433, 2.857138730873225, 2.8941210536134125, 2.934366867208888, 2.9786032798818436, 3.027837791769594, 3.0835261320021434, 3.147889289518001, 3.224575052047802, 3.320244733839826, 3.4492782985614316, 3.654152885361009];
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

// A world as data, turned into what the translated reference takes; and its policies run on one path after another.
// A world's groups carry the reference's own names, so they are taken as they are.

const SHOCKS = [
  "real_money_sales", "client_financing", "fundamentals", "swap_spread_shock", "off_the_run_shock", "basis_shock",
  "desired_longs", "money_fund_run", "margin_step", "auction_withdrawal", "cash_drain", "dealer_lending_cut",
];

/** A world with other values at dotted names; what is not on their way is shared with it. */
function worldWith(world, values) {
  const copy = { ...world };
  for (const [name, value] of Object.entries(values)) {
    const way = name.split(".");
    let at = copy;
    for (const key of way.slice(0, -1)) at = at[key] = { ...at[key] };
    at[way.at(-1)] = value;
  }
  return copy;
}

/** The market of a world under the rules that a policy's tools set before the crisis. */
function marketUnder(world, tools) {
  const cohorts = world.funds.cohorts;
  const [mix, contracts] = ["mix", "tenors"].map((name) => cohorts.map((c) => c[name]));
  const [equity, leverage] = ["equity_bn", "leverage"].map((name) => cohorts.map((c) => c[name]));
  const yields = scaled4(100, world.scenario.opening_yields_pct);
  const terms = under_rules(
    tools, Cohorts(mix, contracts, yields, world.wedges, world.funds), SetBefore(world.margins, leverage),
  );
  return prepared(
    world.yields, world.dealers, world.wedges, terms.margins, world.funding, world.funds, world.issuance, world.liquidity,
    yields, world.scenario.days_to_delivery, equity, terms.leverage, mix, contracts,
  );
}

/** The course of every shock, and what is given day by day. */
function coursesOf(world) {
  const s = world.scenario;
  const sizes = zeros(s.days);
  for (const auction of s.auctions) sizes[auction.day - 1] += auction.size_bn;
  const held = s.held_fundamentals_bp.length ? s.held_fundamentals_bp : zeros([s.days, 4]);
  const courses = SHOCKS.map((name) => {
    const { knots, size, severity_sd, noise_sd } = s[name];
    return Course(knots.map((k) => k[0]), knots.map((k) => k[1]), size, severity_sd, noise_sd);
  });
  const tenors = ["real_money_sales", "fundamentals", "swap_spread_shock", "off_the_run_shock"].map((name) => s[name].tenors);
  return Courses(...courses, ...tenors, held, sizes);
}

/** A path's luck: the severity of each shock and the normals of its noise. */
function luckOf(world, seed, path) {
  const s = world.scenario;
  const severities = SHOCKS.map((name) =>
    severity(s[name], s[name].severity_sd ? normalsOf(seed, `severity:${name}`, 1, path)[0] : 0),
  );
  const noise = SHOCKS.map((name) =>
    s[name].noise_sd ? normalsOf(seed, `noise:${name}`, s.days, path) : zeros(s.days),
  );
  return Luck(severities, noise);
}

/** What was done in the world's episode. */
function followedOf(world) {
  const f = world.scenario.followed;
  return Followed(
    f.purchases.map((p) => [p.day, p.amount_bn]), f.purchase_tenors, f.announced,
    f.repo.map((o) => [o.day, o.cap_bn, o.rate_bp, o.slope_bn]), f.leverage_relief_day, f.leverage_relief,
  );
}

/** What is worked out once for a world and its policies (lists of tools). */
function prepare(world, policies) {
  return {
    world, policies, courses: coursesOf(world), followed: followedOf(world),
    markets: policies.map((tools) => marketUnder(world, tools)),
  };
}

/** The record of every policy on one path; on the central path where `path` is null. */
function recordsOn(ready, seed, path) {
  const series = path === null ? central(ready.courses) : series_of(ready.courses, luckOf(ready.world, seed, path));
  return ready.policies.map((tools, k) => policy_run(ready.markets[k], series, tools, ready.followed));
}

/** Normals of the rates after the crisis on a path: (factor, draw), the second half of the draws mirroring the first. */
function ratesOn(seed, path) {
  const factors = 9, half = 32;
  const drawn = normalsOf(seed, "rates", factors * half, path);
  return Array.from({ length: factors }, (_, f) => {
    const first = drawn.subarray(f * half, (f + 1) * half);
    return [...first, ...first.map((z) => -z)];
  });
}

/** Outcomes of every policy on one path from its records, with the public's profit by draw; no action comes first. */
function judged(ready, counted, seed, path, records) {
  const draws = ratesOn(seed, path ?? 0);
  const rate = ready.world.scenario.policy_rate_pct;
  return records.map((record, k) => ({
    values: path_outcomes(ready.markets[k], record, records[0]),
    profit: profits(known_of(ready.markets[k], counted, rate, record), counted, draws),
  }));
}

/** Means over paths of every outcome of a policy, from what `judged` gave for it on each path. */
function meansOf(judgedPaths) {
  const profit = judgedPaths.map((one) => one.profit);
  const every = profit.flatMap((one) => Array.from(one));
  const means = { taxpayer_mean_bn: mean_of(every), taxpayer_loss_probability_pct: loss_chance(every), taxpayer_es95_bn: tail_of(every) };
  for (const key of Object.keys(judgedPaths[0].values)) means[key] = mean_of(judgedPaths.map((one) => one.values[key]));
  return means;
}

/** What the verdict reads of every policy: outcomes by path, `criteria` and `shown` being keys in order. */
function samplesOf(judgedPaths, criteria, shown) {
  return judgedPaths.map((paths) => {
    const profit = paths.map((one) => one.profit);
    const tail = tail_by_path(profit);
    const column = (key) => {
      if (key === "taxpayer_mean_bn") return profit.map(mean_of);
      if (key === "taxpayer_es95_bn") return tail;
      return paths.map((one) => one.values[key]);
    };
    return Sample(criteria.map(column), shown.map(column));
  });
}

// models.reference.arithmetic
const [BASIS, SWAP, PAIRS] = [0, 1, 2];
const TEN = 2;
const DAYS_A_YEAR = 252.0;
function positive(x) {
  return Math.max(x, 0.0);
}
function clip(x, low, high) {
  return Math.min(Math.max(x, low), high);
}
function ratio(part, whole) {
  return ((whole > 0) ? (part / whole) : 0.0);
}
function kept(half_life_days) {
  return Number(Math.pow(0.5, (1 / half_life_days)));
}
function add3(a, b) {
  return [(a[0] + b[0]), (a[1] + b[1]), (a[2] + b[2])];
}
function less3(a, b) {
  return [(a[0] - b[0]), (a[1] - b[1]), (a[2] - b[2])];
}
function sum3(a) {
  return ((a[0] + a[1]) + a[2]);
}
function put3(triple, j, value) {
  return [((j === 0) ? value : triple[0]), ((j === 1) ? value : triple[1]), ((j === 2) ? value : triple[2])];
}
function add4(a, b) {
  return [(a[0] + b[0]), (a[1] + b[1]), (a[2] + b[2]), (a[3] + b[3])];
}
function less4(a, b) {
  return [(a[0] - b[0]), (a[1] - b[1]), (a[2] - b[2]), (a[3] - b[3])];
}
function sum4(a) {
  return (((a[0] + a[1]) + a[2]) + a[3]);
}
function dot4(a, b) {
  return ((((a[0] * b[0]) + (a[1] * b[1])) + (a[2] * b[2])) + (a[3] * b[3]));
}
function times4(a, b) {
  return [(a[0] * b[0]), (a[1] * b[1]), (a[2] * b[2]), (a[3] * b[3])];
}
function scaled4(factor, a) {
  return [(factor * a[0]), (factor * a[1]), (factor * a[2]), (factor * a[3])];
}
function row3(rows, k) {
  return [rows[k][0], rows[k][1], rows[k][2]];
}
function row4(rows, k) {
  return [rows[k][0], rows[k][1], rows[k][2], rows[k][3]];
}
function sum1(values) {
  let n, total;
  total = 0.0;
  for (n = 0; n < values.length; n += 1) {
    total += values[n];
  }
  return total;
}
function sum2(rows) {
  let n, total;
  total = 0.0;
  for (n = 0; n < rows.length; n += 1) {
    total += ((rows[n][0] + rows[n][1]) + rows[n][2]);
  }
  return total;
}
function wright_omega(z) {
  let _, cubic, off, w;
  if ((z < (-40.0))) {
    return Math.exp(z);
  }
  if ((z < (-2.0))) {
    w = Math.exp(z);
  }
  else {
    if ((z < 2.0)) {
      w = ((1 + ((z - 1) / 2)) + (((z - 1) * (z - 1)) / 16));
    }
    else {
      w = (z - Math.log(z));
    }
  }
  for (_ = 0; _ < 4; _ += 1) {
    off = ((z - w) - Math.log(w));
    cubic = ((1 + w) * ((1 + w) + ((2 * off) / 3)));
    w *= (1 + (((off / (1 + w)) * (cubic - (off / 2))) / (cubic - off)));
  }
  return w;
}

// models.reference.parameters
const STRESSED_RISE = 0.6;
const USUAL_CONTRACTS = [0.38, 0.295, 0.215, 0.11];
const YieldRules = (duration_slope_bp, duration_loadings, stress_steepening, signal_bp, signal_loadings, hedged_signal_share, independence_doubt_bp) => ({ duration_slope_bp, duration_loadings, stress_steepening, signal_bp, signal_loadings, hedged_signal_share, independence_doubt_bp });
const DealerRules = (capacity_bn, calm_use, steepness, calm_charge_bp, floor_charge_bp, investor_absorption_bn, volatility_tightening, repo_footprint, normal_inventory_bn, market_size, slow_demand_bn, slow_speed, unhurried_share, strategic_selling) => ({ capacity_bn, calm_use, steepness, calm_charge_bp, floor_charge_bp, investor_absorption_bn, volatility_tightening, repo_footprint, normal_inventory_bn, market_size, slow_demand_bn, slow_speed, unhurried_share, strategic_selling });
const WedgeRules = (swap_spread_beta, swap_spread_own_bp, swap_spread_mix, off_the_run_beta, off_the_run_own_bp, off_the_run_mix, own_profile, basis_beta, basis_own_bp, futures_demand_slope_bp, liquidation_half_life_days, roll_cost_points, memory_share, memory_half_life_days, off_the_run_volatility) => ({ swap_spread_beta, swap_spread_own_bp, swap_spread_mix, off_the_run_beta, off_the_run_own_bp, off_the_run_mix, own_profile, basis_beta, basis_own_bp, futures_demand_slope_bp, liquidation_half_life_days, roll_cost_points, memory_share, memory_half_life_days, off_the_run_volatility });
const MarginRules = (calm_volatility_bp, calm_volatility_loadings, volatility_half_life_days, margin_standard_deviations, margin_elasticity, margin_rise_speed, margin_fall_speed, stressed_margin_floor, calm_haircut, haircut_slope) => ({ calm_volatility_bp, calm_volatility_loadings, volatility_half_life_days, margin_standard_deviations, margin_elasticity, margin_rise_speed, margin_fall_speed, stressed_margin_floor, calm_haircut, haircut_slope });
const FundingRules = (slack_bn, recycled_share, calm_spread_bp, charge_pass_through, scarcity_bp, scarcity_width, rationing_spread_bp) => ({ slack_bn, recycled_share, calm_spread_bp, charge_pass_through, scarcity_bp, scarcity_width, rationing_spread_bp });
const FundRules = (scale, size, buffer, risk_headroom, risk_limit_elasticity, risk_limit_speed, margin_call_speed) => ({ scale, size, buffer, risk_headroom, risk_limit_elasticity, risk_limit_speed, margin_call_speed });
const IssuanceRules = (normal_award, award_slope, tail_bp, weakness_memory) => ({ normal_award, award_slope, tail_bp, weakness_memory });
const LiquidityRules = (calm_depth_mn, depth_floor_mn, fast_volatility_half_life_days, depth_volatility_elasticity, depth_charge_elasticity) => ({ calm_depth_mn, depth_floor_mn, fast_volatility_half_life_days, depth_volatility_elasticity, depth_charge_elasticity });
const Market = (yields, dealers, wedges, margins, funding, funds, issuance, liquidity, opening_yields, days_to_delivery, durations, calm_volatility, positions, equity, leverage_limit, contracts, risk, basis_mix, opening_repo) => ({ yields, dealers, wedges, margins, funding, funds, issuance, liquidity, opening_yields, days_to_delivery, durations, calm_volatility, positions, equity, leverage_limit, contracts, risk, basis_mix, opening_repo });
function prepared(yields, dealers, wedges, margins, funding, funds, issuance, liquidity, opening_yields, days_to_delivery, equity, leverage, mix, contracts) {
  let calm_volatility, cohorts, durations, face, j, limit, n, own, positions, risk, yearly;
  durations = [duration(opening_yields[0], 2.0), duration(opening_yields[1], 5.0), duration(opening_yields[2], 10.0), duration(opening_yields[3], 30.0)];
  calm_volatility = scaled4(margins.calm_volatility_bp, margins.calm_volatility_loadings);
  cohorts = equity.length;
  [positions, own, limit] = [zeros([cohorts, 3]), zeros(cohorts), zeros(cohorts)];
  risk = zeros([cohorts, 4]);
  yearly = times4(durations, calm_volatility);
  for (n = 0; n < cohorts; n += 1) {
    face = (((equity[n] * leverage[n]) * funds.scale) * funds.size);
    for (j = 0; j < 3; j += 1) {
      positions[n][j] = (face * mix[n][j]);
    }
    own[n] = (equity[n] * funds.size);
    limit[n] = ((leverage[n] * funds.scale) * (1 + funds.risk_headroom));
    fill_risk(risk, n, positions, contracts, wedges, yearly);
  }
  return Market(yields, dealers, wedges, margins, funding, funds, issuance, liquidity, opening_yields, days_to_delivery, durations, calm_volatility, positions, own, limit, contracts, risk, mean_contracts(equity, leverage, mix, contracts), (sum2(positions) * (1 - margins.calm_haircut)));
}
function duration(yield_bp, years) {
  let y;
  y = (yield_bp / 10000.0);
  return ((Math.abs(y) < 1e-09) ? years : ((1 - Math.pow((1 + (y / 2)), ((-2) * years))) / y));
}
function fill_risk(risk, n, positions, contracts, wedges, yearly) {
  let calm, face, i, total;
  total = 0.0;
  for (i = 0; i < 4; i += 1) {
    face = (positions[n][0] * contracts[n][i]);
    face += ((positions[n][1] * wedges.swap_spread_mix[i]) + (positions[n][2] * wedges.off_the_run_mix[i]));
    risk[n][i] = (face * yearly[i]);
    total += risk[n][i];
  }
  for (i = 0; i < 4; i += 1) {
    calm = ((i === TEN) ? 1.0 : 0.0);
    risk[n][i] = ((total > 0) ? (risk[n][i] / total) : calm);
  }
}
function mean_contracts(equity, leverage, mix, contracts) {
  let basis, held, n, total;
  [total, basis] = [0.0, [0.0, 0.0, 0.0, 0.0]];
  for (n = 0; n < equity.length; n += 1) {
    held = ((equity[n] * leverage[n]) * mix[n][BASIS]);
    total += held;
    basis = add4(basis, scaled4(held, row4(contracts, n)));
  }
  return ((total > 0) ? scaled4((1 / total), basis) : USUAL_CONTRACTS);
}
function world_mix(market, j) {
  if ((j === BASIS)) {
    return market.basis_mix;
  }
  return ((j === SWAP) ? market.wedges.swap_spread_mix : market.wedges.off_the_run_mix);
}
function cohort_mix(market, n, j) {
  return ((j === BASIS) ? row4(market.contracts, n) : world_mix(market, j));
}
function equivalents(market, flows) {
  return (dot4(flows, market.durations) / market.durations[TEN]);
}

// models.reference.state
const Shocks = (real_money_sales, client_financing, fundamentals, swap_spread_shock, off_the_run_shock, basis_shock, desired_longs, money_fund_run, margin_step, auction_withdrawal, cash_drain, dealer_lending_cut, auction_size, observed, invert) => ({ real_money_sales, client_financing, fundamentals, swap_spread_shock, off_the_run_shock, basis_shock, desired_longs, money_fund_run, margin_step, auction_withdrawal, cash_drain, dealer_lending_cut, auction_size, observed, invert });
const Orders = (purchases, hedged_purchases, announced, announced_hedged, rate_cut, repo_cap, repo_price, repo_slope, auction_capacity, reserve_discount, reserve_penalty, eligible, dealers_eligible, pay_as_bid, vehicle_sales, capacity_multiple, footprint_multiple, margin_multiple) => ({ purchases, hedged_purchases, announced, announced_hedged, rate_cut, repo_cap, repo_price, repo_slope, auction_capacity, reserve_discount, reserve_penalty, eligible, dealers_eligible, pay_as_bid, vehicle_sales, capacity_multiple, footprint_multiple, margin_multiple });
const State = (positions, equity, inventory, pairs, liquidation, variance, fast, margin_unit, cut, log_charge, above, marginal, memory, mark, earned, cheapness, absorbed, slow, outside, delivered, supply, held, client_sold, outright, hedged, vehicle, weakness, yields, days_to_delivery) => ({ positions, equity, inventory, pairs, liquidation, variance, fast, margin_unit, cut, log_charge, above, marginal, memory, mark, earned, cheapness, absorbed, slow, outside, delivered, supply, held, client_sold, outright, hedged, vehicle, weakness, yields, days_to_delivery });

// models.reference.margins
const Margins = (stress, unit, haircut) => ({ stress, unit, haircut });
function volatility(market, variance) {
  return [one_volatility(market, variance, 0), one_volatility(market, variance, 1), one_volatility(market, variance, 2), one_volatility(market, variance, 3)];
}
function one_volatility(market, variance, i) {
  let calm;
  calm = market.calm_volatility[i];
  return Math.sqrt(Math.max(variance[i], (calm * calm)));
}
function bare_unit(market, i) {
  return ((market.durations[i] * market.calm_volatility[i]) / 10000.0);
}
function calm_unit(market, i) {
  return (bare_unit(market, i) * (1 + (STRESSED_RISE * market.margins.stressed_margin_floor)));
}
function calm_units(market) {
  return [calm_unit(market, 0), calm_unit(market, 1), calm_unit(market, 2), calm_unit(market, 3)];
}
function next_unit(market, state, i, stress, multiple) {
  let gap, m, target;
  m = market.margins;
  target = (Math.max(calm_unit(market, i), (bare_unit(market, i) * Math.pow(stress[i], m.margin_elasticity))) * multiple);
  gap = (target - state.margin_unit[i]);
  return ((state.margin_unit[i] + (m.margin_rise_speed * positive(gap))) - (m.margin_fall_speed * positive((-gap))));
}
function margins_today(market, state, shocks, orders) {
  let calm, haircut, m, multiple, sigma, stress, unit;
  [m, sigma, calm] = [market.margins, volatility(market, state.variance), market.calm_volatility];
  stress = [(sigma[0] / calm[0]), (sigma[1] / calm[1]), (sigma[2] / calm[2]), (sigma[3] / calm[3])];
  multiple = ((1 + shocks.margin_step) * orders.margin_multiple);
  unit = [next_unit(market, state, 0, stress, multiple), next_unit(market, state, 1, stress, multiple), next_unit(market, state, 2, stress, multiple), next_unit(market, state, 3, stress, multiple)];
  haircut = Math.min(1.0, (m.calm_haircut + (m.haircut_slope * (stress[TEN] - 1))));
  return Margins(stress, unit, haircut);
}
function margin(market, unit, j, mix) {
  return (market.margins.margin_standard_deviations[j] * dot4(mix, unit));
}
function cohort_margin(market, unit, n, j) {
  return margin(market, unit, j, cohort_mix(market, n, j));
}
function world_margins(market, unit) {
  return [margin(market, unit, 0, market.basis_mix), margin(market, unit, SWAP, world_mix(market, SWAP)), margin(market, unit, PAIRS, world_mix(market, PAIRS))];
}
function next_variance(variance, move_bp, half_life_days) {
  let keep;
  keep = kept(half_life_days);
  return ((keep * variance) + (((1 - keep) * move_bp) * move_bp));
}

// models.reference.issuance
const Issue = (share, tail, excess) => ({ share, tail, excess });
function issue_today(market, state, shocks) {
  let excess, i, share, wanted;
  i = market.issuance;
  if ((shocks.auction_size === 0)) {
    return Issue(0.0, 0.0, 0.0);
  }
  wanted = ((i.normal_award + (i.award_slope * state.log_charge)) + shocks.auction_withdrawal);
  share = clip((wanted + (i.weakness_memory * state.weakness)), 0.0, 1.0);
  excess = (share - i.normal_award);
  return Issue(share, ((i.tail_bp * 100) * positive(excess)), (shocks.auction_size * excess));
}

// models.reference.dealers
const Rules = (capacity, footprint, exposure, use, charge, cap) => ({ capacity, footprint, exposure, use, charge, cap });
function rules_today(market, orders) {
  let cap, capacity, charge, d, exposure, footprint, use;
  d = market.dealers;
  capacity = (d.capacity_bn * orders.capacity_multiple);
  footprint = (d.repo_footprint * orders.footprint_multiple);
  exposure = positive(((d.calm_use * d.capacity_bn) + ((footprint - d.repo_footprint) * market.opening_repo)));
  use = (exposure / capacity);
  charge = (d.calm_charge_bp * Math.exp((d.steepness * (use - d.calm_use))));
  cap = Math.log1p(((d.floor_charge_bp - d.calm_charge_bp) / charge));
  return Rules(capacity, footprint, exposure, use, charge, cap);
}
function above_calm(rules, log_charge) {
  return (rules.charge * Math.expm1(log_charge));
}
const Line = (rest, per_sale, depth, low, cap, bonds, pairs, pairs_beyond, slow, sourced_bonds, sourced_pairs, sold_back) => ({ rest, per_sale, depth, low, cap, bonds, pairs, pairs_beyond, slow, sourced_bonds, sourced_pairs, sold_back });
function line_today(market, state, shocks, orders, margins, rules, funding, issue) {
  let back, bare, bonds, bought, d, depth, desks, hedged, lent, load, low, net_pairs, pairs, per_sale, rest, slow, straight_away, today;
  d = market.dealers;
  [back, hedged] = [sold_back(state, orders), orders.hedged_purchases];
  bought = ((sum4(orders.purchases) + hedged[BASIS]) + hedged[SWAP]);
  straight_away = d.unhurried_share;
  bonds = (((state.inventory + sum4(shocks.real_money_sales)) + issue.excess) + funding.client_sales);
  bonds += ((back[BASIS] + back[SWAP]) - ((1 - straight_away) * bought));
  slow = slow_purchases(market, state, bonds);
  bonds -= (slow + funding.missing_dealers);
  net_pairs = ((state.pairs + back[PAIRS]) - ((1 - straight_away) * hedged[PAIRS]));
  pairs = positive(net_pairs);
  lent = (rules.footprint * ((funding.repo + funding.financing) - market.opening_repo));
  load = ((((bonds + pairs) + lent) + funding.balance_sheet) + funding.missing_dealers);
  desks = Math.min(1.0, Math.pow(margins.stress[TEN], (-d.volatility_tightening)));
  today = (rules.capacity * desks);
  rest = (load + (rules.exposure * (1 - desks)));
  bare = ((rest - bonds) - d.normal_inventory_bn);
  low = Math.max(Math.min(((d.steepness * bare) / today), 0.0), ((-d.steepness) * rules.use));
  depth = ((today / d.steepness) + (d.investor_absorption_bn * d.market_size));
  per_sale = (1 - (rules.footprint * (1 - margins.haircut)));
  return Line(rest, per_sale, depth, low, rules.cap, bonds, pairs, positive((-net_pairs)), slow, (straight_away * bought), (straight_away * hedged[PAIRS]), back);
}
function slow_purchases(market, state, bonds) {
  let d, wanted;
  d = market.dealers;
  wanted = (d.slow_speed * (((d.slow_demand_bn * d.market_size) * state.cheapness) - state.slow));
  return ((wanted > 0) ? Math.min(wanted, positive((bonds + d.normal_inventory_bn))) : wanted);
}
function sold_back(state, orders) {
  let holds, wish;
  [wish, holds] = [orders.vehicle_sales, state.vehicle];
  return [Math.min(positive(wish[0]), holds[0]), Math.min(positive(wish[1]), holds[1]), Math.min(positive(wish[2]), holds[2])];
}
function straight(line, sales) {
  return ((line.rest + (line.per_sale * sales)) / line.depth);
}
function bounded(line, uncapped) {
  return clip(uncapped, line.low, line.cap);
}
function marginal_cost(market, rules, log_charge) {
  let k, use;
  k = market.dealers.steepness;
  use = (rules.use + (log_charge / k));
  return (rules.charge * ((Math.exp(log_charge) * (1 + (k * use))) - (1 + (k * rules.use))));
}
const Stock = (inventory, pairs, absorbed, outside, pairs_taken) => ({ inventory, pairs, absorbed, outside, pairs_taken });
function warehouse(market, line, bonds, pairs, trade) {
  let bought, d, end, from_pairs, most, outside, outside_bonds, wanted;
  d = market.dealers;
  wanted = ((d.investor_absorption_bn * d.market_size) * trade.log_charge);
  most = positive((((bonds + pairs) + d.normal_inventory_bn) - wanted));
  outside = Math.min((positive((trade.uncapped - line.cap)) * line.depth), most);
  bought = (positive(wanted) + outside);
  from_pairs = Math.min(pairs, (bought * ratio(pairs, (pairs + positive(bonds)))));
  outside_bonds = (outside * (1 - ratio(from_pairs, bought)));
  end = Math.max((((bonds - wanted) - outside) + from_pairs), (-d.normal_inventory_bn));
  return Stock(end, (pairs - from_pairs), ((bonds - outside_bonds) - end), outside_bonds, from_pairs);
}

// models.reference.funding
const TAKEN_IN_FULL = 1000000.0;
const LEAST_WIDTH_BN = 1.0;
const FLOW_SHARES = [0.35, 0.3, 0.2, 0.15];
const Premium = (scale, width) => ({ scale, width });
function premium_of(market) {
  let f;
  f = market.funding;
  return Premium(f.scarcity_bp, Math.max((f.scarcity_width * market.opening_repo), LEAST_WIDTH_BN));
}
function price_of(premium, short) {
  return ((premium.scale > 0) ? (premium.scale * Math.expm1((positive(short) / premium.width))) : 0.0);
}
function shortage_at(premium, price) {
  return ((premium.scale > 0) ? (premium.width * Math.log1p((price / premium.scale))) : Infinity);
}
const Need = (repo, unlent, clients, inventory, total, cash) => ({ repo, unlent, clients, inventory, total, cash });
const Facility = (direct_first, fill, unnetted, short, prices) => ({ direct_first, fill, unnetted, short, prices });
const Funding = (need, facility, repo, missing, missing_share, passed_on, spread, client_sales, financing, missing_dealers, balance_sheet) => ({ need, facility, repo, missing, missing_share, passed_on, spread, client_sales, financing, missing_dealers, balance_sheet });
function repo_to_funds(positions, haircut) {
  return (sum2(positions) * (1 - haircut));
}
function need_today(market, state, shocks, repo) {
  let cash, clients, f, inventory, opening, unlent;
  [f, opening] = [market.funding, market.opening_repo];
  unlent = positive((repo - ((1 - shocks.dealer_lending_cut) * opening)));
  clients = Math.max((shocks.client_financing - state.client_sold), Math.min(shocks.client_financing, 0.0));
  inventory = positive(state.inventory);
  cash = positive((((opening + f.slack_bn) - ((1 - f.recycled_share) * shocks.money_fund_run)) - shocks.cash_drain));
  return Need(repo, unlent, clients, inventory, (((repo - unlent) + positive(clients)) + inventory), cash);
}
function funding_today(market, state, orders, rules, need) {
  let client_sales, dealers, f, facility, missing, most, passed_on, premium, share, without;
  [f, premium] = [market.funding, premium_of(market)];
  passed_on = ((f.charge_pass_through * rules.footprint) * state.above);
  facility = facility_today(market, state, orders, rules, premium, need, passed_on);
  most = shortage_at(premium, f.rationing_spread_bp);
  missing = positive((facility.short - most));
  dealers = Math.min(missing, need.inventory);
  share = ratio((missing - dealers), (need.total - need.inventory));
  client_sales = (share * positive(need.clients));
  without = ((need.unlent - facility.direct_first) + (share * (need.repo - need.unlent)));
  return Funding(need, facility, need.repo, missing, Math.min(ratio(without, need.repo), 1.0), passed_on, ((f.calm_spread_bp + passed_on) + price_of(premium, Math.min(facility.short, most))), client_sales, (need.clients - client_sales), dealers, (((1 - rules.footprint) * facility.unnetted) - (rules.footprint * facility.fill[2])));
}
function facility_today(market, state, orders, rules, premium, need, passed_on) {
  let base, bonds, cap, cleared, direct, direct_first, fill, left, own, prices, short, slope, through, to_funds;
  [base, cap] = [market.funding.calm_spread_bp, orders.repo_cap];
  direct_first = Math.min(need.unlent, cap[2]);
  prices = [((orders.repo_price + dealers_extra(market, state, rules)) - base), (orders.repo_price - base), ((orders.repo_price - passed_on) - base)];
  [short, left, slope] = [(need.total - need.cash), need.total, orders.repo_slope];
  cleared = lent(premium, cap[1], prices[1], slope, short, left);
  [short, left] = [(short - cleared), (left - cleared)];
  to_funds = Math.min((cap[2] - direct_first), (need.repo - need.unlent));
  direct = lent(premium, to_funds, prices[2], slope, short, left);
  [short, left] = [(short - direct), (left - direct)];
  bonds = Math.min(positive((state.inventory + market.dealers.normal_inventory_bn)), cap[0]);
  own = lent(premium, bonds, prices[1], slope, short, left);
  through = Math.max(own, lent(premium, cap[0], prices[0], slope, short, left));
  fill = [through, cleared, (direct_first + direct)];
  return Facility(direct_first, fill, positive((through - bonds)), (short - through), prices);
}
function dealers_extra(market, state, rules) {
  return ((market.funding.charge_pass_through * (1 - rules.footprint)) * positive(state.marginal));
}
function lent(premium, cap, price, slope, short, left) {
  let asked;
  if ((cap <= 0)) {
    return 0.0;
  }
  if ((slope >= TAKEN_IN_FULL)) {
    asked = ((price <= 0) ? left : positive((short - shortage_at(premium, price))));
  }
  else {
    asked = taken_softly(premium, price, slope, short);
  }
  return positive(Math.min(asked, cap, left));
}
function taken_softly(premium, price, slope, short) {
  let y;
  if (((slope <= 0) || ((price >= 0) && (short <= shortage_at(premium, price))))) {
    return 0.0;
  }
  if ((premium.scale <= 0)) {
    return ((-slope) * price);
  }
  y = premium_exponent(premium, price, slope, short);
  return ((y > 0) ? (short - (premium.width * y)) : positive(((-slope) * price)));
}
function premium_exponent(premium, price, slope, short) {
  let at, c, per_y, right, y;
  [c, per_y] = [premium.scale, (premium.width / slope)];
  right = (((short / slope) + price) + c);
  y = ((right / per_y) - wright_omega(((right / per_y) + Math.log((c / per_y)))));
  at = (c * Math.exp(y));
  return (y - (((at + (per_y * y)) - right) / (at + per_y)));
}

// models.reference.wedges
const Wedges = (own, slope, swap_own, pairs_own, basis_own, missing_futures) => ({ own, slope, swap_own, pairs_own, basis_own, missing_futures });
function given_part(market, beta, psi, liquidation, state, shock) {
  let push, remembered, w;
  w = market.wedges;
  push = (((psi / market.dealers.market_size) / 100) * liquidation);
  remembered = scaled4((w.memory_share * state.memory), beta);
  return add4(add4(remembered, scaled4(push, w.own_profile)), shock);
}
function points(market, j, gaps) {
  return (dot4(times4(world_mix(market, j), market.durations), gaps) / 100);
}
function wedges_today(market, state, shocks) {
  let basis_own, missing, over_calm, own, pairs_own, quick, slope, swap_own, w, years, z;
  [w, z] = [market.wedges, state.liquidation];
  missing = (((shocks.desired_longs + state.absorbed) + state.outside) + state.delivered);
  [years, quick] = [(state.days_to_delivery / DAYS_A_YEAR), (1 - w.memory_share)];
  swap_own = given_part(market, w.swap_spread_beta, w.swap_spread_own_bp, z[SWAP], state, shocks.swap_spread_shock);
  pairs_own = given_part(market, w.off_the_run_beta, w.off_the_run_own_bp, z[PAIRS], state, shocks.off_the_run_shock);
  over_calm = less4(volatility(market, state.variance), market.calm_volatility);
  pairs_own = add4(pairs_own, scaled4(w.off_the_run_volatility, over_calm));
  basis_own = ((w.basis_beta * w.memory_share) * state.memory);
  basis_own += (((w.basis_own_bp / market.dealers.market_size) / 100) * z[BASIS]);
  basis_own += (((w.futures_demand_slope_bp / 100) * missing) + shocks.basis_shock);
  own = [((basis_own * years) / 100), points(market, SWAP, swap_own), points(market, PAIRS, pairs_own)];
  slope = [(((quick * w.basis_beta) * years) / 100), (quick * points(market, SWAP, w.swap_spread_beta)), (quick * points(market, PAIRS, w.off_the_run_beta))];
  return Wedges(own, slope, swap_own, pairs_own, basis_own, missing);
}
function price_loss(wedges, above) {
  return [(wedges.own[0] + (wedges.slope[0] * above)), (wedges.own[1] + (wedges.slope[1] * above)), (wedges.own[2] + (wedges.slope[2] * above))];
}
function yield_gaps(market, beta, above, own) {
  return add4(scaled4(((1 - market.wedges.memory_share) * above), beta), own);
}
function basis(market, wedges, above) {
  return (wedges.basis_own + ((market.wedges.basis_beta * (1 - market.wedges.memory_share)) * above));
}
function remembered(market, state, above) {
  let keep;
  keep = kept(market.wedges.memory_half_life_days);
  return ((keep * state.memory) + ((1 - keep) * above));
}
function weighing(market, liquidation, sold) {
  let keep;
  keep = kept(market.wedges.liquidation_half_life_days);
  return [(keep * (liquidation[0] + sold[0])), (keep * (liquidation[1] + sold[1])), (keep * (liquidation[2] + sold[2]))];
}

// models.reference.hedge_funds
const Funds = (book, at_calm, slope, requirement, limit) => ({ book, at_calm, slope, requirement, limit });
function funds_today(market, state, margins, funding, wedges) {
  let alike, asked, at_calm, book, carry, cohorts, f, held, j, limit, loss, n, requirement, slope, stress;
  [cohorts, f] = [state.equity.length, market.funds];
  [book, at_calm, slope] = [zeros(cohorts), zeros(cohorts), zeros(cohorts)];
  [requirement, limit] = [zeros(cohorts), zeros(cohorts)];
  [carry, alike] = [carry_today(market, state, funding), world_margins(market, margins.unit)];
  for (n = 0; n < cohorts; n += 1) {
    loss = 0.0;
    for (j = 0; j < 3; j += 1) {
      held = state.positions[n][j];
      asked = ((j === BASIS) ? cohort_margin(market, margins.unit, n, BASIS) : alike[j]);
      book[n] += held;
      loss += ((held * ((wedges.own[j] - state.mark[j]) + carry[j])) / 100);
      slope[n] += ((held * wedges.slope[j]) / 100);
      requirement[n] += ((held * (asked + margins.haircut)) * (1 + f.buffer));
    }
    at_calm[n] = (state.equity[n] - loss);
    stress = dot4(row4(market.risk, n), margins.stress);
    limit[n] = (market.leverage_limit[n] * Math.min(1.0, Math.pow(stress, (-f.risk_limit_elasticity))));
  }
  return Funds(book, at_calm, slope, requirement, limit);
}
function carry_today(market, state, funding) {
  let day, dearer;
  dearer = (funding.spread - market.funding.calm_spread_bp);
  day = (100 * DAYS_A_YEAR);
  return [(dearer / day), ((dearer - state.earned[0]) / day), ((dearer - state.earned[1]) / day)];
}
function share_to_sell(market, funds, n, above, missing) {
  let called, equity, f, limited;
  if ((funds.book[n] <= 0)) {
    return 0.0;
  }
  [f, equity] = [market.funds, (funds.at_calm[n] - (funds.slope[n] * above))];
  if ((equity <= 0)) {
    return 1.0;
  }
  called = ((funds.requirement[n] > 0) ? (f.margin_call_speed * (1 - (equity / funds.requirement[n]))) : 0.0);
  limited = (f.risk_limit_speed * (1 - ((funds.limit[n] * equity) / funds.book[n])));
  return clip(Math.max(called, limited, missing), 0.0, 1.0);
}
function after_roll(market, state, above) {
  let cost, equity, n;
  equity = copied(state.equity);
  for (n = 0; n < equity.length; n += 1) {
    cost = (((state.positions[n][BASIS] * market.wedges.roll_cost_points) * positive(above)) / 10000.0);
    equity[n] -= Math.min(cost, equity[n]);
  }
  return equity;
}

// models.reference.auction
const TINY_CHARGE_BP = 1e-06;
const Auction = (capacity, reserve, reached, threshold, dealers, pay_as_bid) => ({ capacity, reserve, reached, threshold, dealers, pay_as_bid });
function auction_today(market, state, rules, orders, wedges, line) {
  let every, reached, reserve, threshold, years;
  years = (Math.max(state.days_to_delivery, 1) / DAYS_A_YEAR);
  every = [1.0, 1.0, 1.0, 1.0];
  reserve = [Math.min(orders.reserve_discount, ((orders.reserve_penalty[BASIS] * years) / 100)), Math.min(orders.reserve_discount, (orders.reserve_penalty[SWAP] * points(market, SWAP, every))), Math.min(orders.reserve_discount, (orders.reserve_penalty[PAIRS] * points(market, PAIRS, every)))];
  reached = [reserve_reached(rules, orders, reserve, wedges, line, 0), reserve_reached(rules, orders, reserve, wedges, line, 1), reserve_reached(rules, orders, reserve, wedges, line, 2)];
  threshold = [sales_to_reserve(line, reached[0]), sales_to_reserve(line, reached[1]), sales_to_reserve(line, reached[2])];
  return Auction(positive(orders.auction_capacity), reserve, reached, threshold, (orders.dealers_eligible > 0), (orders.pay_as_bid > 0));
}
function reserve_reached(rules, orders, reserve, wedges, line, j) {
  let gap, reached;
  gap = (reserve[j] - wedges.own[j]);
  if ((orders.eligible[j] <= 0)) {
    return Infinity;
  }
  if ((wedges.slope[j] <= 0)) {
    return ((gap > 0) ? Infinity : Math.log((TINY_CHARGE_BP / rules.charge)));
  }
  reached = Math.log((Math.max((rules.charge + (gap / wedges.slope[j])), TINY_CHARGE_BP) / rules.charge));
  return ((reached <= line.cap) ? reached : Infinity);
}
function sales_to_reserve(line, reached) {
  let room;
  room = ((reached * line.depth) - line.rest);
  if (((reached <= line.low) || (room <= 0))) {
    return 0.0;
  }
  return ((line.per_sale > 0) ? (room / line.per_sale) : Infinity);
}
function served(auction, rank) {
  let ahead, j, k, tied;
  for (j = 0; j < 3; j += 1) {
    ahead = 0;
    for (k = 0; k < 3; k += 1) {
      tied = ((auction.reached[k] === auction.reached[j]) && (k < j));
      if (((auction.reached[k] < auction.reached[j]) || tied)) {
        ahead += 1;
      }
    }
    if ((ahead === rank)) {
      return j;
    }
  }
  return 0;
}
function dealers_bundle(auction) {
  return ((auction.reached[BASIS] <= auction.reached[SWAP]) ? BASIS : SWAP);
}
const Trade = (taken, bundles, left, uncapped, log_charge) => ({ taken, bundles, left, uncapped, log_charge });
function trade(auction, line, by_strategy) {
  let bought, bundles, j, left, rank, taken, uncapped, unsold;
  [unsold, left, taken] = [sum3(by_strategy), auction.capacity, [0.0, 0.0, 0.0]];
  if ((auction.capacity > 0)) {
    for (rank = 0; rank < 3; rank += 1) {
      j = served(auction, rank);
      bought = Math.min(left, by_strategy[j], positive((unsold - auction.threshold[j])));
      taken = put3(taken, j, bought);
      [left, unsold] = [(left - bought), (unsold - bought)];
    }
  }
  bundles = dealers_offer(auction, line, unsold, left);
  uncapped = (straight(line, unsold) - (bundles / line.depth));
  return Trade(taken, bundles, (left - bundles), uncapped, bounded(line, uncapped));
}
function dealers_offer(auction, line, unsold, left) {
  let reached;
  reached = auction.reached[dealers_bundle(auction)];
  if (((!truth(auction.dealers)) || (left <= 0) || (reached === Infinity))) {
    return 0.0;
  }
  return positive(Math.min(left, positive(line.bonds), ((straight(line, unsold) - reached) * line.depth)));
}
const Payment = (gain, discount, dealers_gain, from_dealers) => ({ gain, discount, dealers_gain, from_dealers });
function payments(state, rules, auction, line, wedges, outcome) {
  let dealers_gain, discount, from_dealers, gain, j, mark, paid, price, rationed, result;
  [gain, result] = [zeros(outcome.shares.length), outcome.trade];
  mark = price_loss(wedges, above_calm(rules, result.log_charge));
  rationed = (result.left <= 0);
  discount = [0.0, 0.0, 0.0];
  for (j = 0; j < 3; j += 1) {
    if ((result.taken[j] > 0)) {
      paid = pay_funds(state, rules, auction, line, wedges, outcome, j, mark[j], rationed, gain);
      discount = put3(discount, j, paid);
    }
  }
  [from_dealers, dealers_gain] = [[0.0, 0.0, 0.0], 0.0];
  if ((result.bundles > 0)) {
    j = dealers_bundle(auction);
    price = (truth(rationed) ? Math.max(mark[j], auction.reserve[j]) : auction.reserve[j]);
    from_dealers = put3(from_dealers, j, result.bundles);
    discount = put3(discount, j, (discount[j] + ((result.bundles * price) / 100)));
    dealers_gain = ((result.bundles * (mark[j] - price)) / 100);
  }
  return Payment(gain, discount, dealers_gain, from_dealers);
}
function pay_funds(state, rules, auction, line, wedges, outcome, j, mark, rationed, gain) {
  let ahead, bought, earned, n, offer, order, price, rank, sold;
  [ahead, earned] = [0.0, 0.0];
  order = most_pressed_first(outcome.shares);
  for (rank = 0; rank < order.length; rank += 1) {
    n = order[rank];
    offer = (state.positions[n][j] * outcome.shares[n]);
    sold = clip((outcome.trade.taken[j] - ahead), 0.0, offer);
    ahead += offer;
    if ((sold > 0)) {
      bought = (truth(auction.pay_as_bid) ? ((ahead - offer) + sold) : outcome.trade.taken[j]);
      price = auction.reserve[j];
      if ((auction.pay_as_bid || rationed)) {
        price = Math.max(market_discount(rules, line, wedges, outcome, j, bought), auction.reserve[j]);
      }
      gain[n] += ((sold * (mark - price)) / 100);
      earned += ((sold * price) / 100);
    }
  }
  return earned;
}
function pressure(share) {
  return Math.floor(((share * 1000000000.0) + 0.5));
}
function most_pressed_first(shares) {
  let i, k, order;
  order = arange(shares.length);
  for (i = 1; i < shares.length; i += 1) {
    k = i;
    while (((k > 0) && (pressure(shares[order[k]]) > pressure(shares[order[(k - 1)]])))) {
      [order[k], order[(k - 1)]] = [order[(k - 1)], order[k]];
      k -= 1;
    }
  }
  return order;
}
function market_discount(rules, line, wedges, outcome, j, bought) {
  let elsewhere, result, uncapped;
  result = outcome.trade;
  elsewhere = (sum3(result.taken) - result.taken[j]);
  uncapped = (straight(line, ((sum3(outcome.by_strategy) - elsewhere) - bought)) - (result.bundles / line.depth));
  return (wedges.own[j] + (wedges.slope[j] * above_calm(rules, bounded(line, uncapped))));
}

// models.reference.cascade
const TOLERANCE_BN = 1e-10;
const MAX_ROUNDS = 1000;
const Outcome = (shares, by_strategy, trade, first_round, rounds, converged) => ({ shares, by_strategy, trade, first_round, rounds, converged });
function cascade(market, state, rules, funding, funds, auction, line) {
  let above, by_strategy, first, n, result, risen, rounds, settled, shares, total;
  shares = zeros(state.equity.length);
  by_strategy = [0.0, 0.0, 0.0];
  result = trade(auction, line, by_strategy);
  [total, first] = [0.0, 0.0];
  [rounds, settled] = [0, false];
  while (((!truth(settled)) && (rounds < MAX_ROUNDS))) {
    rounds += 1;
    above = above_calm(rules, result.log_charge);
    for (n = 0; n < shares.length; n += 1) {
      shares[n] = share_to_sell(market, funds, n, above, funding.missing_share);
    }
    by_strategy = sales_by_strategy(state.positions, shares);
    risen = sum3(by_strategy);
    result = trade(auction, line, by_strategy);
    first = ((rounds === 1) ? risen : first);
    settled = ((risen - total) < TOLERANCE_BN);
    total = risen;
  }
  return Outcome(shares, by_strategy, result, first, rounds, settled);
}
function sales_by_strategy(positions, shares) {
  let basis, n, pairs, swap;
  [basis, swap, pairs] = [0.0, 0.0, 0.0];
  for (n = 0; n < shares.length; n += 1) {
    basis += (positions[n][0] * shares[n]);
    swap += (positions[n][1] * shares[n]);
    pairs += (positions[n][2] * shares[n]);
  }
  return [basis, swap, pairs];
}

// models.reference.settlement
const Settlement = (before_auction, equity, market_sales, vehicle, payment, stock) => ({ before_auction, equity, market_sales, vehicle, payment, stock });
function settle(market, state, rules, auction, line, wedges, funds, outcome) {
  let above, before, bonds, equity, n, payment, result, stock, to_market;
  result = outcome.trade;
  above = above_calm(rules, result.log_charge);
  payment = payments(state, rules, auction, line, wedges, outcome);
  [before, equity] = [zeros(funds.book.length), zeros(funds.book.length)];
  for (n = 0; n < funds.book.length; n += 1) {
    before[n] = (funds.at_calm[n] - (funds.slope[n] * above));
    equity[n] = (before[n] + payment.gain[n]);
  }
  to_market = less3(outcome.by_strategy, result.taken);
  bonds = (((line.bonds + to_market[BASIS]) + to_market[SWAP]) - result.bundles);
  stock = warehouse(market, line, bonds, (line.pairs + to_market[PAIRS]), result);
  return Settlement(before, equity, to_market, add3(result.taken, payment.from_dealers), payment, stock);
}

// models.reference.yields
const Curve = (yields, fundamentals, term_premium, signal, dysfunction, swap_gap, pairs_gap, easing, supply, held, variance, fast, depth_mn) => ({ yields, fundamentals, term_premium, signal, dysfunction, swap_gap, pairs_gap, easing, supply, held, variance, fast, depth_mn });
function curve_today(market, state, shocks, orders, funding, wedges, above, log_charge) {
  let announced, dysfunction, easing, fast, feared, fundamentals, held, level, move, pairs_gap, premium, rest, signal, stress, supply, swap_gap, taken_off, w, y;
  [y, w, stress] = [market.yields, market.wedges, positive(log_charge)];
  swap_gap = yield_gaps(market, w.swap_spread_beta, above, wedges.swap_own);
  pairs_gap = yield_gaps(market, w.off_the_run_beta, above, wedges.pairs_own);
  supply = (state.supply + equivalents(market, shocks.real_money_sales));
  supply += (funding.client_sales * equivalents(market, FLOW_SHARES));
  held = (state.held + equivalents(market, orders.purchases));
  announced = (orders.announced + (y.hedged_signal_share * orders.announced_hedged));
  premium = scaled4(((y.duration_slope_bp / 100) * (supply - held)), y.duration_loadings);
  feared = scaled4(((y.independence_doubt_bp / 100) * announced), y.duration_loadings);
  easing = scaled4((((-y.signal_bp) / 100) * announced), y.signal_loadings);
  signal = less4(easing, orders.rate_cut);
  dysfunction = add4(swap_gap, scaled4((y.stress_steepening * stress), premium));
  premium = add4(premium, feared);
  rest = add4(add4(premium, signal), dysfunction);
  fundamentals = shocks.fundamentals;
  if (truth(shocks.invert)) {
    fundamentals = less4(shocks.observed, add4(market.opening_yields, rest));
  }
  level = add4(market.opening_yields, add4(fundamentals, rest));
  move = add4(less4(level, state.yields), less4(orders.rate_cut, state.cut));
  fast = next_variance(state.fast, move[TEN], market.liquidity.fast_volatility_half_life_days);
  taken_off = less4(scaled4(((y.duration_slope_bp / 100) * held), y.duration_loadings), add4(easing, feared));
  return Curve(level, fundamentals, premium, signal, dysfunction, swap_gap, pairs_gap, taken_off, supply, held, variance_after(market, state, move), fast, depth_after(market, fast, stress));
}
function variance_after(market, state, move) {
  let memory;
  memory = market.margins.volatility_half_life_days;
  return [next_variance(state.variance[0], move[0], memory), next_variance(state.variance[1], move[1], memory), next_variance(state.variance[2], move[2], memory), next_variance(state.variance[3], move[3], memory)];
}
function depth_after(market, fast, stress) {
  let by_charge, by_volatility, calm, q;
  [q, calm] = [market.liquidity, market.calm_volatility[TEN]];
  by_volatility = Math.pow((Math.max(Math.sqrt(fast), calm) / calm), (-q.depth_volatility_elasticity));
  by_charge = Math.exp(((-q.depth_charge_elasticity) * stress));
  return (q.depth_floor_mn + (((q.calm_depth_mn - q.depth_floor_mn) * by_volatility) * by_charge));
}

// models.reference.market
const CONTRACT_DAYS = 63;
function opening(market) {
  let calm;
  calm = market.calm_volatility;
  return State(market.positions, market.equity, 0.0, 0.0, [0.0, 0.0, 0.0], [(calm[0] * calm[0]), (calm[1] * calm[1]), (calm[2] * calm[2]), (calm[3] * calm[3])], (calm[TEN] * calm[TEN]), calm_units(market), [0.0, 0.0, 0.0, 0.0], 0.0, 0.0, 0.0, 0.0, [0.0, 0.0, 0.0], [0.0, 0.0], 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 0.0, market.opening_yields, market.days_to_delivery);
}
const Figures = (margins, rules, funding, issue, wedges, line, funds, auction, outcome, settled, curve) => ({ margins, rules, funding, issue, wedges, line, funds, auction, outcome, settled, curve });
function day(market, state, shocks, orders) {
  let above, auction, curve, figures, funding, funds, issue, line, log_charge, margins, need, outcome, rules, settled, wedges;
  shocks = answered(market, state, shocks);
  margins = margins_today(market, state, shocks, orders);
  rules = rules_today(market, orders);
  need = need_today(market, state, shocks, repo_to_funds(state.positions, margins.haircut));
  funding = funding_today(market, state, orders, rules, need);
  issue = issue_today(market, state, shocks);
  wedges = wedges_today(market, state, shocks);
  line = line_today(market, state, shocks, orders, margins, rules, funding, issue);
  funds = funds_today(market, state, margins, funding, wedges);
  auction = auction_today(market, state, rules, orders, wedges, line);
  outcome = cascade(market, state, rules, funding, funds, auction, line);
  settled = settle(market, state, rules, auction, line, wedges, funds, outcome);
  log_charge = outcome.trade.log_charge;
  above = above_calm(rules, log_charge);
  curve = curve_today(market, state, shocks, orders, funding, wedges, above, log_charge);
  figures = Figures(margins, rules, funding, issue, wedges, line, funds, auction, outcome, settled, curve);
  return [deliver(market, state_after(market, state, shocks, orders, figures), wedges), figures];
}
function answered(market, state, shocks) {
  let more;
  more = (1 + (market.dealers.strategic_selling * positive(state.cheapness)));
  return Shocks(more_sold(shocks.real_money_sales, more), shocks.client_financing, shocks.fundamentals, shocks.swap_spread_shock, shocks.off_the_run_shock, shocks.basis_shock, shocks.desired_longs, shocks.money_fund_run, shocks.margin_step, shocks.auction_withdrawal, shocks.cash_drain, shocks.dealer_lending_cut, shocks.auction_size, shocks.observed, shocks.invert);
}
function more_sold(planned, more) {
  return [((planned[0] > 0) ? (planned[0] * more) : planned[0]), ((planned[1] > 0) ? (planned[1] * more) : planned[1]), ((planned[2] > 0) ? (planned[2] * more) : planned[2]), ((planned[3] > 0) ? (planned[3] * more) : planned[3])];
}
function state_after(market, state, shocks, orders, figures) {
  let above, curve, funding, line, log_charge, outcome, rules, settled, uncaused, w;
  [funding, line, outcome, settled, curve] = [figures.funding, figures.line, figures.outcome, figures.settled, figures.curve];
  [w, rules, log_charge] = [market.wedges, figures.rules, outcome.trade.log_charge];
  above = above_calm(rules, log_charge);
  uncaused = less4(curve.swap_gap, shocks.swap_spread_shock);
  return State(positions_after(state.positions, outcome.shares), equity_after(settled.equity), settled.stock.inventory, settled.stock.pairs, weighing(market, state.liquidation, settled.market_sales), curve.variance, curve.fast, figures.margins.unit, orders.rate_cut, log_charge, above, marginal_cost(market, rules, log_charge), remembered(market, state, above), price_loss(figures.wedges, above), [dot4(w.swap_spread_mix, curve.swap_gap), dot4(w.off_the_run_mix, curve.pairs_gap)], dot4(w.swap_spread_mix, uncaused), ((((state.absorbed + settled.stock.absorbed) + line.slow) + funding.missing_dealers) - line.sourced_bonds), (state.slow + line.slow), (state.outside + settled.stock.outside), state.delivered, curve.supply, curve.held, (state.client_sold + funding.client_sales), add4(state.outright, orders.purchases), add3(state.hedged, orders.hedged_purchases), less3(add3(state.vehicle, settled.vehicle), line.sold_back), weakness_after(market, state, shocks, figures.issue), curve.yields, state.days_to_delivery);
}
function weakness_after(market, state, shocks, issue) {
  if ((shocks.auction_size === 0)) {
    return state.weakness;
  }
  return positive((issue.share - market.issuance.normal_award));
}
function positions_after(positions, shares) {
  let j, left, n;
  left = copied(positions);
  for (n = 0; n < shares.length; n += 1) {
    for (j = 0; j < 3; j += 1) {
      left[n][j] = (positions[n][j] * (1 - shares[n]));
    }
  }
  return left;
}
function equity_after(equity) {
  let left, n;
  left = copied(equity);
  for (n = 0; n < equity.length; n += 1) {
    left[n] = positive(equity[n]);
  }
  return left;
}
function deliver(market, state, wedges) {
  let delivered, due, equity, hedged, mark, next_contract, vehicle;
  due = (state.days_to_delivery === 0);
  [equity, mark] = [state.equity, state.mark];
  [delivered, hedged, vehicle] = [state.delivered, state.hedged, state.vehicle];
  if (truth(due)) {
    equity = after_roll(market, state, state.above);
    next_contract = ((basis(market, wedges, state.above) * (CONTRACT_DAYS / DAYS_A_YEAR)) / 100);
    mark = put3(mark, BASIS, next_contract);
    delivered += (hedged[BASIS] + vehicle[BASIS]);
    [hedged, vehicle] = [put3(hedged, BASIS, 0.0), put3(vehicle, BASIS, 0.0)];
  }
  return State(state.positions, equity, state.inventory, state.pairs, state.liquidation, state.variance, state.fast, state.margin_unit, state.cut, state.log_charge, state.above, state.marginal, state.memory, mark, state.earned, state.cheapness, state.absorbed, state.slow, state.outside, delivered, state.supply, state.held, state.client_sold, state.outright, hedged, vehicle, state.weakness, state.yields, (truth(due) ? (CONTRACT_DAYS - 1) : (state.days_to_delivery - 1)));
}

// models.reference.run
const Series = (real_money_sales, client_financing, fundamentals, swap_spread_shock, off_the_run_shock, basis_shock, desired_longs, money_fund_run, margin_step, auction_withdrawal, cash_drain, dealer_lending_cut, auction_size, observed, invert) => ({ real_money_sales, client_financing, fundamentals, swap_spread_shock, off_the_run_shock, basis_shock, desired_longs, money_fund_run, margin_step, auction_withdrawal, cash_drain, dealer_lending_cut, auction_size, observed, invert });
const Plan = (purchases, hedged_purchases, announced, announced_hedged, rate_cut, repo_cap, repo_price, repo_slope, auction_capacity, reserve_discount, reserve_penalty, eligible, dealers_eligible, pay_as_bid, vehicle_sales, capacity_multiple, footprint_multiple, margin_multiple) => ({ purchases, hedged_purchases, announced, announced_hedged, rate_cut, repo_cap, repo_price, repo_slope, auction_capacity, reserve_discount, reserve_penalty, eligible, dealers_eligible, pay_as_bid, vehicle_sales, capacity_multiple, footprint_multiple, margin_multiple });
function shocks_on(series, d) {
  return Shocks(row4(series.real_money_sales, d), series.client_financing[d], row4(series.fundamentals, d), row4(series.swap_spread_shock, d), row4(series.off_the_run_shock, d), series.basis_shock[d], series.desired_longs[d], series.money_fund_run[d], series.margin_step[d], series.auction_withdrawal[d], series.cash_drain[d], series.dealer_lending_cut[d], series.auction_size[d], row4(series.observed, d), series.invert);
}
function orders_on(plan, d) {
  return Orders(row4(plan.purchases, d), row3(plan.hedged_purchases, d), plan.announced[d], plan.announced_hedged[d], row4(plan.rate_cut, d), row3(plan.repo_cap, d), plan.repo_price[d], plan.repo_slope[d], plan.auction_capacity[d], plan.reserve_discount[d], row3(plan.reserve_penalty, d), row3(plan.eligible, d), plan.dealers_eligible[d], plan.pay_as_bid[d], row3(plan.vehicle_sales, d), plan.capacity_multiple[d], plan.footprint_multiple[d], plan.margin_multiple[d]);
}
const MAIN = ["charge_bp", "repo_spread_bp", "inventory_bn", "forced_sales_bn", "market_sales_bn", "vehicle_bn", "equity_bn", "lender_losses_bn", "positions_bn", "volatility_bp", "depth_mn", "yield_2y_bp", "yield_5y_bp", "yield_10y_bp", "yield_30y_bp", "dislocation_10y_bp", "basis_bp", "rounds"];
const WIDTH = MAIN.length;
function run(market, series, plan) {
  let d, days, figures, record, state;
  days = series.client_financing.length;
  record = zeros([days, WIDTH]);
  state = opening(market);
  for (d = 0; d < days; d += 1) {
    [state, figures] = day(market, state, shocks_on(series, d), orders_on(plan, d));
    note(market, state, figures, record, d);
  }
  return record;
}
function note(market, state, figures, record, d) {
  let curve, i, n, outcome, settled, shortfall;
  [outcome, settled, curve] = [figures.outcome, figures.settled, figures.curve];
  shortfall = 0.0;
  for (n = 0; n < settled.equity.length; n += 1) {
    shortfall += positive((-settled.equity[n]));
  }
  record[d][0] = (figures.rules.charge + state.above);
  record[d][1] = figures.funding.spread;
  record[d][2] = (state.inventory + market.dealers.normal_inventory_bn);
  record[d][3] = sum3(outcome.by_strategy);
  record[d][4] = sum3(settled.market_sales);
  record[d][5] = sum3(state.vehicle);
  record[d][6] = sum1(state.equity);
  record[d][7] = shortfall;
  record[d][8] = sum2(state.positions);
  record[d][9] = one_volatility(market, curve.variance, TEN);
  record[d][10] = curve.depth_mn;
  for (i = 0; i < 4; i += 1) {
    record[d][(11 + i)] = curve.yields[i];
  }
  record[d][15] = curve.swap_gap[TEN];
  record[d][16] = basis(market, figures.wedges, state.above);
  record[d][17] = outcome.rounds;
}

// models.reference.recorded
const NO_FOUR = [0.0, 0.0, 0.0, 0.0];
const NO_THREE = [0.0, 0.0, 0.0];
const NEVER_REACHED = [Infinity, Infinity, Infinity];
const Recorded = (yield_pct, fundamentals_bp, term_premium_bp, policy_signal_bp, rate_cut_bp, dysfunction_bp, dislocation_bp, off_the_run_bp, fed_easing_bp, basis_bp, charge_bp, charge_above_calm_bp, dealer_use_pct, inventory_bn, pairs_bn, pairs_absorbed_bn, at_floor, slow_investors_bn, absorbed_bn, outside_bn, repo_spread_bp, repo_charge_bp, facility_bn, missing_funding_bn, unlent_bn, unfunded_share, client_financing_bn, client_sales_bn, depth_mn, volatility_bp, volatility_by_tenor_bp, margin_pct, contract_margin_pct, haircut_pct, initial_margin_bn, forced_sales_bn, forced_by_cohort_bn, market_sales_bn, first_round_bn, vehicle_purchases_bn, vehicle_from_dealers_bn, vehicle_sales_bn, vehicle_discount_bn, seller_gain_bn, dealer_gain_bn, positions_bn, price_loss_points, market_penalty_bp, fund_equity_bn, equity_by_cohort_bn, lender_losses_bn, defaults, outright_bn, hedged_bn, hedged_purchases_bn, vehicle_bn, dealer_award_pct, auction_tail_bp, excess_award_bn, real_money_sales_bn, money_fund_run_bn, cash_drain_bn, desired_longs_bn, longs_missing_bn) => ({ yield_pct, fundamentals_bp, term_premium_bp, policy_signal_bp, rate_cut_bp, dysfunction_bp, dislocation_bp, off_the_run_bp, fed_easing_bp, basis_bp, charge_bp, charge_above_calm_bp, dealer_use_pct, inventory_bn, pairs_bn, pairs_absorbed_bn, at_floor, slow_investors_bn, absorbed_bn, outside_bn, repo_spread_bp, repo_charge_bp, facility_bn, missing_funding_bn, unlent_bn, unfunded_share, client_financing_bn, client_sales_bn, depth_mn, volatility_bp, volatility_by_tenor_bp, margin_pct, contract_margin_pct, haircut_pct, initial_margin_bn, forced_sales_bn, forced_by_cohort_bn, market_sales_bn, first_round_bn, vehicle_purchases_bn, vehicle_from_dealers_bn, vehicle_sales_bn, vehicle_discount_bn, seller_gain_bn, dealer_gain_bn, positions_bn, price_loss_points, market_penalty_bp, fund_equity_bn, equity_by_cohort_bn, lender_losses_bn, defaults, outright_bn, hedged_bn, hedged_purchases_bn, vehicle_bn, dealer_award_pct, auction_tail_bp, excess_award_bn, real_money_sales_bn, money_fund_run_bn, cash_drain_bn, desired_longs_bn, longs_missing_bn });
function recorded(market, opened, shocks, orders, figures, after) {
  let above, asked, curve, deviations, equity, facility, failed, funding, left, line, n, outcome, rules, settled, shortfall, sigma, sold, trade;
  shocks = answered(market, opened, shocks);
  [outcome, settled, line, curve] = [figures.outcome, figures.settled, figures.line, figures.curve];
  [funding, facility, rules, trade] = [figures.funding, figures.funding.facility, figures.rules, figures.outcome.trade];
  [above, equity] = [above_calm(rules, trade.log_charge), settled.equity];
  [left, sold] = [zeros(equity.length), zeros(equity.length)];
  [shortfall, failed] = [0.0, 0.0];
  for (n = 0; n < equity.length; n += 1) {
    left[n] = positive(equity[n]);
    sold[n] = (outcome.shares[n] * figures.funds.book[n]);
    shortfall += positive((-equity[n]));
    if (((equity[n] <= 0) && (figures.funds.book[n] > 0))) {
      failed += 1.0;
    }
  }
  sigma = volatility(market, curve.variance);
  deviations = market.margins.margin_standard_deviations;
  asked = world_margins(market, figures.margins.unit);
  return Recorded(scaled4(0.01, curve.yields), curve.fundamentals, curve.term_premium, curve.signal, orders.rate_cut, curve.dysfunction, curve.swap_gap, curve.pairs_gap, curve.easing, basis(market, figures.wedges, above), (rules.charge + above), above, (100 * (rules.use + (trade.log_charge / market.dealers.steepness))), (settled.stock.inventory + market.dealers.normal_inventory_bn), settled.stock.pairs, ((settled.stock.pairs_taken - line.pairs_beyond) - line.sourced_pairs), ((trade.uncapped >= line.cap) ? 1.0 : 0.0), after.slow, after.absorbed, after.outside, funding.spread, funding.passed_on, facility.fill, ((funding.missing + funding.need.unlent) - facility.direct_first), funding.need.unlent, funding.missing_share, funding.financing, scaled4(funding.client_sales, FLOW_SHARES), curve.depth_mn, sigma[TEN], sigma, [(100 * asked[0]), (100 * asked[1]), (100 * asked[2])], scaled4((100 * deviations[BASIS]), figures.margins.unit), (100 * figures.margins.haircut), posted(market, figures.margins.unit, after.positions), outcome.by_strategy, sold, settled.market_sales, outcome.first_round, settled.vehicle, trade.bundles, line.sold_back, settled.payment.discount, (sum1(settled.payment.gain) + settled.payment.dealers_gain), settled.payment.dealers_gain, by_strategy(after.positions), price_loss(figures.wedges, above), market_penalty(market, figures.wedges, above), sum1(left), left, shortfall, failed, add4(opened.outright, orders.purchases), add3(opened.hedged, orders.hedged_purchases), orders.hedged_purchases, less3(add3(opened.vehicle, settled.vehicle), line.sold_back), (100 * figures.issue.share), figures.issue.tail, figures.issue.excess, shocks.real_money_sales, shocks.money_fund_run, shocks.cash_drain, shocks.desired_longs, (((shocks.desired_longs + after.absorbed) + after.outside) + opened.delivered));
}
function market_penalty(market, wedges, above) {
  let every, loss;
  [loss, every] = [price_loss(wedges, above), [1.0, 1.0, 1.0, 1.0]];
  return [basis(market, wedges, above), (loss[SWAP] / points(market, SWAP, every)), (loss[PAIRS] / points(market, PAIRS, every))];
}
function posted(market, unit, positions) {
  let alike, n, total;
  [total, alike] = [0.0, world_margins(market, unit)];
  for (n = 0; n < positions.length; n += 1) {
    total += (positions[n][BASIS] * cohort_margin(market, unit, n, BASIS));
    total += ((positions[n][1] * alike[1]) + (positions[n][2] * alike[2]));
  }
  return total;
}
function by_strategy(positions) {
  let basis_trade, n, pairs, swap;
  [basis_trade, swap, pairs] = [0.0, 0.0, 0.0];
  for (n = 0; n < positions.length; n += 1) {
    basis_trade += positions[n][0];
    swap += positions[n][1];
    pairs += positions[n][2];
  }
  return [basis_trade, swap, pairs];
}
function no_shocks() {
  return Shocks(NO_FOUR, 0.0, NO_FOUR, NO_FOUR, NO_FOUR, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, NO_FOUR, false);
}
function no_orders() {
  return Orders(NO_FOUR, NO_THREE, 0.0, 0.0, NO_FOUR, NO_THREE, Infinity, 0.0, 0.0, Infinity, NEVER_REACHED, NO_THREE, 0.0, 0.0, NO_THREE, 1.0, 1.0, 1.0);
}
function still(market) {
  let after, figures, orders, shocks, state;
  [state, shocks, orders] = [opening(market), no_shocks(), no_orders()];
  [after, figures] = day(market, state, shocks, orders);
  return recorded(market, state, shocks, orders, figures, after);
}

// models.reference.shocks
const LEAST_MARGIN_STEP = (-0.9);
const Course = (days, values, size, severity_sd, noise_sd) => ({ days, values, size, severity_sd, noise_sd });
const Courses = (real_money_sales, client_financing, fundamentals, swap_spread_shock, off_the_run_shock, basis_shock, desired_longs, money_fund_run, margin_step, auction_withdrawal, cash_drain, dealer_lending_cut, sales_tenors, fundamentals_tenors, swap_spread_tenors, off_the_run_tenors, held_fundamentals, auction_size) => ({ real_money_sales, client_financing, fundamentals, swap_spread_shock, off_the_run_shock, basis_shock, desired_longs, money_fund_run, margin_step, auction_withdrawal, cash_drain, dealer_lending_cut, sales_tenors, fundamentals_tenors, swap_spread_tenors, off_the_run_tenors, held_fundamentals, auction_size });
const Luck = (severity, noise) => ({ severity, noise });
function severity(course, normal) {
  let v;
  v = course.severity_sd;
  return Math.exp(((v * normal) - ((v * v) / 2)));
}
function profile(course, day) {
  let k, part;
  if (((course.days.length === 0) || (day < course.days[0]))) {
    return 0.0;
  }
  for (k = 0; k < (course.days.length - 1); k += 1) {
    if ((day < course.days[(k + 1)])) {
      part = ((day - course.days[k]) / (course.days[(k + 1)] - course.days[k]));
      return (course.size * (course.values[k] + ((course.values[(k + 1)] - course.values[k]) * part)));
    }
  }
  return (course.size * course.values[(course.values.length - 1)]);
}
function levels(course, luck, place, cumulated) {
  let d, days, noise, series, walked;
  days = luck.noise[0].length;
  [series, walked] = [zeros(days), 0.0];
  for (d = 0; d < days; d += 1) {
    noise = (course.noise_sd * luck.noise[place][d]);
    walked = (truth(cumulated) ? (walked + noise) : noise);
    series[d] = ((profile(course, (d + 1.0)) * luck.severity[place]) + walked);
  }
  return series;
}
function by_tenor(series, tenors) {
  let d, i, spread;
  spread = zeros([series.length, 4]);
  for (d = 0; d < series.length; d += 1) {
    for (i = 0; i < 4; i += 1) {
      spread[d][i] = (series[d] * tenors[i]);
    }
  }
  return spread;
}
function within(series, low, high) {
  let d, kept;
  kept = zeros(series.length);
  for (d = 0; d < series.length; d += 1) {
    kept[d] = clip(series[d], low, high);
  }
  return kept;
}
function fundamentals_path(courses, luck) {
  let d, i, path;
  path = by_tenor(levels(courses.fundamentals, luck, 2, true), courses.fundamentals_tenors);
  for (d = 0; d < path.length; d += 1) {
    for (i = 0; i < 4; i += 1) {
      path[d][i] += courses.held_fundamentals[d][i];
    }
  }
  return path;
}
function series_of(courses, luck) {
  let c, days;
  [c, days] = [courses, luck.noise[0].length];
  return Series(by_tenor(levels(c.real_money_sales, luck, 0, false), c.sales_tenors), levels(c.client_financing, luck, 1, false), fundamentals_path(c, luck), by_tenor(levels(c.swap_spread_shock, luck, 3, false), c.swap_spread_tenors), by_tenor(levels(c.off_the_run_shock, luck, 4, false), c.off_the_run_tenors), levels(c.basis_shock, luck, 5, false), levels(c.desired_longs, luck, 6, false), within(levels(c.money_fund_run, luck, 7, false), 0.0, Infinity), within(levels(c.margin_step, luck, 8, false), LEAST_MARGIN_STEP, Infinity), within(levels(c.auction_withdrawal, luck, 9, false), (-1.0), 1.0), levels(c.cash_drain, luck, 10, false), within(levels(c.dealer_lending_cut, luck, 11, false), 0.0, 1.0), c.auction_size, zeros([days, 4]), false);
}
function central(courses) {
  let days;
  days = courses.auction_size.length;
  return series_of(courses, Luck(ones(12), zeros([12, days])));
}

// policy.reference.conditions
const [NEVER, DATE, CLOSES] = [0, 1, 2];
const LEAST_DAYS = 3;
const REST_DAYS = 5;
const [TENTH, THIRTIETH] = [2, 3];
const Condition = (form, day, metric, above, level, days) => ({ form, day, metric, above, level, days });
const Spell = (active, acted, lasted, stopped, begin_run, end_run) => ({ active, acted, lasted, stopped, begin_run, end_run });
function asleep() {
  return Spell(false, 0, 0, 0, 0, 0);
}
function published(record) {
  return [record.dislocation_bp[TENTH], record.dislocation_bp[THIRTIETH], record.off_the_run_bp[TENTH], record.basis_bp, record.repo_spread_bp, record.dealer_use_pct, record.depth_mn, record.volatility_bp, record.auction_tail_bp, record.dealer_award_pct];
}
function running(condition, run, close) {
  let hit, value;
  if ((condition.form !== CLOSES)) {
    return 0;
  }
  value = close[condition.metric];
  hit = (truth(condition.above) ? (value > condition.level) : (value < condition.level));
  return (truth(hit) ? (run + 1) : 0);
}
function met(condition, run, day) {
  if ((condition.form === DATE)) {
    return (day >= condition.day);
  }
  return ((condition.form === CLOSES) && (run >= condition.days));
}
function rested(start, stopped, day) {
  return ((stopped === 0) || ((start.form === CLOSES) && (start.days <= ((day - stopped) - REST_DAYS))));
}
function woken(start, stop, spell, day, close) {
  let acted, begin_run, end_run;
  [begin_run, end_run] = [running(start, spell.begin_run, close), running(stop, spell.end_run, close)];
  acted = (truth(spell.active) ? (spell.acted + 1) : spell.acted);
  if (truth(spell.active)) {
    if (((spell.lasted >= LEAST_DAYS) && met(stop, end_run, day))) {
      return Spell(false, acted, 0, day, begin_run, end_run);
    }
    return Spell(true, acted, (spell.lasted + 1), spell.stopped, begin_run, end_run);
  }
  if ((met(start, begin_run, day) && rested(start, spell.stopped, day))) {
    return Spell(true, acted, 1, spell.stopped, begin_run, end_run);
  }
  return Spell(false, acted, 0, spell.stopped, begin_run, end_run);
}

// policy.reference.settings
const NoActionTool = (name, start, stop) => ({ name, start, stop });
const OutrightTool = (name, start, stop, pace_bn, total_bn, mix, taper_days, announce, exit_start, exit_pace_bn) => ({ name, start, stop, pace_bn, total_bn, mix, taper_days, announce, exit_start, exit_pace_bn });
const RepoTool = (name, start, stop, rate_bp, stigma_bp, cap_bn, slope_bn, access, clearing) => ({ name, start, stop, rate_bp, stigma_bp, cap_bn, slope_bn, access, clearing });
const DirectRepoTool = (name, start, stop, rate_bp, limit_pct, slope_bn) => ({ name, start, stop, rate_bp, limit_pct, slope_bn });
const AuctionTool = (name, start, stop, size_bn, total_bn, in_points, reserves, penalty_rise_bp, format, sellers, strategies, exit, exit_below) => ({ name, start, stop, size_bn, total_bn, in_points, reserves, penalty_rise_bp, format, sellers, strategies, exit, exit_below });
const HedgedTool = (name, start, stop, form, pace_bn, total_bn, mix, cap_bp, taper_days) => ({ name, start, stop, form, pace_bn, total_bn, mix, cap_bp, taper_days });
const PaceTool = (name, start, stop, pace_bn, total_bn) => ({ name, start, stop, pace_bn, total_bn });
const RateCutTool = (name, start, stop, size_bp, loadings) => ({ name, start, stop, size_bp, loadings });
const RunOffTool = (name, start, stop, run_off_bn) => ({ name, start, stop, run_off_bn });
const ReliefTool = (name, start, stop, relief_pct) => ({ name, start, stop, relief_pct });
const ClearingTool = (name, start, stop, netted_share_pct) => ({ name, start, stop, netted_share_pct });
const MarginTool = (name, start, stop, relief_pct, floor_pct) => ({ name, start, stop, relief_pct, floor_pct });
const HaircutTool = (name, start, stop, haircut_pct) => ({ name, start, stop, haircut_pct });
const CapTool = (name, start, stop, leverage) => ({ name, start, stop, leverage });

// policy.reference.programmes
const LONGEST = 400;
function bought_on(day, pace, total, taper) {
  let k, rest, room, tapered, whole;
  if (((pace === 0) || (total === 0))) {
    return 0.0;
  }
  tapered = 0.0;
  for (k = 0; k < taper; k += 1) {
    tapered += step(k, pace, taper);
  }
  room = (total - tapered);
  if ((room < 0)) {
    return ((day < taper) ? (step(day, pace, taper) * (total / tapered)) : 0.0);
  }
  if ((room > (pace * LONGEST))) {
    return pace;
  }
  rest = (room % pace);
  whole = Math.floor((((room - rest) / pace) + 0.5));
  return ((day < whole) ? pace : falling((day - whole), rest, pace, taper));
}
function step(k, pace, taper) {
  return ((pace * (taper - k)) / (taper + 1));
}
function falling(place, rest, pace, taper) {
  let before, k;
  before = 0;
  for (k = 0; k < taper; k += 1) {
    if ((step(k, pace, taper) >= rest)) {
      before += 1;
    }
  }
  if ((place < before)) {
    return step(place, pace, taper);
  }
  if ((place === before)) {
    return rest;
  }
  return ((place <= taper) ? step((place - 1), pace, taper) : 0.0);
}

// policy.reference.tools
const [THROUGH_DEALERS, CLEARED, DIRECT] = [0, 1, 2];
const RUN_OFF_TENORS = [0.4, 0.3, 0.2, 0.1];
const TWIST = [(-1.0), 0.0, 0.6, 0.4];
const Seen = (outright, vehicle, positions, price_loss, penalty, basis, vehicle_bought, hedged_bought, done) => ({ outright, vehicle, positions, price_loss, penalty, basis, vehicle_bought, hedged_bought, done });
const Spells = (own, announced, leaving) => ({ own, announced, leaving });
function tool_orders(tool, spells, seen) {
  let spell;
  spell = spells.own;
  if ((tool.name === "outright")) {
    return outright(tool, spells, seen);
  }
  if ((tool.name === "hedged-purchases")) {
    return hedged_purchases(tool, spell, seen);
  }
  if ((tool.name === "actual")) {
    return seen.done;
  }
  if ((!truth(spell.active))) {
    return after_action(tool, seen);
  }
  if ((tool.name === "repo")) {
    return repo(tool);
  }
  if ((tool.name === "non-bank-repo")) {
    return direct_repo(tool, seen);
  }
  if ((tool.name === "hedged-auction")) {
    return auction(tool, seen);
  }
  return small_tools(tool, spell);
}
function after_action(tool, seen) {
  let nothing;
  nothing = no_orders();
  if ((tool.name === "hedged-auction")) {
    return ({ ...nothing, vehicle_sales: vehicle_sales(tool, seen) });
  }
  return nothing;
}
function small_tools(tool, spell) {
  let nothing, old_bonds;
  nothing = no_orders();
  if ((tool.name === "twist")) {
    return ({ ...nothing, purchases: scaled4(bought_on(spell.acted, tool.pace_bn, tool.total_bn, 0), TWIST) });
  }
  if ((tool.name === "buybacks")) {
    old_bonds = bought_on(spell.acted, tool.pace_bn, tool.total_bn, 0);
    return ({ ...nothing, hedged_purchases: [0.0, 0.0, old_bonds] });
  }
  if ((tool.name === "rate-cut")) {
    return rate_cut(tool);
  }
  if ((tool.name === "end-qt")) {
    return ({ ...nothing, purchases: scaled4(((tool.run_off_bn * 12) / DAYS_A_YEAR), RUN_OFF_TENORS) });
  }
  if ((tool.name === "leverage-relief")) {
    return ({ ...nothing, capacity_multiple: (1 + (tool.relief_pct / 100)) });
  }
  if ((tool.name === "central-clearing")) {
    return ({ ...nothing, footprint_multiple: (1 - (tool.netted_share_pct / 100)) });
  }
  if ((tool.name === "margin")) {
    return ({ ...nothing, margin_multiple: (1 - (tool.relief_pct / 100)) });
  }
  return nothing;
}
function rate_cut(tool) {
  return ({ ...no_orders(), rate_cut: scaled4(tool.size_bp, tool.loadings) });
}
function outright(tool, spells, seen) {
  let announced, bought, held, own, purchases, told;
  [own, bought] = [spells.own, 0.0];
  if (truth(own.active)) {
    bought = bought_on(own.acted, tool.pace_bn, tool.total_bn, tool.taper_days);
  }
  told = (own.active || (own.acted > 0));
  if ((tool.announce.form !== NEVER)) {
    told = spells.announced.active;
  }
  purchases = scaled4((bought / 100), tool.mix);
  if ((spells.leaving.active && (bought === 0))) {
    held = [positive(seen.outright[0]), positive(seen.outright[1]), positive(seen.outright[2]), positive(seen.outright[3])];
    purchases = less4(purchases, scaled4(Math.min(ratio(tool.exit_pace_bn, sum4(held)), 1.0), held));
  }
  announced = ((told && (tool.pace_bn > 0)) ? tool.total_bn : 0.0);
  return ({ ...no_orders(), purchases: purchases, announced: announced });
}
function hedged_purchases(tool, spell, seen) {
  let announced, bought, bundles, told;
  bought = 0.0;
  if ((spell.active && (tool.form === "programme"))) {
    bought = bought_on(spell.acted, tool.pace_bn, tool.total_bn, tool.taper_days);
  }
  else {
    if ((spell.active && (seen.basis > tool.cap_bp))) {
      bought = Math.min(tool.pace_bn, positive((tool.total_bn - seen.hedged_bought)));
    }
  }
  told = (spell.active || (spell.acted > 0));
  bundles = [((bought * tool.mix[0]) / 100), ((bought * tool.mix[1]) / 100), ((bought * tool.mix[2]) / 100)];
  announced = ((told && (tool.pace_bn > 0)) ? tool.total_bn : 0.0);
  return ({ ...no_orders(), hedged_purchases: bundles, announced_hedged: announced });
}
function repo(tool) {
  let form;
  form = THROUGH_DEALERS;
  if ((tool.access === "direct")) {
    form = DIRECT;
  }
  else {
    if ((tool.clearing === "cleared")) {
      form = CLEARED;
    }
  }
  return lending(form, tool.cap_bn, (tool.rate_bp + tool.stigma_bp), tool.slope_bn);
}
function direct_repo(tool, seen) {
  return lending(DIRECT, ((sum3(seen.positions) * tool.limit_pct) / 100), tool.rate_bp, tool.slope_bn);
}
function lending(form, cap, price, slope) {
  if ((cap <= 0)) {
    return no_orders();
  }
  return ({ ...no_orders(), repo_cap: put3(NO_THREE, form, cap), repo_price: price, repo_slope: slope });
}
function auction(tool, seen) {
  let penalty, rise;
  rise = ((tool.penalty_rise_bp / 100) * seen.vehicle_bought);
  penalty = [(tool.reserves[0] + rise), (tool.reserves[1] + rise), (tool.reserves[2] + rise)];
  return ({ ...no_orders(), announced_hedged: ((tool.size_bn > 0) ? tool.total_bn : 0.0), auction_capacity: Math.min(tool.size_bn, positive((tool.total_bn - seen.vehicle_bought))), reserve_discount: (truth(tool.in_points) ? tool.reserves[0] : Infinity), reserve_penalty: (truth(tool.in_points) ? NEVER_REACHED : penalty), eligible: [((tool.strategies.includes("basis")) ? 1.0 : 0.0), ((tool.strategies.includes("swap_spread")) ? 1.0 : 0.0), ((tool.strategies.includes("off_the_run")) ? 1.0 : 0.0)], dealers_eligible: ((tool.sellers === "funds_and_dealers") ? 1.0 : 0.0), pay_as_bid: ((tool.format === "discriminatory") ? 1.0 : 0.0), vehicle_sales: vehicle_sales(tool, seen) });
}
function vehicle_sales(tool, seen) {
  let held, part, stands;
  if ((tool.exit !== "market")) {
    return NO_THREE;
  }
  stands = (truth(tool.in_points) ? seen.price_loss : seen.penalty);
  held = [((stands[0] < tool.exit_below) ? seen.vehicle[0] : 0.0), ((stands[1] < tool.exit_below) ? seen.vehicle[1] : 0.0), ((stands[2] < tool.exit_below) ? seen.vehicle[2] : 0.0)];
  part = Math.min(1.0, ratio(tool.size_bn, sum3(held)));
  return [(held[0] * part), (held[1] * part), (held[2] * part)];
}
function together(a, b) {
  return Orders(add4(a.purchases, b.purchases), add3(a.hedged_purchases, b.hedged_purchases), (a.announced + b.announced), (a.announced_hedged + b.announced_hedged), add4(a.rate_cut, b.rate_cut), add3(a.repo_cap, b.repo_cap), Math.min(a.repo_price, b.repo_price), Math.max(a.repo_slope, b.repo_slope), (a.auction_capacity + b.auction_capacity), Math.min(a.reserve_discount, b.reserve_discount), least3(a.reserve_penalty, b.reserve_penalty), most3(a.eligible, b.eligible), Math.max(a.dealers_eligible, b.dealers_eligible), Math.max(a.pay_as_bid, b.pay_as_bid), add3(a.vehicle_sales, b.vehicle_sales), (a.capacity_multiple * b.capacity_multiple), (a.footprint_multiple * b.footprint_multiple), (a.margin_multiple * b.margin_multiple));
}
function least3(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.min(a[2], b[2])];
}
function most3(a, b) {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];
}

// policy.reference.rules
const LARGEST_PART = (1 - 1e-09);
const SetBefore = (margins, leverage) => ({ margins, leverage });
const Cohorts = (mix, contracts, opening_yields, wedges, funds) => ({ mix, contracts, opening_yields, wedges, funds });
function under_rules(tools, cohorts, terms) {
  let tool;
  for (tool of tools) {
    terms = under_rule(tool, cohorts, terms);
  }
  return terms;
}
function under_rule(tool, cohorts, terms) {
  let margins, scale;
  margins = terms.margins;
  if ((tool.name === "leverage-cap")) {
    scale = cohorts.funds.scale;
    return capped(terms, full(terms.leverage.length, ((scale > 0) ? (tool.leverage / scale) : tool.leverage)));
  }
  if (((tool.name === "minimum-haircut") && ((tool.haircut_pct / 100) > margins.calm_haircut))) {
    margins = ({ ...margins, calm_haircut: (tool.haircut_pct / 100) });
    return capped(({ ...terms, margins: margins }), allowed(cohorts, margins));
  }
  if (((tool.name === "margin") && ((tool.floor_pct / 100) > margins.stressed_margin_floor))) {
    margins = ({ ...margins, stressed_margin_floor: (tool.floor_pct / 100) });
    return capped(({ ...terms, margins: margins }), allowed(cohorts, margins));
  }
  return terms;
}
function capped(terms, highest) {
  let leverage, n;
  leverage = copied(terms.leverage);
  for (n = 0; n < leverage.length; n += 1) {
    leverage[n] = Math.min(leverage[n], highest[n]);
  }
  return ({ ...terms, leverage: leverage });
}
function allowed(cohorts, margins) {
  let basis, buffer, deviations, highest, n, need, pairs, swap, unit, wedges;
  unit = calm_unit_under(cohorts.opening_yields, margins);
  buffer = ((1 + cohorts.funds.buffer) * Math.max(cohorts.funds.scale, 1e-09));
  [deviations, wedges] = [margins.margin_standard_deviations, cohorts.wedges];
  highest = zeros(cohorts.mix.length);
  for (n = 0; n < highest.length; n += 1) {
    basis = ((deviations[0] * dot4(row4(cohorts.contracts, n), unit)) + margins.calm_haircut);
    swap = ((deviations[1] * dot4(wedges.swap_spread_mix, unit)) + margins.calm_haircut);
    pairs = ((deviations[2] * dot4(wedges.off_the_run_mix, unit)) + margins.calm_haircut);
    need = (((cohorts.mix[n][0] * basis) + (cohorts.mix[n][1] * swap)) + (cohorts.mix[n][2] * pairs));
    highest[n] = (LARGEST_PART / (need * buffer));
  }
  return highest;
}
function calm_unit_under(opening_yields, margins) {
  let daily, floor, loads;
  [loads, floor] = [margins.calm_volatility_loadings, (1 + (STRESSED_RISE * margins.stressed_margin_floor))];
  daily = ((margins.calm_volatility_bp / 10000.0) * floor);
  return [((duration(opening_yields[0], 2.0) * loads[0]) * daily), ((duration(opening_yields[1], 5.0) * loads[1]) * daily), ((duration(opening_yields[2], 10.0) * loads[2]) * daily), ((duration(opening_yields[3], 30.0) * loads[3]) * daily)];
}
function strain(market) {
  let alike, asked, d, f, j, largest, n, need, unit;
  [unit, f, d] = [calm_units(market), market.funds, market.dealers];
  [alike, largest] = [world_margins(market, unit), 0.0];
  for (n = 0; n < market.equity.length; n += 1) {
    need = 0.0;
    for (j = 0; j < 3; j += 1) {
      asked = ((j === BASIS) ? cohort_margin(market, unit, n, BASIS) : alike[j]);
      need += (market.positions[n][j] * (asked + market.margins.calm_haircut));
    }
    largest = Math.max(largest, ((need * (1 + f.buffer)) / market.equity[n]));
  }
  return [largest, ((d.repo_footprint * market.opening_repo) / (d.calm_use * d.capacity_bn))];
}

// policy.reference.run
const Followed = (purchases, purchase_tenors, announced, repo, relief_day, relief) => ({ purchases, purchase_tenors, announced, repo, relief_day, relief });
const Bought = (vehicle, hedged) => ({ vehicle, hedged });
const Standing = (state, close, bought, spells) => ({ state, close, bought, spells });
function policy_run(market, series, tools, followed) {
  let d, done, record, standing;
  standing = first_morning(market, tools);
  record = [standing.close];
  for (d = 0; d < series.client_financing.length; d += 1) {
    done = followed_orders(followed, (d + 1));
    standing = policy_day(market, shocks_on(series, d), tools, done, standing, (d + 1))[0];
    record.push(standing.close);
  }
  return record;
}
function first_morning(market, tools) {
  let spells;
  spells = tools.map((tool) => Spells(asleep(), asleep(), asleep()));
  return Standing(opening(market), still(market), Bought(0.0, 0.0), spells);
}
function policy_day(market, shocks, tools, done, standing, today) {
  let after, bought, close, figures, orders, record, spells;
  [close, bought] = [published(standing.close), standing.bought];
  spells = span(0, tools.length).map((k) => morning(tools[k], standing.spells[k], today, close));
  orders = all_orders(tools, spells, seen_on(standing, done));
  [after, figures] = day(market, standing.state, shocks, orders);
  record = recorded(market, standing.state, shocks, orders, figures, after);
  bought = Bought((bought.vehicle + sum3(record.vehicle_purchases_bn)), (bought.hedged + rises(orders.hedged_purchases)));
  return [Standing(after, record, bought, spells), orders, figures];
}
function morning(tool, spells, today, close) {
  let announced, never, own;
  never = Condition(0, 0, 0, false, 0.0, 0);
  own = woken(tool.start, tool.stop, spells.own, today, close);
  if ((tool.name !== "outright")) {
    return ({ ...spells, own: own });
  }
  announced = woken(tool.announce, never, spells.announced, today, close);
  return Spells(own, announced, woken(tool.exit_start, never, spells.leaving, today, close));
}
function seen_on(standing, done) {
  let bought, close, state;
  [state, close, bought] = [standing.state, standing.close, standing.bought];
  return Seen(state.outright, state.vehicle, close.positions_bn, close.price_loss_points, close.market_penalty_bp, close.basis_bp, bought.vehicle, bought.hedged, done);
}
function all_orders(tools, spells, seen) {
  let k, orders;
  orders = no_orders();
  for (k = 0; k < tools.length; k += 1) {
    orders = together(orders, tool_orders(tools[k], spells[k], seen));
  }
  return orders;
}
function rises(flow) {
  return ((positive(flow[0]) + positive(flow[1])) + positive(flow[2]));
}
function followed_orders(followed, today) {
  let announced, bought, cap, eased, n, orders;
  [bought, announced, orders] = [0.0, 0.0, no_orders()];
  for (n = 0; n < followed.purchases.length; n += 1) {
    if ((followed.purchases[n][0] === today)) {
      bought += followed.purchases[n][1];
    }
  }
  for (n = 0; n < followed.announced.length; n += 1) {
    if ((followed.announced[n][0] <= today)) {
      announced = Math.max(announced, followed.announced[n][1]);
    }
  }
  for (n = 0; n < followed.repo.length; n += 1) {
    if ((followed.repo[n][0] <= today)) {
      cap = put3(NO_THREE, 0, followed.repo[n][1]);
      orders = ({ ...orders, repo_cap: cap, repo_price: followed.repo[n][2], repo_slope: followed.repo[n][3] });
    }
  }
  eased = ((followed.relief_day > 0) && (today >= followed.relief_day));
  return ({ ...orders, purchases: scaled4(bought, followed.purchase_tenors), announced: announced, capacity_multiple: (truth(eased) ? followed.relief : 1.0) });
}

// policy.reference.outcomes
const THIRTY = 3;
const LEAST = (-1e+300);
const FULL = 90.0;
const [CONTAINED, DISORDERLY, SPIRAL] = [0, 1, 2];
const [CONTAINED_BP, HEALED_BP] = [15.0, 10.0];
const [SALES_DAYS, SPIRAL_SALES_SHARE, FLOOR_DAYS] = [5, 0.29, 3];
const PathOutcomes = (spiral_share_pct, disorderly_share_pct, contained_share_pct, days_dislocated, days_to_heal, peak_dislocation_10y_bp, peak_dislocation_30y_bp, peak_yield_10y_pct, end_yield_10y_pct, min_depth_mn, peak_repo_spread_bp, peak_off_the_run_10y_bp, dysfunction_cost_bn, peak_dealer_use_pct, days_dealer_use_above_90, peak_dealer_inventory_bn, peak_dealer_award_pct, forced_sales_bn, forced_sales_basis_bn, forced_sales_swap_spread_bn, market_sales_bn, cascade_multiplier, funds_defaulted, failure_share_pct, fund_losses_bn, lender_losses_bn, take_up_bn, fed_peak_exposure_bn, peak_margin_cash_need_bn, subsidy_bn, unintended_easing_10y_bp, intended_easing_10y_bp, losses_spared_bn) => ({ spiral_share_pct, disorderly_share_pct, contained_share_pct, days_dislocated, days_to_heal, peak_dislocation_10y_bp, peak_dislocation_30y_bp, peak_yield_10y_pct, end_yield_10y_pct, min_depth_mn, peak_repo_spread_bp, peak_off_the_run_10y_bp, dysfunction_cost_bn, peak_dealer_use_pct, days_dealer_use_above_90, peak_dealer_inventory_bn, peak_dealer_award_pct, forced_sales_bn, forced_sales_basis_bn, forced_sales_swap_spread_bn, market_sales_bn, cascade_multiplier, funds_defaulted, failure_share_pct, fund_losses_bn, lender_losses_bn, take_up_bn, fed_peak_exposure_bn, peak_margin_cash_need_bn, subsidy_bn, unintended_easing_10y_bp, intended_easing_10y_bp, losses_spared_bn });
const Peaks = (dislocation, dislocation_30y, yield_10y, depth, repo_spread, off_the_run, dealer_use, inventory, award, exposure, lent, easing, cut) => ({ dislocation, dislocation_30y, yield_10y, depth, repo_spread, off_the_run, dealer_use, inventory, award, exposure, lent, easing, cut });
const Totals = (sold, sold_basis, sold_swap, marketed, first_rounds, failed, lenders_lost, bought, gained, days_full, days_dislocated, dysfunction) => ({ sold, sold_basis, sold_swap, marketed, first_rounds, failed, lenders_lost, bought, gained, days_full, days_dislocated, dysfunction });
function path_outcomes(market, record, none) {
  let end, high, last, sums;
  [high, sums] = [peaks(record), totals(market, record)];
  [last, end] = [record[(record.length - 1)], ending(record, high.dislocation, sums.failed)];
  return PathOutcomes(((end === SPIRAL) ? 100.0 : 0.0), ((end === DISORDERLY) ? 100.0 : 0.0), ((end === CONTAINED) ? 100.0 : 0.0), sums.days_dislocated, days_to_heal(record), high.dislocation, high.dislocation_30y, high.yield_10y, last.yield_pct[TEN], high.depth, high.repo_spread, high.off_the_run, sums.dysfunction, high.dealer_use, sums.days_full, high.inventory, high.award, sums.sold, sums.sold_basis, sums.sold_swap, sums.marketed, ((sums.first_rounds > 0) ? (sums.sold / sums.first_rounds) : 1.0), sums.failed, ((sums.failed > 0) ? 100.0 : 0.0), fund_losses(record), sums.lenders_lost, (sums.bought + high.lent), high.exposure, margin_cash_need(market, record), sums.gained, high.easing, high.cut, (fund_losses(none) - fund_losses(record)));
}
function peaks(record) {
  let day, held, high;
  high = Peaks(LEAST, LEAST, LEAST, (-LEAST), LEAST, LEAST, LEAST, LEAST, LEAST, LEAST, LEAST, LEAST, LEAST);
  for (day of record) {
    held = (((sum4(day.outright_bn) + sum3(day.hedged_bn)) + sum3(day.vehicle_bn)) + sum3(day.facility_bn));
    high = Peaks(Math.max(high.dislocation, day.dislocation_bp[TEN]), Math.max(high.dislocation_30y, day.dislocation_bp[THIRTY]), Math.max(high.yield_10y, day.yield_pct[TEN]), Math.min(high.depth, day.depth_mn), Math.max(high.repo_spread, day.repo_spread_bp), Math.max(high.off_the_run, day.off_the_run_bp[TEN]), Math.max(high.dealer_use, day.dealer_use_pct), Math.max(high.inventory, day.inventory_bn), Math.max(high.award, day.dealer_award_pct), Math.max(high.exposure, held), Math.max(high.lent, sum3(day.facility_bn)), Math.max(high.easing, day.fed_easing_bp[TEN]), Math.max(high.cut, day.rate_cut_bp[TEN]));
  }
  return high;
}
function totals(market, record) {
  let before, bought, d, day, forced, hedged, i, outright, sums;
  [sums, before] = [Totals(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), record[0].outright_bn];
  for (d = 0; d < record.length; d += 1) {
    day = record[d];
    [forced, outright, hedged] = [day.forced_sales_bn, day.outright_bn, day.hedged_purchases_bn];
    bought = (((sum3(day.vehicle_purchases_bn) + positive(hedged[0])) + positive(hedged[1])) + positive(hedged[2]));
    for (i = 0; i < 4; i += 1) {
      bought += positive((outright[i] - before[i]));
    }
    before = outright;
    sums = Totals((sums.sold + sum3(forced)), (sums.sold_basis + forced[0]), (sums.sold_swap + forced[1]), (sums.marketed + sum3(day.market_sales_bn)), (sums.first_rounds + day.first_round_bn), (sums.failed + day.defaults), (sums.lenders_lost + day.lender_losses_bn), (sums.bought + bought), (sums.gained + day.seller_gain_bn), (sums.days_full + (((d > 0) && (day.dealer_use_pct > FULL)) ? 1.0 : 0.0)), (sums.days_dislocated + (((d > 0) && (day.dislocation_bp[TEN] > CONTAINED_BP)) ? 1.0 : 0.0)), (sums.dysfunction + dysfunction_on(market, day)));
  }
  return sums;
}
function dysfunction_on(market, day) {
  let cost, i, j, real, urgent;
  [real, cost] = [day.real_money_sales_bn, 0.0];
  urgent = add4(day.client_sales_bn, [positive(real[0]), positive(real[1]), positive(real[2]), positive(real[3])]);
  for (j = 0; j < 3; j += 1) {
    urgent = add4(urgent, scaled4(day.market_sales_bn[j], world_mix(market, j)));
  }
  for (i = 0; i < 4; i += 1) {
    cost += (((positive(day.dislocation_bp[i]) * market.durations[i]) / 10000.0) * urgent[i]);
  }
  return cost;
}
function ending(record, peak, failed) {
  if (((failed > 0) || (longest_floor(record) >= FLOOR_DAYS) || (largest_sales_share(record) >= SPIRAL_SALES_SHARE))) {
    return SPIRAL;
  }
  return ((peak > CONTAINED_BP) ? DISORDERLY : CONTAINED);
}
function longest_floor(record) {
  let day, longest, running_days;
  [longest, running_days] = [0, 0];
  for (day of record) {
    running_days = ((day.at_floor > 0) ? (running_days + 1) : 0);
    longest = Math.max(longest, running_days);
  }
  return longest;
}
function largest_sales_share(record) {
  let back, book, d, most, sold;
  [book, most] = [sum3(record[0].positions_bn), 0.0];
  for (d = 0; d < record.length; d += 1) {
    sold = 0.0;
    for (back = Math.max(((d - SALES_DAYS) + 1), 0); back < (d + 1); back += 1) {
      sold += sum3(record[back].forced_sales_bn);
    }
    most = Math.max(most, sold);
  }
  return ((book > 0) ? (most / book) : 0.0);
}
function days_to_heal(record) {
  let d, healed;
  healed = 0.0;
  for (d = 1; d < record.length; d += 1) {
    if ((record[d].dislocation_bp[TEN] >= HEALED_BP)) {
      healed = d;
    }
  }
  return healed;
}
function fund_losses(record) {
  return (record[0].fund_equity_bn - record[(record.length - 1)].fund_equity_bn);
}
function margin_cash_need(market, record) {
  let before, day, fall, held, j, most, posted, variation;
  [most, variation, before] = [0.0, 0.0, record[0]];
  for (day of record) {
    fall = times4(scaled4(0.0001, market.durations), add4(hedge_yield(before), scaled4((-1.0), hedge_yield(day))));
    for (j = 0; j < 2; j += 1) {
      held = (before.vehicle_bn[j] + before.hedged_bn[j]);
      variation += (held * dot4(world_mix(market, j), fall));
    }
    posted = 0.0;
    for (j = 0; j < 3; j += 1) {
      posted += (((day.vehicle_bn[j] + day.hedged_bn[j]) * day.margin_pct[j]) / 100);
    }
    [most, before] = [Math.max(most, (variation + posted)), day];
  }
  return most;
}
function hedge_yield(day) {
  return add4(scaled4(100.0, day.yield_pct), scaled4((-1.0), day.dysfunction_bp));
}

// policy.reference.profit
const DUST_BN = (-1e-09);
const TAIL = 0.05;
const [LEVEL, LEVEL_MEAN, SLOPE, SLOPE_MEAN, SLIPPAGE, REPLACED, LEVEL_LEAD, SLOPE_LEAD] = [0, 1, 2, 3, 4, 6, 7, 8];
const Counted = (horizon_years, level_sd_bp, slope_sd_bp, level_loadings, slope_loadings, policy_rate_slope, calm_implied_repo_bp, slippage_points, slippage_sd_points, delivery_sd_points, margin_interest_share, margin_funding_bp, settlement_failure_share, settlement_days, direct_recovery) => ({ horizon_years, level_sd_bp, slope_sd_bp, level_loadings, slope_loadings, policy_rate_slope, calm_implied_repo_bp, slippage_points, slippage_sd_points, delivery_sd_points, margin_interest_share, margin_funding_bp, settlement_failure_share, settlement_days, direct_recovery });
const Bonds = (face, paid, carry, gap, gap_squared, duration, convexity) => ({ face, paid, carry, gap, gap_squared, duration, convexity });
const Bundles = (sure, slippage, replaced, face, held, lead, usual_margin, last_margin, per_level, per_slope) => ({ sure, slippage, replaced, face, held, lead, usual_margin, last_margin, per_level, per_slope });
const Known = (bonds, bundles, lead, during, after, repo, policy_rate_bp) => ({ bonds, bundles, lead, during, after, repo, policy_rate_bp });
const Draw = (z, unit) => ({ z, unit });
function profits(known, counted, draws) {
  let draw, j, n, number, result;
  number = draws[0].length;
  result = zeros(number);
  for (n = 0; n < number; n += 1) {
    draw = Draw(draws.map((one) => one[n]), Math.sqrt(known.after));
    result[n] = (known.repo + outright_profit(known, counted, draw));
    for (j = 0; j < 3; j += 1) {
      result[n] += bundles_profit(known, known.bundles[j], counted, draw);
    }
  }
  return result;
}
function outright_profit(known, counted, draw) {
  let b, first, funding, i, level, level_mean, move, root, second, slope, slope_mean, total, z;
  [z, root] = [draw.z, Math.sqrt(known.lead)];
  level = ((counted.level_sd_bp * root) * z[LEVEL_LEAD]);
  slope = ((counted.slope_sd_bp * root) * z[SLOPE_LEAD]);
  [level_mean, slope_mean] = [(level + level_mean_after(counted, draw)), (slope + slope_mean_after(counted, draw))];
  level += ((counted.level_sd_bp * draw.unit) * z[LEVEL]);
  slope += ((counted.slope_sd_bp * draw.unit) * z[SLOPE]);
  [funding, total] = [((known.policy_rate_bp + level_mean) + (counted.policy_rate_slope * slope_mean)), 0.0];
  for (i = 0; i < 4; i += 1) {
    b = known.bonds[i];
    move = ((counted.level_loadings[i] * level) + (counted.slope_loadings[i] * slope));
    first = (b.gap + (b.face * move));
    second = ((b.gap_squared + ((2 * b.gap) * move)) + ((b.face * move) * move));
    total += ((b.carry / 10000.0) + ((known.after * (b.paid - (b.face * funding))) / 10000.0));
    total += ((((-b.duration) * first) / 10000.0) + (((0.5 * b.convexity) * second) / 100000000.0));
  }
  return (truth(bought_outright(known)) ? total : 0.0);
}
function bought_outright(known) {
  return ((known.lead > 0) || (known.bonds[0].face !== 0) || (known.bonds[1].face !== 0) || (known.bonds[2].face !== 0) || (known.bonds[3].face !== 0));
}
function level_mean_after(counted, draw) {
  return ((counted.level_sd_bp * draw.unit) * ((draw.z[LEVEL] / 2) + (draw.z[LEVEL_MEAN] / Math.sqrt(12.0))));
}
function slope_mean_after(counted, draw) {
  return ((counted.slope_sd_bp * draw.unit) * ((draw.z[SLOPE] / 2) + (draw.z[SLOPE_MEAN] / Math.sqrt(12.0))));
}
function bundles_profit(known, b, counted, draw) {
  let end, later, margin, mean, moved, paid, root, z;
  if ((b.face <= 0)) {
    return 0.0;
  }
  [z, root] = [draw.z, Math.sqrt(b.lead)];
  moved = (((b.per_level * counted.level_sd_bp) * root) * z[LEVEL_LEAD]);
  moved += (((b.per_slope * counted.slope_sd_bp) * root) * z[SLOPE_LEAD]);
  end = ((-b.face) * moved);
  mean = (((end / 2) * b.lead) / known.during);
  later = ((b.per_level * level_mean_after(counted, draw)) + (b.per_slope * slope_mean_after(counted, draw)));
  paid = (((b.held > 0) ? end : 0.0) - (b.held * later));
  margin = margin_cost(known, counted, known.during, mean, b.usual_margin);
  margin += margin_cost(known, counted, known.after, paid, b.last_margin);
  return (((b.sure - (b.slippage * z[SLIPPAGE])) - (b.replaced * positive(z[REPLACED]))) - margin);
}
function margin_cost(known, counted, years, paid, posted) {
  let interest;
  interest = (((counted.margin_interest_share * known.policy_rate_bp) / 10000.0) * paid);
  return (years * (interest + ((counted.margin_funding_bp / 10000.0) * positive((paid + posted)))));
}
function known_of(market, counted, policy_rate_pct, record) {
  let after, bonds, bundles, during;
  during = ((record.length - 1) / DAYS_A_YEAR);
  after = positive((counted.horizon_years - during));
  bonds = span(0, 4).map((i) => bonds_of(market, policy_rate_pct, record, i));
  bundles = span(0, 3).map((j) => bundles_of(market, counted, record, j, (during + after)));
  return Known(bonds, bundles, outright_lead(record), during, after, repo_result(counted, record), (100 * policy_rate_pct));
}
function outright_lead(record) {
  let before, d, i, now, size, traded, years;
  [size, years, before] = [0.0, 0.0, [0.0, 0.0, 0.0, 0.0]];
  for (d = 0; d < record.length; d += 1) {
    [now, traded] = [record[d].outright_bn, 0.0];
    for (i = 0; i < 4; i += 1) {
      traded += Math.abs((now[i] - before[i]));
    }
    size += traded;
    years += ((traded * ((record.length - 1) - d)) / DAYS_A_YEAR);
    before = now;
  }
  return ratio(years, size);
}
function bonds_of(market, policy_rate_pct, record, i) {
  let apart_bp, at, before, carry, d, days, face, flow, gap, gap_squared, paid, years;
  days = (record.length - 1);
  [face, paid, carry, gap, gap_squared, before] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
  for (d = 0; d < record.length; d += 1) {
    [flow, at] = [(record[d].outright_bn[i] - before), (100 * record[d].yield_pct[i])];
    apart_bp = (record[d].fed_easing_bp[i] - record[d].dysfunction_bp[i]);
    before = record[d].outright_bn[i];
    face += flow;
    paid += (flow * at);
    carry += (((flow * (days - d)) / DAYS_A_YEAR) * (at - (100 * policy_rate_pct)));
    gap += (flow * apart_bp);
    gap_squared += ((flow * apart_bp) * apart_bp);
  }
  years = [2, 5, 10, 30];
  return Bonds(face, paid, carry, gap, gap_squared, market.durations[i], convexity(market.opening_yields[i], years[i]));
}
function bundles_of(market, counted, record, j, end) {
  let bought, calm, d, day, days, earned, face, hedge, hedged, held_years, last, lead, margin, missing, mix, posted, risk, slippage, sold, stressed, sure, unpaid;
  [face, earned, held_years, stressed, lead, posted, unpaid, risk] = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
  [days, calm, margin] = [(record.length - 1), Math.max(record[0].volatility_bp, 1e-12), 0.0];
  for (d = 0; d < record.length; d += 1) {
    day = record[d];
    [hedged, sold] = [positive(day.hedged_purchases_bn[j]), day.vehicle_sales_bn[j]];
    bought = (day.vehicle_purchases_bn[j] + hedged);
    missing = (counted.settlement_failure_share * never_arrives(counted, record, d));
    margin = (((day.vehicle_bn[j] + day.hedged_bn[j]) * day.margin_pct[j]) / 100);
    face += bought;
    earned += (day.vehicle_discount_bn[j] + (((hedged - sold) * day.price_loss_points[j]) / 100));
    held_years += ((bought - sold) * positive((end - (d / DAYS_A_YEAR))));
    stressed += ((bought * day.volatility_bp) / calm);
    lead += ((bought * (days - d)) / DAYS_A_YEAR);
    posted += ((d > 0) ? margin : 0.0);
    unpaid += (missing * day.vehicle_discount_bn[j]);
    risk += ((missing * day.vehicle_purchases_bn[j]) * day.volatility_bp);
  }
  [last, mix] = [record[days], world_mix(market, j)];
  hedge = scaled4(((j === PAIRS) ? 0.0 : 0.0001), times4(mix, market.durations));
  sure = (((earned + ((held_years * counted.calm_implied_repo_bp) / 10000.0)) - ((face * counted.slippage_points) / 100)) - unpaid);
  slippage = ((face * counted.slippage_sd_points) / 100);
  slippage += ((j === BASIS) ? ((stressed * counted.delivery_sd_points) / 100) : 0.0);
  return Bundles(sure, slippage, (((risk * dot4(mix, market.durations)) * Math.sqrt(counted.settlement_days)) / 10000.0), face, (last.vehicle_bn[j] + last.hedged_bn[j]), ratio(lead, face), (posted / days), margin, dot4(hedge, counted.level_loadings), dot4(hedge, counted.slope_loadings));
}
function never_arrives(counted, record, d) {
  let day, dealers, forced, n, ruined, settled;
  [day, forced, ruined] = [record[d], 0.0, 0.0];
  settled = record[Math.min((d + counted.settlement_days), (record.length - 1))];
  for (n = 0; n < day.forced_by_cohort_bn.length; n += 1) {
    forced += day.forced_by_cohort_bn[n];
    ruined += ((settled.equity_by_cohort_bn[n] <= 0) ? day.forced_by_cohort_bn[n] : 0.0);
  }
  dealers = ratio(day.vehicle_from_dealers_bn, sum3(day.vehicle_purchases_bn));
  return (ratio(ruined, forced) * (1 - dealers));
}
function convexity(yield_bp, years) {
  let half, t, total;
  [half, total] = [(yield_bp / 20000.0), 0.0];
  for (t = 1; t < ((2 * years) + 1); t += 1) {
    total += (((half * t) * (t + 1)) / Math.pow((1 + half), (t + 2)));
  }
  return ((total + (((2 * years) * ((2 * years) + 1)) / Math.pow((1 + half), ((2 * years) + 2)))) / 4);
}
function repo_result(counted, record) {
  let day, direct, lent, share, total;
  total = 0.0;
  for (day of record) {
    [lent, direct] = [sum3(day.facility_bn), day.facility_bn[2]];
    share = Math.min(ratio(direct, (sum3(day.positions_bn) + sum3(day.forced_sales_bn))), 1.0);
    total += (((lent * day.repo_spread_bp) / 10000.0) / DAYS_A_YEAR);
    total -= ((share * day.lender_losses_bn) * (1 - counted.direct_recovery));
  }
  return total;
}
function mean_of(values) {
  let n, total;
  total = 0.0;
  for (n = 0; n < values.length; n += 1) {
    total += values[n];
  }
  return (total / values.length);
}
function quantile_of(values, share) {
  let at, high, low, ordered;
  ordered = ascending(values);
  at = (share * (values.length - 1));
  low = Math.floor(at);
  high = Math.min((low + 1), (values.length - 1));
  return (ordered[low] + ((at - low) * (ordered[high] - ordered[low])));
}
function loss_chance(results) {
  let lost, n;
  lost = 0.0;
  for (n = 0; n < results.length; n += 1) {
    lost += ((results[n] < DUST_BN) ? 100.0 : 0.0);
  }
  return (lost / results.length);
}
function tail_by_path(results) {
  let every, n, one, worst;
  every = [];
  for (one of results) {
    for (n = 0; n < one.length; n += 1) {
      every.push(one[n]);
    }
  }
  worst = (-quantile_of(every, TAIL));
  return results.map((one) => (worst + (mean_of(one.map((r) => positive(((-r) - worst)))) / TAIL)));
}
function tail_of(results) {
  let beyond, n, worst;
  [worst, beyond] = [(-quantile_of(results, TAIL)), 0.0];
  for (n = 0; n < results.length; n += 1) {
    beyond += positive(((-results[n]) - worst));
  }
  return (worst + ((beyond / results.length) / TAIL));
}

// policy.reference.verdict
const [DUST, INTERVAL] = [1e-09, 1.96];
const [SPIRALS_TO_NEED, DAYS_TO_NEED] = [1.0, 5.0];
const LEAST_POINTS = 0.1;
const Weighing = (points, effect, shown, moved) => ({ points, effect, shown, moved });
const Sample = (counted, shown) => ({ counted, shown });
const Apart = (value, clear) => ({ value, clear });
const Ruled = (kind, policies, reason, value, base, backfiring, stronger) => ({ kind, policies, reason, value, base, backfiring, stronger });
function ruled_on(samples, weighing) {
  let effects, everyone, working, worse;
  everyone = span(1, samples.length);
  effects = samples.map((one) => cost(one.counted, weighing.effect));
  worse = everyone.filter((k) => truth(notably(apart(effects[k], effects[0]), 1.0))).map((k) => k);
  working = everyone.filter((k) => truth(notably(apart(effects[k], effects[0]), (-1.0)))).map((k) => k);
  if ((everyone.length === 0)) {
    return told("alone", [0], samples, weighing, worse, null);
  }
  if (((mean_of(samples[0].shown[0]) <= SPIRALS_TO_NEED) && (mean_of(samples[0].shown[1]) <= DAYS_TO_NEED))) {
    return told("not_needed", everyone, samples, weighing, worse, null);
  }
  if ((working.length === 0)) {
    if ((worse.length > 0)) {
      return told("backfires", worse, samples, weighing, worse, null);
    }
    return told("nothing_works", everyone, samples, weighing, [], null);
  }
  return chosen(samples, weighing, effects, working, worse);
}
function chosen(samples, weighing, effects, working, worse) {
  let alike, best, more, order, scored, stronger, tied;
  scored = samples.map((one) => cost(one.counted, weighing.points));
  order = ordered(working, ((k) => mean_of(scored[k])));
  best = order[0];
  if ((apart(scored[0], scored[best]).value <= 0)) {
    return told("not_worth_its_price", [best], samples, weighing, worse, null);
  }
  tied = order.filter((k) => (!truth(apart(scored[k], scored[best]).clear))).map((k) => k);
  if ((tied.length > 1)) {
    return told("tie", tied, samples, weighing, worse, null);
  }
  alike = order.filter((k) => (!truth(apart(effects[k], effects[best]).clear))).map((k) => k);
  if ((alike.length > 1)) {
    return told("cheapest", alike, samples, weighing, worse, null);
  }
  more = working.filter((k) => truth(notably(apart(effects[k], effects[best]), (-1.0)))).map((k) => k);
  stronger = ordered(more, ((k) => mean_of(effects[k])));
  return told("best", [best], samples, weighing, worse, ((stronger.length > 0) ? stronger[0] : null));
}
function cost(counted, per_unit) {
  let c, p, points;
  points = zeros(counted[0].length);
  for (c = 0; c < per_unit.length; c += 1) {
    for (p = 0; p < points.length; p += 1) {
      points[p] += (per_unit[c] * counted[c][p]);
    }
  }
  return points;
}
function apart(values, base) {
  let error, number, p, squares, value;
  [number, value] = [values.length, (mean_of(values) - mean_of(base))];
  if ((number < 2)) {
    return Apart(value, (Math.abs(value) > DUST));
  }
  squares = 0.0;
  for (p = 0; p < number; p += 1) {
    squares += (((values[p] - base[p]) - value) * ((values[p] - base[p]) - value));
  }
  error = (INTERVAL * Math.sqrt(((squares / (number - 1)) / number)));
  return Apart(value, ((Math.abs(value) > DUST) && (((value - error) > 0) === ((value + error) > 0))));
}
function notably(gap, sign) {
  return (gap.clear && ((sign * gap.value) >= LEAST_POINTS));
}
function told(kind, policies, samples, weighing, worse, stronger) {
  let first, idle, none, place, r, reason, size;
  [first, none] = [samples[policies[0]].shown, samples[0].shown];
  [idle, reason] = [(["alone", "not_needed", "nothing_works"].includes(kind)), 0];
  for (r = 0; r < weighing.moved.length; r += 1) {
    place = ((weighing.moved.length - 1) - r);
    size = Math.abs((mean_of(none[place]) - (truth(idle) ? 0.0 : mean_of(first[place]))));
    if ((size >= weighing.moved[place])) {
      reason = place;
    }
  }
  return Ruled(kind, policies, weighing.shown[reason], mean_of(first[reason]), mean_of(none[reason]), worse, stronger);
}

export { BASIS, SWAP, PAIRS, TEN, DAYS_A_YEAR, positive, clip, ratio, kept, add3, less3, sum3, put3, add4, less4, sum4, dot4, times4, scaled4, row3, row4, sum1, sum2, wright_omega, STRESSED_RISE, USUAL_CONTRACTS, YieldRules, DealerRules, WedgeRules, MarginRules, FundingRules, FundRules, IssuanceRules, LiquidityRules, Market, prepared, duration, fill_risk, mean_contracts, world_mix, cohort_mix, equivalents, Shocks, Orders, State, Margins, volatility, one_volatility, bare_unit, calm_unit, calm_units, next_unit, margins_today, margin, cohort_margin, world_margins, next_variance, Issue, issue_today, Rules, rules_today, above_calm, Line, line_today, slow_purchases, sold_back, straight, bounded, marginal_cost, Stock, warehouse, TAKEN_IN_FULL, LEAST_WIDTH_BN, FLOW_SHARES, Premium, premium_of, price_of, shortage_at, Need, Facility, Funding, repo_to_funds, need_today, funding_today, facility_today, dealers_extra, lent, taken_softly, premium_exponent, Wedges, given_part, points, wedges_today, price_loss, yield_gaps, basis, remembered, weighing, Funds, funds_today, carry_today, share_to_sell, after_roll, TINY_CHARGE_BP, Auction, auction_today, reserve_reached, sales_to_reserve, served, dealers_bundle, Trade, trade, dealers_offer, Payment, payments, pay_funds, pressure, most_pressed_first, market_discount, TOLERANCE_BN, MAX_ROUNDS, Outcome, cascade, sales_by_strategy, Settlement, settle, Curve, curve_today, variance_after, depth_after, CONTRACT_DAYS, opening, Figures, day, answered, more_sold, state_after, weakness_after, positions_after, equity_after, deliver, Series, Plan, shocks_on, orders_on, MAIN, WIDTH, run, note, NO_FOUR, NO_THREE, NEVER_REACHED, Recorded, recorded, market_penalty, posted, by_strategy, no_shocks, no_orders, still, LEAST_MARGIN_STEP, Course, Courses, Luck, severity, profile, levels, by_tenor, within, fundamentals_path, series_of, central, NEVER, DATE, CLOSES, LEAST_DAYS, REST_DAYS, TENTH, THIRTIETH, Condition, Spell, asleep, published, running, met, rested, woken, NoActionTool, OutrightTool, RepoTool, DirectRepoTool, AuctionTool, HedgedTool, PaceTool, RateCutTool, RunOffTool, ReliefTool, ClearingTool, MarginTool, HaircutTool, CapTool, LONGEST, bought_on, step, falling, THROUGH_DEALERS, CLEARED, DIRECT, RUN_OFF_TENORS, TWIST, Seen, Spells, tool_orders, after_action, small_tools, rate_cut, outright, hedged_purchases, repo, direct_repo, lending, auction, vehicle_sales, together, least3, most3, LARGEST_PART, SetBefore, Cohorts, under_rules, under_rule, capped, allowed, calm_unit_under, strain, Followed, Bought, Standing, policy_run, first_morning, policy_day, morning, seen_on, all_orders, rises, followed_orders, THIRTY, LEAST, FULL, CONTAINED, DISORDERLY, SPIRAL, CONTAINED_BP, HEALED_BP, SALES_DAYS, SPIRAL_SALES_SHARE, FLOOR_DAYS, PathOutcomes, Peaks, Totals, path_outcomes, peaks, totals, dysfunction_on, ending, longest_floor, largest_sales_share, days_to_heal, fund_losses, margin_cash_need, hedge_yield, DUST_BN, TAIL, LEVEL, LEVEL_MEAN, SLOPE, SLOPE_MEAN, SLIPPAGE, REPLACED, LEVEL_LEAD, SLOPE_LEAD, Counted, Bonds, Bundles, Known, Draw, profits, outright_profit, bought_outright, level_mean_after, slope_mean_after, bundles_profit, margin_cost, known_of, outright_lead, bonds_of, bundles_of, never_arrives, convexity, repo_result, mean_of, quantile_of, loss_chance, tail_by_path, tail_of, DUST, INTERVAL, SPIRALS_TO_NEED, DAYS_TO_NEED, LEAST_POINTS, Weighing, Sample, Apart, Ruled, ruled_on, chosen, cost, apart, notably, told };

const DAYS_DISLOCATED = {"key": "days_dislocated", "unit": "days"};

const LOSSES_SPARED = {"key": "losses_spared_bn", "unit": "$bn"};

const PEAK_DISLOCATION = {"key": "peak_dislocation_10y_bp", "unit": "bp"};

const PEAK_REPO_SPREAD = {"key": "peak_repo_spread_bp", "unit": "bp"};

const SPIRAL_SHARE = {"key": "spiral_share_pct", "unit": "%"};

const TAXPAYER_TAIL = {"key": "taxpayer_es95_bn", "unit": "$bn"};

const UNINTENDED_EASING = {"key": "unintended_easing_10y_bp", "unit": "bp"};

const BY_KEY = {"spiral_share_pct": {"unit": "%"}, "disorderly_share_pct": {"unit": "%"}, "contained_share_pct": {"unit": "%"}, "days_dislocated": {"unit": "days"}, "days_to_heal": {"unit": "days"}, "peak_dislocation_10y_bp": {"unit": "bp"}, "peak_dislocation_30y_bp": {"unit": "bp"}, "peak_yield_10y_pct": {"unit": "%"}, "end_yield_10y_pct": {"unit": "%"}, "min_depth_mn": {"unit": "$mn"}, "peak_repo_spread_bp": {"unit": "bp"}, "peak_off_the_run_10y_bp": {"unit": "bp"}, "dysfunction_cost_bn": {"unit": "$bn"}, "peak_dealer_use_pct": {"unit": "% of capacity"}, "days_dealer_use_above_90": {"unit": "days"}, "peak_dealer_inventory_bn": {"unit": "$bn"}, "peak_dealer_award_pct": {"unit": "% of issue"}, "forced_sales_bn": {"unit": "$bn"}, "forced_sales_basis_bn": {"unit": "$bn"}, "forced_sales_swap_spread_bn": {"unit": "$bn"}, "market_sales_bn": {"unit": "$bn"}, "cascade_multiplier": {"unit": "multiple"}, "funds_defaulted": {"unit": "groups"}, "failure_share_pct": {"unit": "%"}, "fund_losses_bn": {"unit": "$bn"}, "lender_losses_bn": {"unit": "$bn"}, "take_up_bn": {"unit": "$bn"}, "fed_peak_exposure_bn": {"unit": "$bn"}, "peak_margin_cash_need_bn": {"unit": "$bn"}, "subsidy_bn": {"unit": "$bn"}, "taxpayer_mean_bn": {"unit": "$bn"}, "taxpayer_loss_probability_pct": {"unit": "%"}, "taxpayer_es95_bn": {"unit": "$bn"}, "unintended_easing_10y_bp": {"unit": "bp"}, "intended_easing_10y_bp": {"unit": "bp"}, "losses_spared_bn": {"unit": "$bn"}};

const SHARES = ["contained_share_pct", "disorderly_share_pct", "spiral_share_pct"];

const NAMES = ["Contained", "Disorderly", "Spiral"];

// ui.words.amounts
function amount(value, unit, signed = false) {
  let digits, sign, text;
  digits = _digits(value, unit);
  text = `${formatted(Math.abs(value), `,.${digits}f`)}`;
  if ((Number(text.replaceAll(",", "")) === 0)) {
    [text, sign] = ["0", ""];
  }
  else {
    sign = ((value < 0) ? "−" : (truth(signed) ? "+" : ""));
  }
  if ((["$bn", "$mn"].includes(unit))) {
    return `${sign}$${text}${unit.slice(1)}`;
  }
  return (truth(unit.startsWith("%")) ? `${sign}${text}%` : `${sign}${text} ${unit}`);
}
function _digits(value, unit) {
  let size;
  size = Math.abs(value);
  if ((["$bn", "$mn"].includes(unit))) {
    return ((size < 1) ? 2 : ((size < 100) ? 1 : 0));
  }
  return ((size < 1000) ? 1 : 0);
}
function listed(items) {
  if ((!truth(items))) {
    return "nothing";
  }
  return ((items.length === 1) ? items[0] : `${items.slice(0, (-1)).join(", ")} and ${items.at((-1))}`);
}

// ui.words.endings
const CASES = 100;
function hundred(means) {
  let by_rest, counts, k, shares;
  shares = SHARES.map((key) => means[key]);
  counts = shares.map((share) => Math.trunc(share));
  by_rest = ordered(span(0, 3), ((k) => [(counts[k] - shares[k]), (-k)]));
  for (k of by_rest.slice(0, (CASES - sumOf(counts)))) {
    counts[k] += 1;
  }
  return [counts[0], counts[1], counts[2]];
}
function spirals(means) {
  let count;
  count = hundred(means).at((-1));
  if ((count === 0)) {
    return ((means[SHARES.at((-1))] === 0) ? "no crisis spirals" : "hardly any crisis spirals");
  }
  return `${count} of 100 crises ${((count === 1) ? "spirals" : "spiral")}`;
}

// ui.words.verdicts
const NO_LOSS = 0.05;
const NO_EASING = 0.5;
const DEAR_BP = 50.0;
function in_words(ruled, names, means) {
  let told;
  told = new _Wording(ruled, Array.from(names), Array.from(means));
  return (_SENTENCES[ruled.kind](told) + _backfiring(told));
}
class _Wording {
  constructor(ruled, names, means) { this.ruled = ruled; this.names = names; this.means = means; }
get first() {
  return this.ruled.policies[0];
}
get name() {
  return this.names[this.first];
}
listed(places) {
  return listed(places.map((k) => this.names[k]));
}
figure(k, key = null) {
  key = (key || this.ruled.reason);
  return ((key === SPIRAL_SHARE.key) ? spirals(this.means[k]) : _FIGURES[key](this.means[k][key]));
}
get instead() {
  let key;
  key = this.ruled.reason;
  if ((key === SPIRAL_SHARE.key)) {
    return `${this.figure(this.first)} instead of ${hundred(this.means[0]).at((-1))}`;
  }
  return `${this.figure(this.first)} instead of ${amount(this.means[0][key], BY_KEY[key].unit)}`;
}
price(k) {
  let eased, easing, lost, tail;
  [tail, easing] = [this.means[k][TAXPAYER_TAIL.key], this.means[k][UNINTENDED_EASING.key]];
  lost = ((tail >= NO_LOSS) ? `the public may lose ${amount(tail, "$bn")}` : "the public loses nothing even in bad cases");
  eased = `, with the 10-year yield ${amount(easing, "bp")} lower`;
  return (lost + ((easing >= NO_EASING) ? eased : ""));
}
}
const _FIGURES = ({[DAYS_DISLOCATED.key]: ((days) => `Treasury prices are out of order for ${amount(days, "days")}`), [PEAK_DISLOCATION.key]: ((gap) => `the 10-year is mispriced by up to ${amount(gap, "bp")}`)});
function _alone(told) {
  let days;
  days = told.figure(0, DAYS_DISLOCATED.key);
  return `Without action ${told.figure(0, SPIRAL_SHARE.key)}, and ${days}. Add a policy to compare.`;
}
function _not_needed(told) {
  let calm, days, mended;
  days = told.means[0][DAYS_DISLOCATED.key];
  mended = `${told.figure(0, DAYS_DISLOCATED.key)} and mend by themselves`;
  calm = ((days < 0.05) ? "Treasury prices stay in order" : mended);
  return `Nothing was needed: without action ${told.figure(0, SPIRAL_SHARE.key)}, and ${calm}${_dear_cash(told)}.`;
}
function _dear_cash(told) {
  let best, spreads, text;
  spreads = told.means.map((means) => means[PEAK_REPO_SPREAD.key]);
  if ((spreads[0] < DEAR_BP)) {
    return "";
  }
  best = minBy(span(0, spreads.length), ((k) => spreads[k]));
  text = `, though cash costs up to ${amount(spreads[0], "bp")} more for a while`;
  if ((spreads[best] > (spreads[0] / 2))) {
    return text;
  }
  return `${text}; ${told.names[best]} keeps that to ${amount(spreads[best], "bp")}`;
}
function _nothing_works(told) {
  return `Nothing here works: without action ${told.figure(0)}, and no policy shown makes it better by more than noise.`;
}
function _backfires(told) {
  let verb;
  verb = ((told.ruled.policies.length === 1) ? "backfires" : "backfire");
  return `${told.listed(told.ruled.policies)} ${verb}: ${told.instead}. Nothing else here helps.`;
}
function _not_worth(told) {
  return `${told.name} helps, but not enough for its price: ${told.instead}, while ${told.price(told.first)}.`;
}
function _tie(told) {
  return `${told.listed(told.ruled.policies)} help alike: ${told.instead} under ${told.name}; which is better is lost in noise.`;
}
function _cheapest(told) {
  let do_, others;
  others = told.ruled.policies.slice(1);
  do_ = ((others.length === 1) ? "does" : "do");
  return `${told.name} is the cheapest that works: ${told.instead}, and ${told.price(told.first)}. ${told.listed(others)} ${do_} no better at a higher price.`;
}
function _best(told) {
  let more;
  more = told.ruled.stronger;
  if ((more === null)) {
    return `${told.name} works best: ${told.instead}, and ${told.price(told.first)}.`;
  }
  return `${told.name} is the best value: ${told.instead}, and ${told.price(told.first)}. ${told.names[more]} does more, but ${told.price(more)}.`;
}
const _SENTENCES = ({["alone"]: _alone, ["not_needed"]: _not_needed, ["nothing_works"]: _nothing_works, ["backfires"]: _backfires, ["not_worth_its_price"]: _not_worth, ["tie"]: _tie, ["cheapest"]: _cheapest, ["best"]: _best});
function _backfiring(told) {
  let worse;
  worse = told.ruled.backfiring;
  if (((told.ruled.kind === "backfires") || (!truth(worse)))) {
    return "";
  }
  return ` ${told.listed(worse)} ${((worse.length === 1) ? "makes" : "make")} it worse.`;
}

// ui.comparison.answer
const NOTHING = 0.05;
function ends_in_words(row) {
  return listed(zipped(row, NAMES).map(([n, name]) => `${n} ${name.toLowerCase()}`));
}
function finding(counts, names) {
  let contained, fewest, first, spiralling;
  spiralling = counts.map((row) => row.at((-1)));
  fewest = minBy(span(0, counts.length), ((k) => spiralling[k]));
  if ((Math.max(...spiralling) === 0)) {
    contained = counts.map((row) => row[0]);
    return `No crisis spirals; ${contained[0]} of 100 stay contained under ${names[0].toLowerCase()}`;
  }
  first = `${spiralling[0]} of 100 crises spiral under ${names[0].toLowerCase()}`;
  return ((spiralling[fewest] === spiralling[0]) ? first : `${first}, ${spiralling[fewest]} under ${names[fewest]}`);
}
function figures_in_words(means, is_none) {
  let kept, lost, spared;
  [lost, spared] = [means[TAXPAYER_TAIL.key], means[LOSSES_SPARED.key]];
  kept = ((Math.abs(spared) >= NOTHING) ? amount(spared, "$bn") : "nothing");
  return [`${hundred(means).at((-1))} of 100`, ((lost >= NOTHING) ? amount(lost, "$bn") : "nothing"), (truth(is_none) ? "–" : kept)];
}

export { DAYS_DISLOCATED, LOSSES_SPARED, PEAK_DISLOCATION, PEAK_REPO_SPREAD, SPIRAL_SHARE, TAXPAYER_TAIL, UNINTENDED_EASING, BY_KEY, SHARES, NAMES, amount, _digits, listed, CASES, hundred, spirals, NO_LOSS, NO_EASING, DEAR_BP, in_words, _Wording, _FIGURES, _alone, _not_needed, _dear_cash, _nothing_works, _backfires, _not_worth, _tie, _cheapest, _best, _SENTENCES, _backfiring, NOTHING, ends_in_words, finding, figures_in_words };

export { worldWith, marketUnder, prepare, recordsOn, judged, samplesOf, meansOf, normalsOf, ascending, FINGERPRINT };
