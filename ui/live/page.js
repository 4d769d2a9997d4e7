// The sandbox as one file: state in, answer out. `data` is what the file was made with; nothing is ever asked of a network.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const WANTED = 100; // crises that a share and a tail need
const SOON = 8; // crises shown first, faded

// State

const fresh = (scene) => ({ scene, levers: {}, off: [], settings: {} });
let state = fresh(0);
let notes = [];
const sceneNow = () => data.scenes[state.scene];

/** The world as the levers have it. */
const worldNow = (levers = state.levers) => worldWith(data.worlds[sceneNow().world].data, levers);

/** What an invalid world breaks, in words; nothing where it stands. */
function brokenRule(world) {
  const [funds, dealers] = strain(marketUnder(world, []));
  if (funds > 1) return "further, a fund could not meet its own margin and haircut on the first day";
  return dealers > 1 ? "further, dealers' balance sheets could not carry what funds borrow on the first day" : "";
}

/** Policies that are shown, by place, no action first; tools as the settings have them. */
function policiesNow() {
  return sceneNow().policies.map((policy, k) => ({ ...policy, k })).filter((p) => p.k === 0 || !state.off.includes(p.k))
    .map((policy) => ({ ...policy, tools: policy.tools.map((tool, part) => toolNow(policy, tool, part)) }));
}

function toolNow(policy, tool, part) {
  const set = policy.settings.filter((row) => row.part === part && state.settings[`${policy.k}.${row.key}`] !== undefined);
  if (!set.length) return tool;
  const now = structuredClone(tool);
  for (const row of set) {
    const value = state.settings[`${policy.k}.${row.key}`];
    if (row.field === "reserves") now.reserves = [value, value, value];
    else if (row.field.startsWith("start.")) now.start[row.field.slice(6)] = value;
    else now[row.field] = value;
  }
  return now;
}

// The central path, in the same frame

let ready = null;
let central_ = null;
let stale = true;

function prepared_() {
  if (!stale) return;
  stale = false;
  const policies = policiesNow();
  ready = { ...prepare(worldNow(), policies.map((p) => p.tools)), shown: policies };
  central_ = recordsOn(ready, data.seed, null);
}

// A hundred crises, beside it

let answered = [];
const crowded = crowd(startWorker, (judged) => {
  answered = judged;
  requestAnimationFrame(() => drawAnswer());
  if (answered.length === WANTED) remember();
});

function startWorker(hear, current) {
  try {
    const text = ["engine", "worker"].map((id) => $(id).textContent).join("\n");
    const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    worker.onmessage = ({ data: message }) => hear(message);
    return worker;
  } catch {
    return { postMessage: (question) => crises(question, hear, current) };
  }
}

let pause = 0;
/** Ask for crises once the hand rests. */
function askSoon() {
  crowded.leave();
  answered = [];
  document.body.dataset.settled = false;
  clearTimeout(pause);
  pause = setTimeout(() => {
    prepared_();
    crowded.ask({ world: ready.world, policies: ready.policies, seed: data.seed, paths: WANTED, counted: data.counted, soon: SOON });
  }, 20);
}

// Drawing

let frame = 0;
/** Everything that follows a movement: the central path now, the crises soon. */
function moved() {
  stale = true;
  askSoon();
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    prepared_();
    drawCharts();
    drawAnswer();
  });
}

let tabled = null; // for which central path the table was drawn while crises were still coming

function drawAnswer() {
  const settled = answered.length >= WANTED;
  document.body.dataset.settled = settled;
  $("settling").textContent = settled ? `${WANTED} crises, seed ${data.seed}` : `settling: ${answered.length} of ${WANTED} crises`;
  if (answered.length < SOON) return;
  const names = ready.shown.map((p) => p.name);
  const columns = names.map((_, k) => answered.map((path) => path[k]));
  if (!settled) {
    drawEnds(columns.map((column) => ended(column, SHARES)), names.map((_, k) => ["…", "…", k ? "…" : "–"]), `of ${answered.length} so far`);
    if (tabled !== central_) drawTable(null);
    tabled = central_;
    return;
  }
  const means = columns.map(meansOf);
  const counts = means.map(hundred);
  const ruled = ruled_on(samplesOf(columns, data.criteria, data.weighing.shown), data.weighing);
  $("verdict").innerHTML = strong(in_words(ruled, names, means), names);
  $("found").textContent = finding(counts, names);
  drawEnds(counts, means.map((own, k) => figures_in_words(own, k === 0)), "of 100");
  drawTable(means);
}

