// The top levers: drawn, clamped and explained here, answered by the server with a validated new state.
//
// A native range and a native number input a lever. Every move is told to the page as an event `levers:moved` with all
// values, so that whatever computes in the browser can follow the finger; letting go is sent to the server, which is told as
// an event `levers:sent`.

const SETTLES = 90; // ms a key press waits for the next one
const FORGETS = 4000; // ms after which an unanswered value gives way to the server's
const boxes = new WeakMap();
let number = 0; // of the last value sent; the answer repeats it

export default function levers({ data, parentElement, setTriggerValue }) {
  const root = parentElement;
  let box = boxes.get(root);
  if (!box) {
    box = { element: document.createElement("div"), rows: new Map() };
    box.element.className = "levers";
    root.appendChild(box.element);
    boxes.set(root, box);
  }
  number = Math.max(number, data.heard); // this may be a fresh module in an old session
  box.send = (row) => send(box, row, setTriggerValue);
  const names = data.levers.map((lever) => lever.name);
  for (const [name, row] of box.rows) {
    if (!names.includes(name)) {
      clearTimeout(row.timer);
      row.element.remove();
      box.rows.delete(name);
    }
  }
  data.levers.forEach((lever, place) => {
    const row = box.rows.get(lever.name) ?? newRow(box, lever);
    if (box.element.children[place] !== row.element) {
      box.element.insertBefore(row.element, box.element.children[place] ?? null);
    }
    update(row, lever, data.heard);
  });
  document.documentElement.dataset.levers = "live";
  return () => box.rows.forEach((row) => clearTimeout(row.timer));
}

// One lever

function newRow(box, lever) {
  const id = `lever-${lever.name.replaceAll(".", "-")}`;
  const element = document.createElement("div");
  element.className = "lever";
  element.dataset.lever = id;
  element.setAttribute("role", "group");
  element.innerHTML = `
    <div class="head">
      <label for="${id}"></label>
      <button type="button" class="about" aria-expanded="false" aria-controls="${id}-about">?</button>
    </div>
    <div class="box">
      <button type="button" class="less" tabindex="-1" aria-hidden="true">−</button>
      <span class="before" aria-hidden="true"></span>
      <input type="number" step="any" inputmode="decimal">
      <span class="after" aria-hidden="true"></span>
      <button type="button" class="more" tabindex="-1" aria-hidden="true">+</button>
      <button type="button" class="back"></button>
      <button type="button" class="use" hidden></button>
    </div>
    <div class="track">
      <div class="rail"><i class="used"></i></div>
      <div class="ticks" aria-hidden="true"></div>
      <input type="range" id="${id}" step="any" aria-describedby="${id}-end">
    </div>
    <p class="words" aria-hidden="true"></p>
    <p class="end" id="${id}-end" aria-live="polite"></p>
    <p class="help" id="${id}-about" hidden></p>`;
  const part = (selector) => element.querySelector(selector);
  const row = {
    element, lever, sent: 0, sentAt: 0, held: false, timer: 0, refused: "",
    label: part("label"), range: part("[type=range]"), box: part("[type=number]"), words: part(".words"),
    end: part(".end"), use: part(".use"), back: part(".back"), about: part(".about"), help: part(".help"),
    rail: part(".rail"), used: part(".used"), ticks: part(".ticks"), before: part(".before"), after: part(".after"),
    value: lever.value,
  };
  row.range.addEventListener("pointerdown", () => { row.held = true; });
  row.range.addEventListener("input", () => move(row, snapped(row, Number(row.range.value))));
  const letGo = () => { if (row.held) settle(box, row, 0); row.held = false; };
  row.range.addEventListener("change", () => { row.held = true; letGo(); });
  // A thumb that ends where it began is no change to a browser, but it was let go.
  for (const event of ["pointerup", "pointercancel"]) row.range.addEventListener(event, () => setTimeout(letGo));
  row.range.addEventListener("keydown", (event) => pressed(box, row, event));
  row.box.addEventListener("keydown", (event) => pressed(box, row, event));
  row.box.addEventListener("change", () => typed(box, row));
  part(".less").addEventListener("click", () => { step(row, -1); settle(box, row, SETTLES); });
  part(".more").addEventListener("click", () => { step(row, 1); settle(box, row, SETTLES); });
  row.back.addEventListener("click", () => { move(row, row.lever.base); settle(box, row, 0); });
  row.use.addEventListener("click", () => { move(row, Number(row.use.value)); settle(box, row, 0); row.range.focus(); });
  row.about.addEventListener("click", () => {
    row.help.hidden = !row.help.hidden;
    row.about.setAttribute("aria-expanded", String(!row.help.hidden));
  });
  box.rows.set(lever.name, row);
  return row;
}

