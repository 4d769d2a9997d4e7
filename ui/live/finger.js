// The answer follows the finger: while a lever moves, sentence, dots and charts are what the market in this browser says.
//
// The levers tell every move (`levers:moved`) and what the server was sent (`levers:sent`). What the server drew is written
// over in place and put back once it has answered; where nothing of this loads, its answer simply stands.

const SOON = 8; // crises shown first
const PAUSE = 20; // ms after which a moving hand rests
const LULL = 150; // ms after which a move is one of its own: crises are asked for at once
const REDRAWN = 250; // ms in which a chart of the server's is drawn
const ENOUGH = 4; // cores; with fewer the server, which is often the same machine, gets them once it is asked
const STYLES = "sb-follow";

let given = null; // what the server sent last: the world, its policies, and how they are counted
let engine = null;
let workers = null;
const moved = new Map(); // levers that the server's answer does not hold yet: value, and the number under which it was sent
const put = new Map(); // what was written over, by element
let judgedPaths = [];
let [frame, rest, last, loading] = [0, 0, 0, null];

export default function finger({ data }) {
  const first = given === null;
  given = data;
  for (const [name, { number }] of moved) if (number && number <= data.heard) moved.delete(name);
  if (first) listen();
  if (moved.size) soon();
  else {
    putBack();
    setTimeout(() => { if (!moved.size) uncover(); }, REDRAWN);
  }
  return leave;
}

// Loading, off the way to the first answer

function load() {
  loading ??= (async () => {
    const base = new URL("../../", document.querySelector('script[src*="static/js/"]').src);
    const files = new URL(given.files, base);
    const loaded = await import(new URL("engine.js", files));
    if (!given || workers) return; // the page was left meanwhile, or left and opened again
    engine = loaded;
    workers = crowd((hear) => {
      const worker = new Worker(new URL("worker.js", files), { type: "module" });
      worker.onmessage = ({ data: message }) => hear(message);
      worker.onerror = standBack;
      return worker;
    }, heard);
    ask(); // for nobody: what has run once runs fast
    document.documentElement.dataset.engine = "ready";
  })().catch(standBack);
}

/** Where anything fails the server's answer stands, as if this were not here. */
function standBack() {
  workers?.end();
  [engine, workers] = [null, null];
  delete document.documentElement.dataset.engine;
  putBack();
  uncover();
}

// Listening

const watch = new MutationObserver(changed);
function listen() {
  document.addEventListener("levers:moved", onMoved);
  document.addEventListener("levers:sent", onSent);
  (window.requestIdleCallback ?? setTimeout)(() => given && load());
}

function leave() {
  document.removeEventListener("levers:moved", onMoved);
  document.removeEventListener("levers:sent", onSent);
  moved.clear();
  putBack();
  uncover();
  workers?.end();
  [given, engine, workers, loading] = [null, null, null, null];
  delete document.documentElement.dataset.engine;
}

function onMoved({ detail: { name, value } }) {
  moved.set(name, { value, number: 0 });
  if (!engine) return load();
  watch.observe(document.querySelector("[data-testid=stMain]"), { childList: true, subtree: true });
  judgedPaths = [];
  workers.leave();
  soon();
  clearTimeout(rest);
  rest = setTimeout(ask, performance.now() - last < LULL ? PAUSE : 0);
  last = performance.now();
}

/** A lever was let go; where the server knows its value already, nothing is awaited. */
function onSent({ detail: { name, number } }) {
  if (!moved.has(name)) return;
  if (number) moved.get(name).number = number;
  else moved.delete(name);
  if (number && cores() < ENOUGH) restWorkers();
  if (moved.size) return;
  putBack();
  uncover();
}

/** Whether what the server drew last holds every move. */
function answered() {
  const awaited = Math.max(0, ...[...moved.values()].map(({ number }) => number || Infinity));
  return awaited <= Number(document.querySelector("[data-heard]")?.dataset.heard ?? 0);
}

/** Something on the page was drawn anew: the server's answer to the last move, or to one before it, which is written over. */
function changed() {
  if (answered()) putBack();
  else if (![...put.keys()].every((element) => element.isConnected)) drawAnswer();
}

// Computing

function worldNow() {
  return engine.worldWith(given.world, Object.fromEntries([...moved].map(([name, { value }]) => [name, value])));
}

function soon() {
  frame ||= requestAnimationFrame(() => {
    frame = 0;
    if (!engine || answered()) return;
    try {
      cover(engine.recordsOn(engine.prepare(worldNow(), given.policies), given.seed, null));
      drawAnswer();
    } catch {
      standBack();
    }
  });
}