function drawEnds(counts, figures, of) {
  const rows = ready.shown.map((policy, k) => {
    const cells = figures[k].map((t) => `<span role="cell" class="sb-afig">${safe(t)}</span>`).join("");
    return `<div role="row" class="sb-end" style="--c:${policy.colour}"><span role="rowheader" class="sb-who">${sign(policy)}<b>${safe(policy.name)}</b></span>`
      + `<span role="cell" class="sb-dots"><span role="img" aria-label="${safe(`${ends_in_words(counts[k])} ${of}`)}">${dots(counts[k], data.ends, WANTED)}</span></span>${cells}</div>`;
  });
  $("ends").querySelectorAll(".sb-end:not(.sb-end-head)").forEach((row) => row.remove());
  $("ends").insertAdjacentHTML("beforeend", rows.join(""));
}

const sign = (policy) => `<svg class="sb-swatch" viewBox="0 0 32 11" aria-hidden="true"><line x1="1" x2="31" y1="5.5" y2="5.5" stroke="${policy.colour}" stroke-width="3" stroke-dasharray="${policy.dash}"/></svg>`;

const TALL = 210;

// A chart is drawn while it is in sight: what nobody sees costs no frame.
const inSight = new Set();
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) inSight[isIntersecting ? "add" : "delete"](target.id);
  if (ready) drawCharts();
}, { rootMargin: "200px" });
for (const chart of data.charts) watch.observe($(`chart-${chart.key}`));
watch.observe($("film"));

function drawCharts() {
  const seen = data.charts.filter(({ key }) => inSight.has(`chart-${key}`));
  const places = seen.map(({ key }) => $(`chart-${key}`));
  const widths = places.map((place) => Math.max(place.clientWidth || 0, 280)); // all are measured before any is drawn
  seen.forEach((chart, n) => {
    const lines = ready.shown.map((policy, k) => ({ ...policy, values: central_[k].map((day) => valueOf(day, chart)) }));
    drawChart(places[n], chart, lines, widths[n]);
  });
  drawDays();
  drawFilm();
}

/** The central path of every policy as a film. */
function drawFilm() {
  if (!inSight.has("film")) return;
  const { dealers, funding } = ready.world;
  const setting = film.FilmSetting(dealers.unhurried_share, funding.slack_bn, funding.recycled_share);
  const sizes = [0, ...ready.courses.auction_size];
  const films = ready.shown.map((policy, k) => ({ ...policy, frames: film.frames_of(setting, central_[k], sizes) }));
  film.shown($("film"), { dates: data.worlds[sceneNow().world].dates, films });
}

const valueOf = (day, chart) => (chart.row === null ? day[chart.series] : day[chart.series][chart.row]);

