// The remote control of a talk: a clicker's keys, buttons, the timer, and the other window of the same talk.
//
// A press moves at once here and in the other window; the server is told where the talk stands, and draws it. Both
// windows count turns, so that the later move wins; a window that was opened or loaded anew asks where the talk stands.

const TYPING = 1200; // ms a typed number waits for its next digit
const NAME = "backstop.talk";

const FORWARD = [" ", "ArrowRight", "ArrowDown", "PageDown", "Enter"];
const BACK = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
const BLANK = ["b", "B", "."];

// What outlives a redraw of the page
const own = {
  id: Math.random().toString(36).slice(2), visit: null, at: null, turn: 0, number: 0, blank: false, channel: null,
  followed: null, // the other window’s screen, until the server has answered
};
let stage = null;

export default function remote({ data, parentElement, setTriggerValue }) {
  if (stage?.root !== parentElement) {
    stage?.close();
    stage = opened(parentElement);
  }
  stage.data = data;
  stage.say = setTriggerValue;
  if (own.visit !== data.visit) { // a session of its own knows nothing of what was sent before
    own.visit = data.visit;
    own.number = 0;
    own.at = null;
  }
  take(data);
  show();
  if (!stage.fading) awake();
  const mine = stage;
  return () => {
    if (stage !== mine) return; // closed when another took its place
    stage = null;
    mine.close();
  };
}

function opened(root) {
  const ends = new AbortController();
  const on = (target, event, act, options = {}) => target.addEventListener(event, act, { ...options, signal: ends.signal });
  const opening = { root, typed: "", close: () => {} };
  on(document, "keydown", pressed, { capture: true });
  for (const event of ["pointermove", "pointerdown", "keydown", "focusin"]) on(document, event, awake, { passive: true });
  on(document, "pointerup", freed);
  const ticks = setInterval(tick, 250);
  opening.close = () => {
    ends.abort();
    clearInterval(ticks);
    clearTimeout(opening.fading);
    clearTimeout(opening.reading);
    document.documentElement.classList.remove("stage-idle");
    cover(false);
    own.channel?.close();
    own.channel = null;
  };
  return opening;
}

// Where the talk stands

const same = (one, other) => one !== null && other !== null && one.slide === other.slide
  && one.screen === other.screen && one.answered.join() === other.answered.join();
const asks = (slide) => stage.data.slides[slide - 1]?.asks ?? false;
const waits = (at) => asks(at.slide) && !at.answered.includes(at.slide);
const count = () => stage.data.slides.length;

function take(data) {
  const first = own.at === null;
  if (own.number > data.heard) return; // the server has not answered the last move yet
  own.followed = null;
  const moved = !same(own.at, data.position);
  own.at = data.position;
  join(data.talk || name());
  if (first) tell({ asks: true });
  else if (moved) announce(); // by the browser's Back, or a lever on the slide
}

function go(slide, answered = own.at.answered) {
  const at = { ...own.at, slide: Math.min(Math.max(slide, 1), count()), answered };
  if (same(at, own.at)) return;
  own.at = at;
  announce();
  sent();
}

function sent() {
  own.number += 1;
  const { slide, answered } = own.at;
  stage.say("went", { slide, answered, number: own.number, ...(own.followed && { screen: own.followed }) });
  show();
}

const acts = {
  forward: () => (waits(own.at) ? acts.answer() : go(own.at.slide + 1)),
  back: () => go(own.at.slide - 1),
  first: () => go(1),
  last: () => go(count()),
  answer: () => {
    const { slide, answered } = own.at;
    if (!asks(slide)) return;
    const shown = answered.includes(slide);
    go(slide, shown ? answered.filter((k) => k !== slide) : [...answered, slide].sort((a, b) => a - b));
  },
  blank: () => blanked(!own.blank),
  presenter: () => window.open(presenters(), `presenter-${name()}`),
  full: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  leave: () => stage.say("leave", Date.now()),
};

function blanked(on, told = true) {
  own.blank = on;
  if (told) announce();
  show();
}

// The other window

const presents = () => stage.data.talk !== "";

function name() {
  if (presents()) return stage.data.talk;
  try {
    const kept = sessionStorage.getItem(NAME) ?? crypto.getRandomValues(new Uint32Array(3)).join("-");
    sessionStorage.setItem(NAME, kept);
    return kept;
  } catch {
    return own.id; // a browser that keeps nothing
  }
}

function presenters() {
  const address = new URL(location.href);
  address.searchParams.set("presenter", name());
  return address.href;
}

function join(talk) {
  if (own.channel?.name === NAME + talk) return;
  own.channel?.close();
  own.channel = new BroadcastChannel(NAME + talk);
  own.channel.onmessage = ({ data }) => heard(data);
}

const tell = (message) => own.channel?.postMessage({ ...message, id: own.id });

function announce() {
  own.turn += 1;
  repeat();
}

const repeat = () => tell({ at: own.at, blank: own.blank, turn: own.turn });

function heard(message) {
  if (stage === null || own.at === null) return;
  if (message.asks) return repeat();
  if (message.turn < own.turn || (message.turn === own.turn && message.id <= own.id)) return;
  own.turn = message.turn;
  own.blank = message.blank;
  if (!same(message.at, own.at)) {
    if (message.at.screen !== own.at.screen) own.followed = message.at.screen;
    own.at = message.at;
    sent();
  }
  show();
}

// Keys

function pressed(event) {
  const target = event.composedPath()[0];
  if (event.ctrlKey || event.metaKey || event.altKey || own.at === null) return;
  if (own.blank && !["Shift", "Tab"].includes(event.key)) return taken(event, () => blanked(false)); // any key brings the slide back
  if (target.matches?.("input, textarea, select, [contenteditable=true], [role=slider], [role=combobox]")) {
    if (event.key === "Escape") taken(event, () => target.blur()); // back from a lever to the slides
    return;
  }
  if ([" ", "Enter"].includes(event.key) && target.matches?.("a, button, summary, [role=button]")) return;
  const does = act(event);
  if (does) taken(event, does);
}

function act(event) {
  const { key, shiftKey } = event;
  if (/^[0-9]$/.test(key)) return () => digit(key);
  if (key === "Enter" && stage.typed) return numbered;
  if (key === " " && shiftKey) return acts.back;
  if (FORWARD.includes(key)) return acts.forward;
  if (BACK.includes(key)) return acts.back;
  if (BLANK.includes(key)) return acts.blank;
  const named = { home: acts.first, end: acts.last, a: acts.answer, f: acts.full };
  const audience = presents() ? {} : { n: acts.presenter, escape: acts.leave };
  return { ...named, ...audience }[key.toLowerCase()];
}

function taken(event, does) {
  event.preventDefault();
  event.stopPropagation();
  does();
}

// A number is read as soon as no further digit could belong to it.
function digit(key) {
  clearTimeout(stage.reading);
  stage.typed += key;
  if (Number(stage.typed) * 10 > count()) return numbered();
  stage.reading = setTimeout(numbered, TYPING);
}

function numbered() {
  clearTimeout(stage.reading);
  const slide = Number(stage.typed);
  stage.typed = "";
  if (slide >= 1 && slide <= count()) go(slide);
}

// A control that was used by hand gives the keys back to the slides.
function freed(event) {
  const target = event.composedPath()[0];
  if (target.matches?.("input[type=range], button, a")) setTimeout(() => target.blur(), 0);
}