function ask() {
  const { policies, seed, paths, counted } = given;
  workers.ask({ world: worldNow(), policies, seed, paths, counted, soon: SOON });
}

function restWorkers() {
  clearTimeout(rest);
  workers?.leave();
}

function heard(judged) {
  if (answered()) return;
  judgedPaths = judged;
  requestAnimationFrame(drawAnswer);
}

// Writing over what the server drew

function write(element, html) {
  if (!element) return;
  const old = put.get(element);
  if (old?.now === html) return;
  put.set(element, { before: old?.before ?? element.innerHTML, now: html });
  element.innerHTML = html;
}

function putBack() {
  watch.disconnect();
  restWorkers();
  for (const [element, { before }] of put) if (element.isConnected) element.innerHTML = before;
  put.clear();
  delete document.documentElement.dataset.follows;
}

function drawAnswer() {
  if (!engine || answered()) return;
  const settled = judgedPaths.length === given.paths;
  document.documentElement.dataset.follows = settled ? "settled" : "settling";
  if (settled) drawSettled();
  else drawSettling();
  watch.takeRecords();
}

const columns = () => given.names.map((_, k) => judgedPaths.map((path) => path[k]));
const part = (selector) => document.querySelector(`[data-testid=stMain] ${selector}`);
const parts = (selector) => document.querySelectorAll(`[data-testid=stMain] ${selector}`);

function drawSettling() {
  const count = judgedPaths.length;
  write(part("[data-count]"), count < SOON ? "settling:" : `settling, ${count} of ${given.paths}:`);
  if (count < SOON) return;
  const rows = columns().map((column) => ended(column, engine.SHARES));
  drawDots(rows, `of ${count} so far`, given.paths);
  for (const cell of parts("[data-answer]")) write(cell, "…");
  for (const cell of parts(".sb-slim b")) write(cell, "…");
}

function drawSettled() {
  const own = columns();
  const means = own.map(engine.meansOf);
  const counts = means.map(engine.hundred);
  const ruled = engine.ruled_on(engine.samplesOf(own, given.criteria, given.weighing.shown), given.weighing);
  write(part(".sb-verdict"), strong(engine.in_words(ruled, given.names, means), given.names));
  write(part("[data-count]"), "100 crises end:");
  drawDots(counts, "of 100", 100);
  const figures = means.map((mean, k) => engine.figures_in_words(mean, k === 0));
  for (const cell of parts("[data-answer]")) {
    write(cell, safe(figures[cell.dataset.policy][given.figures.indexOf(cell.dataset.answer)]));
  }
  parts(".sb-slim b").forEach((cell, k) => write(cell, String(counts[k][2])));
}

function drawDots(counts, of, whole) {
  parts(".sb-dots").forEach((cell, k) => {
    const told = safe(`${engine.ends_in_words(counts[k])} ${of}`);
    write(cell, `<span role="img" aria-label="${told}">${dots(counts[k], given.ends, whole)}</span>`);
  });
}

/** The central path over the charts; what is not in sight costs no frame. */
function cover(records) {
  const places = given.charts.map((chart) => {
    const under = part(`.st-key-${chart.place} [data-testid=stVegaLiteChart]`);
    return { chart, under, box: under?.getBoundingClientRect() }; // all are measured before any is drawn
  });
  for (const { chart, under, box } of places) {
    if (!box || box.bottom < 0 || box.top > innerHeight) continue;
    const { width, height } = box;
    const values = (day) => (chart.row === null ? day[chart.series] : day[chart.series][chart.row]);
    const lines = records.map((record, k) => ({
      ...given.lines[k], values: record.map((day) => chart.times * (values(day) - chart.less)),
    }));
    drawLines(svgIn(covering(under)), lines, given.dates, chart, width, height);
    write(part(`.st-key-${chart.place} .sb-note`), safe(chart.note));
  }
  watch.takeRecords();
}

function covering(under) {
  const place = under.parentElement;
  const own = place.querySelector(`:scope > .${STYLES}`);
  if (own) return own;
  const fresh = document.createElement("div");
  fresh.className = STYLES;
  fresh.setAttribute("aria-hidden", "true");
  place.append(fresh);
  return fresh;
}

/** The server's charts again, and what they show in words. */
function uncover() {
  for (const own of parts(`.${STYLES}`)) own.remove();
}