function update(row, lever, heard) {
  row.lever = lever;
  const [before, after] = lever.unit;
  row.label.textContent = lever.label;
  row.element.setAttribute("aria-label", lever.label);
  row.box.setAttribute("aria-label", `${lever.label}, as a number`);
  row.about.setAttribute("aria-label", `What “${lever.label}” means`);
  row.help.textContent = lever.about;
  row.before.textContent = before;
  row.after.textContent = after;
  row.range.min = lever.left;
  row.range.max = lever.right;
  row.box.min = lever.low;
  row.box.max = lever.high;
  row.element.classList.toggle("free", !lever.ruled);
  row.back.textContent = `Back to ${worded(lever, lever.base)}`;
  drawTrack(row);
  const waits = row.sent > heard && performance.now() - row.sentAt < FORGETS;
  if (!row.held && !row.timer && !waits) {
    row.refused = lever.refused;
    show(row, lever.value);
  } else {
    show(row, clamped(lever, row.value));
  }
}

function drawTrack(row) {
  const { left, right, low, high, ticks } = row.lever;
  const at = (value) => `${(100 * (value - left)) / (right - left || 1)}%`;
  row.used.style.left = at(low);
  row.used.style.right = `calc(100% - ${at(high)})`;
  row.ticks.replaceChildren(
    ...ticks.map((tick) => {
      const mark = document.createElement("i");
      mark.style.left = at(tick.at);
      mark.title = tick.text;
      return mark;
    }),
  );
}

// Values

const clamped = (lever, value) => Math.min(Math.max(value, lever.low), lever.high);
const tidy = (value) => Number(value.toPrecision(12));

function snapped(row, value) {
  const { grid, low, high } = row.lever;
  return clamped(row.lever, value > high - grid / 2 ? high : value < low + grid / 2 ? low : tidy(Math.round(value / grid) * grid));
}

function step(row, count) {
  const { step: size } = row.lever;
  const steps = row.value / size;
  const next = count > 0 ? Math.floor(steps + 1e-6) + count : Math.ceil(steps - 1e-6) + count;
  move(row, clamped(row.lever, tidy(next * size)));
}

function pressed(box, row, event) {
  const { low, high } = row.lever;
  const typing = event.target === row.box;
  const keys = {
    ArrowUp: () => step(row, 1), ArrowDown: () => step(row, -1), PageUp: () => step(row, 5), PageDown: () => step(row, -5),
    ...(typing ? {} : {
      ArrowRight: () => step(row, 1), ArrowLeft: () => step(row, -1), Home: () => move(row, low), End: () => move(row, high),
    }),
  };
  const act = keys[event.key];
  if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  act();
  settle(box, row, SETTLES);
}

function typed(box, row) {
  const { low, high, ends } = row.lever;
  const value = Number(row.box.value);
  if (row.box.value.trim() === "" || !Number.isFinite(value)) return show(row, row.value);
  if (value >= low && value <= high) {
    move(row, value);
    return settle(box, row, 0);
  }
  const nearest = value < low ? low : high;
  const why = ends[value < low ? 0 : 1] || `${worded(row.lever, nearest)} is the ${value < low ? "least" : "most"}`;
  row.box.setAttribute("aria-invalid", "true");
  refuse(row, `${worded(row.lever, value)} is refused: ${why}`, nearest);
}

// What is shown and sent

function move(row, value) {
  row.refused = "";
  show(row, value);
  tell(row, "levers:moved");
}

/** Tell the page where a lever stands; with the number under which the server was sent that, 0 where it knows it already. */
function tell(row, event, number) {
  const detail = { name: row.lever.name, value: row.value, number };
  row.element.dispatchEvent(new CustomEvent(event, { bubbles: true, composed: true, detail }));
}

function show(row, value) {
  const { lever } = row;
  row.value = value;
  row.range.value = value;
  const text = String(tidy(Number(value.toFixed(lever.digits + 1))));
  if (row.box.value !== text) row.box.value = text;
  row.box.removeAttribute("aria-invalid");
  const words = lever.bands.find((band) => value <= band.upto)?.text ?? "";
  row.words.textContent = words;
  row.range.setAttribute("aria-valuetext", [worded(lever, value), words].filter(Boolean).join(", "));
  row.back.hidden = value === lever.base;
  row.use.hidden = true;
  row.end.textContent = sentence(row.refused || (lever.ends.find(Boolean) ?? ""));
  row.end.classList.toggle("refused", Boolean(row.refused));
}

const sentence = (text) => text && `${text[0].toUpperCase()}${text.slice(1)}.`;

function refuse(row, text, nearest) {
  row.end.textContent = sentence(text);
  row.end.classList.add("refused");
  row.back.hidden = true;
  row.use.hidden = false;
  row.use.value = nearest;
  row.use.textContent = `Use ${worded(row.lever, nearest)}`;
}

function worded(lever, value) {
  const digits = lever.digits + 1;
  return `${lever.unit[0]}${value.toLocaleString("en-US", { maximumFractionDigits: digits })}${lever.unit[1]}`;
}

function settle(box, row, wait) {
  clearTimeout(row.timer);
  row.timer = setTimeout(() => {
    row.timer = 0;
    box.send(row);
  }, wait);
}

function send(box, row, setTriggerValue) {
  const needed = row.value !== row.lever.value || row.sent > 0;
  number += Number(needed);
  tell(row, "levers:sent", needed ? number : 0);
  if (!needed) return;
  row.sent = number;
  row.sentAt = performance.now();
  setTriggerValue("moved", { name: row.lever.name, value: row.value, number });
}