function drawChart(at, chart, lines, wide) {
  const svg = svgIn(at);
  drawLines(svg, lines, data.worlds[sceneNow().world].dates, chart, wide, TALL);
  const peaks = lines.map(({ name, values }) => `${name} ${amount(Math.max(...values), chart.unit)}`).join(", ");
  const told = $(`peak-${chart.key}`);
  if (told.dataset.peaks === peaks) return;
  told.dataset.peaks = peaks;
  told.textContent = `Highest on the central path: ${peaks}.`;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${chart.title} by day on the central path. Highest: ${peaks}.`);
}

function drawTable(means) {
  const rows = $("central").checked || !means ? centralValues() : means;
  const mean = !$("central").checked && means;
  $("table-note").textContent = mean
    ? `Means over ${WANTED} crises, the same shocks for every policy.`
    : "The central path: severity one, no noise. Rates after the crisis are drawn as everywhere.";
  const head = `<tr><th scope="col">Outcome</th>${ready.shown.map((p) => `<th scope="col">${safe(p.name)}</th>`).join("")}</tr>`;
  const body = data.outcomes.map((row) => `<tr><th scope="row" title="${safe(row.about)}">${safe(row.title)}, ${safe(row.unit)}</th>${rows.map((r) => `<td>${formatted(r[row.key], ",.2f").replace(/^-(0\.00)$/, "$1").replace("-", "−")}</td>`).join("")}</tr>`);
  $("table").innerHTML = `<thead>${head}</thead><tbody>${body.join("")}</tbody>`;
}

const centralValues = () => judged(ready, data.counted, data.centralSeed, null, central_).map((one) => meansOf([one]));

function drawDays() {
  if (!$("days").open) return;
  const dates = data.worlds[sceneNow().world].dates;
  const head = data.charts.map((c) => ready.shown.map((p) => `<th scope="col">${safe(c.title)}, ${safe(c.unit)}: ${safe(p.name)}</th>`).join("")).join("");
  const body = dates.map((date, d) => `<tr><th scope="row">${safe(date)}</th>${data.charts.map((c) => central_.map((record) => `<td>${formatted(valueOf(record[d], c), ",.1f").replace("-", "−")}</td>`).join("")).join("")}</tr>`);
  $("day-table").innerHTML = `<thead><tr><th scope="col">Day</th>${head}</tr></thead><tbody>${body.join("")}</tbody>`;
}

// Controls

function drawControls() {
  const scene = sceneNow();
  const world = data.worlds[scene.world];
  $("scene").value = String(state.scene);
  $("about").textContent = world.summary;
  $("levers").innerHTML = world.levers.map((lever) => control(`lever:${lever.name}`, lever, state.levers[lever.name] ?? lever.value)).join("");
  $("policies").innerHTML = scene.policies.map((policy, k) => {
    const own = policy.settings.map((row) => control(`setting:${k}.${row.key}`, row, state.settings[`${k}.${row.key}`] ?? row.value)).join("");
    const box = k === 0 ? "" : `<input type="checkbox" id="on:${k}" data-on="${k}" ${state.off.includes(k) ? "" : "checked"}>`;
    const fold = own ? `<details><summary>Settings of ${safe(policy.name)}</summary>${own}</details>` : "";
    return `<div class="policy"><label${k === 0 ? "" : ` for="on:${k}"`}>${box}${sign(policy)}<b>${safe(policy.name)}</b></label><p class="small">${safe(policy.about)}</p>${fold}</div>`;
  }).join("");
}

function control(id, row, value) {
  const typed = `<input type="number" data-for="${safe(id)}" aria-label="${safe(row.label)}, ${safe(row.unit)}, typed" min="${row.low}" max="${row.high}" step="any" value="${value}">`;
  return `<div class="lever"><label for="${safe(id)}">${safe(row.label)} <span class="unit">${safe(row.unit)}</span></label>`
    + `<div class="pair"><input type="range" id="${safe(id)}" data-for="${safe(id)}" min="${row.low}" max="${row.high}" step="${row.step}" value="${value}" title="${safe(row.about)}">${typed}</div><p class="bound small" data-bound="${safe(id)}" role="status"></p></div>`;
}

const rowOf = (id) => {
  const [kind, name] = [id.slice(0, id.indexOf(":")), id.slice(id.indexOf(":") + 1)];
  if (kind === "lever") return { kind, name, row: data.worlds[sceneNow().world].levers.find((l) => l.name === name) };
  const [k, key] = [Number(name.split(".")[0]), name.slice(name.indexOf(".") + 1)];
  return { kind, name, row: sceneNow().policies[k]?.settings.find((s) => s.key === key) };
};

/** A lever or setting takes a value, or the nearest that the world allows; why it stopped is said beneath it. */
function take(id, asked_) {
  const { kind, name, row } = rowOf(id);
  const [value, why] = allowed_(kind, name, row, asked_);
  const place = kind === "lever" ? state.levers : state.settings;
  if (value === row.value) delete place[name];
  else place[name] = value;
  const bound = document.querySelector(`[data-bound="${CSS.escape(id)}"]`);
  if (bound && bound.textContent !== why) bound.textContent = why;
  return value;
}

function allowed_(kind, name, row, asked_) {
  if (!Number.isFinite(asked_)) return [row.value, `A number is needed, from ${row.low} to ${row.high}.`];
  let value = Math.min(Math.max(asked_, row.low), row.high);
  let why = value === asked_ ? "" : `From ${row.low} to ${row.high} ${row.unit}.`;
  if (row.whole) value = Math.round(value);
  if (kind !== "lever") return [value, why];
  const broken = brokenRule(worldNow({ ...state.levers, [name]: value }));
  if (!broken) return [value, why];
  let good = state.levers[name] ?? row.value;
  for (let k = 0; k < 24; k += 1) {
    const middle = (good + value) / 2;
    if (brokenRule(worldNow({ ...state.levers, [name]: middle }))) value = middle;
    else good = middle;
  }
  return [Math.trunc(good / row.step * 10) * row.step / 10 || good, `It ends here: ${broken}.`];
}

document.addEventListener("input", ({ target }) => {
  const id = target.dataset.for;
  if (!id || target.value === "") return;
  const value = take(id, Number(target.value));
  for (const other of document.querySelectorAll(`[data-for="${CSS.escape(id)}"]`)) if (other !== target || target.type === "range") other.value = value;
  moved();
});
document.addEventListener("change", ({ target }) => {
  if (target.dataset.for) for (const one of document.querySelectorAll(`[data-for="${CSS.escape(target.dataset.for)}"]`)) {
    const { kind, name, row } = rowOf(target.dataset.for);
    one.value = (kind === "lever" ? state.levers : state.settings)[name] ?? row.value;
  }
  if (target.dataset.on) {
    const k = Number(target.dataset.on);
    state.off = target.checked ? state.off.filter((o) => o !== k) : [...state.off, k].sort((a, b) => a - b);
    moved();
  }
  if (target.id === "scene") opened(fresh(Number(target.value)));
  if (target.id === "central") drawAnswer();
});
document.addEventListener("click", ({ target }) => {
  const step = target.closest("[data-scene]");
  if (step) {
    opened(fresh(Number(step.dataset.scene)));
    $("top").scrollIntoView({ behavior: "instant" });
    $("verdict").focus();
  }
  const choice = target.closest("[data-choice]");
  if (choice) answerStep(choice);
  if (target.id === "reset") opened(fresh(state.scene));
  if (target.id === "copy") copyLink();
});
$("days").addEventListener("toggle", () => drawDays());
addEventListener("resize", () => drawCharts());

function answerStep(choice) {
  const step = choice.closest("[data-step]");
  const right = choice.dataset.choice === step.dataset.truth;
  step.querySelector(".reveal").hidden = false;
  step.querySelector(".said").textContent = right ? "✓ Right." : "✗ Not here.";
}

async function copyLink() {
  remember();
  const done = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
  $("copied").textContent = done ? "Copied." : "The link is in the address bar.";
}

function opened(next) {
  state = next;
  drawControls();
  moved();
}

// Links

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const TABLE = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c; });
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
const fourBytes = (n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const letters = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** The state as the part of the address after #: a checksum and what differs. */
function packed() {
  const bytes = [...new TextEncoder().encode(JSON.stringify({ engine: FINGERPRINT, marks: sceneNow().marks, scene: sceneNow().key, levers: state.levers, off: state.off, settings: state.settings }))];
  return letters([...fourBytes(crc32(bytes)), ...bytes]);
}

function remember() {
  const bare = !Object.keys(state.levers).length && !state.off.length && !Object.keys(state.settings).length && state.scene === 0;
  history.replaceState(null, "", bare ? location.pathname + location.search : `#${packed()}`);
  $("full").href = fullLink();
}

/** The state of an address; what is damaged, unknown or out of bounds is refused in words and the rest kept. */
function restored(hash) {
  notes = [];
  if (!hash) return fresh(0);
  let given;
  try {
    if ([...hash].some((c) => !ALPHABET.includes(c)) || hash.length > 20000) throw new Error("letters");
    const bytes = Uint8Array.from(atob(hash.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const body = bytes.slice(4);
    if (fourBytes(crc32(body)).some((b, k) => b !== bytes[k])) throw new Error("checksum");
    given = JSON.parse(new TextDecoder().decode(body));
  } catch {
    notes.push("The link is damaged: a part is missing or was changed; copy it again, whole. The sandbox opens as it was made.");
    return fresh(0);
  }
  const scene = data.scenes.findIndex((s) => s.key === given.scene);
  if (scene < 0) {
    notes.push(`The link asks for “${String(given.scene).slice(0, 60)}”, which is not in this file; ${data.scenes[0].title} is shown.`);
    return fresh(0);
  }
  const next = fresh(scene);
  state = next;
  readInto(next.levers, given.levers, "lever");
  readInto(next.settings, given.settings, "setting");
  if (Array.isArray(given.off)) next.off = given.off.filter((k) => Number.isInteger(k) && k > 0 && k < sceneNow().policies.length);
  compareEngines(given);
  return next;
}

function readInto(place, values, kind) {
  for (const [name, value] of Object.entries(values && typeof values === "object" ? values : {})) {
    const { row } = rowOf(`${kind}:${name}`);
    if (!row) notes.push(`“${name.slice(0, 60)}” of the link is not known here and is left out.`);
    else if (typeof value !== "number" || !(value >= row.low && value <= row.high))
      notes.push(`${row.label} = ${String(value).slice(0, 30)} of the link is out of bounds: from ${row.low} to ${row.high} ${row.unit}; ${row.value} is kept.`);
    else if (kind === "lever" && brokenRule(worldNow({ ...place, [name]: value })))
      notes.push(`${row.label} = ${value} of the link is refused: ${brokenRule(worldNow({ ...place, [name]: value }))}; ${row.value} is kept.`);
    else place[name] = value;
  }
}

/** Where the link was made by another engine: what has changed since. */
function compareEngines(given) {
  if (given.engine === FINGERPRINT) return;
  const then = given.marks && typeof given.marks === "object" ? given.marks : {};
  const changed = Object.entries(sceneNow().marks).filter(([kind, mark]) => then[kind] !== mark).map(([kind]) => data.titles[kind] ?? kind);
  const what = changed.length ? `numbers differ under ${listed(changed)}` : "its headline numbers are the same";
  notes.push(`The link was made by another version of the market (${String(given.engine).slice(0, 12)}; this is ${FINGERPRINT}): ${what}.`);
}

/** The link that opens this state in the full sandbox: its document in a stored deflate block behind a checksum. */
function fullLink() {
  const world = data.worlds[sceneNow().world];
  const quoted = (text) => `"${text.replace(/[\\"]/g, "\\$&")}"`;
  const changes = { ...world.changes, ...state.levers };
  const lines = [
    `model_version = ${data.modelVersion}`, `episode = ${quoted(world.episode)}`,
    `policies = [${policiesNow().map((p) => quoted(specOf(p))).join(", ")}]`, `paths = ${WANTED}`, `seed = ${data.seed}`,
    ...(Object.keys(changes).length ? ["[world]", ...Object.entries(changes).map(([n, v]) => `${quoted(n)} = ${JSON.stringify(v)}`)] : []),
    "[fingerprints]", `${quoted(world.episode)} = ${quoted([...new Set(Object.values(sceneNow().marks))].join(" "))}`,
  ];
  const body = new TextEncoder().encode(`${lines.join("\n")}\n`);
  const size = [body.length & 255, body.length >> 8];
  const block = [1, ...size, ...size.map((b) => b ^ 255), ...body];
  return `${data.app}?s=${letters([...fourBytes(crc32(block)), ...block])}`;
}

/** A policy as the full sandbox reads it. */
function specOf(policy) {
  const parts = policy.parts.map((part, n) => {
    const given = { ...part.given };
    for (const row of policy.settings.filter((r) => r.part === n)) {
      const value = state.settings[`${policy.k}.${row.key}`];
      if (value === undefined) continue;
      if (row.field.startsWith("start.")) {
        const start = policy.tools[n].start;
        given.start = `${data.metrics[start.metric]}.${start.above ? "above" : "below"}.${start.level}.for.${start.days}`;
      } else given[row.key.slice(row.key.indexOf(".") + 1)] = String(value);
    }
    const text = Object.entries(given).map(([k, v]) => `${k}=${v}`).join(",");
    return text ? `${part.name}:${text}` : part.name;
  });
  return (policy.label ? `${policy.label}=` : "") + parts.join("+");
}

function openAddress() {
  const next = restored(location.hash.slice(1));
  opened(next);
  $("notes").innerHTML = notes.map((n) => `<p>${safe(n)}</p>`).join("");
}
addEventListener("hashchange", openAddress);
openAddress();
remember();
