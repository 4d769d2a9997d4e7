// What the remote control of a talk shows: its buttons, the timer, and the dark screen of a blank.
//
// Stands before remote.js in one script; `stage` and `own` are there.

const IDLE = 2500; // ms without a move of anybody's hand after which the controls fade
const CLOCK = "backstop.clock";

const BAR = `
  <div class="bar" role="toolbar" aria-label="Slides">
    <button type="button" data-act="back" title="← or Page Up">Back</button>
    <button type="button" data-act="forward" title="Space, → or Page Down: the answer first, then the next slide">Next</button>
    <button type="button" data-act="answer" title="A: shows or hides the answer">Answer</button>
    <button type="button" data-act="blank" title="B or the full stop: a dark screen, until any key">Blank</button>
    <label><span class="unseen">Slide</span><select title="Home, End, or a slide's number"></select></label>
    <button type="button" data-act="presenter" title="N: notes, time and the next slide in a window of their own, for a screen that the room does not see">Presenter's window</button>
    <button type="button" data-act="full" title="F: the whole screen">Full screen</button>
    <button type="button" data-act="leave" class="quiet" title="Esc">Leave</button>
  </div>`;
const TIMER = `
  <div class="timer" role="group" aria-label="Time">
    <output class="spent" aria-label="Since the start">0:00</output>
    <span class="on"></span><span class="now"></span>
    <button type="button" data-clock="pause">Pause</button>
    <button type="button" data-clock="restart">From zero</button>
    <strong class="dark" role="status" hidden>The room's screen is dark. Any key brings it back.</strong>
  </div>`;

function build() {
  const box = document.createElement("div");
  box.className = presents() ? "presenter" : "audience";
  box.innerHTML = presents() ? TIMER + BAR : BAR;
  stage.root.appendChild(box);
  box.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.act]()));
  box.querySelector("select").addEventListener("change", (event) => {
    go(Number(event.target.value));
    event.target.blur();
  });
  box.querySelector("[data-clock=pause]")?.addEventListener("click", () => timed(paused()));
  box.querySelector("[data-clock=restart]")?.addEventListener("click", () => timed(restarted()));
  if (presents()) for (const act of ["presenter", "leave", "full"]) box.querySelector(`[data-act=${act}]`).remove();
  if (presents()) timed(clock); // kept from its first second
  return box;
}

function show() {
  stage.box ??= stage.root.querySelector(".audience, .presenter") ?? build();
  const part = (does) => stage.box.querySelector(`[data-act=${does}]`);
  part("back").disabled = own.at.slide === 1;
  part("forward").disabled = own.at.slide === count() && !waits(own.at);
  part("answer").disabled = !asks(own.at.slide);
  part("blank").setAttribute("aria-pressed", String(own.blank));
  const select = stage.box.querySelector("select");
  const titles = stage.data.slides.map(({ title }, k) => `${k + 1} of ${count()}: ${title}`);
  if (titles.join("\n") !== select.dataset.titles) {
    select.dataset.titles = titles.join("\n");
    select.replaceChildren(...titles.map((title, k) => new Option(title, k + 1)));
  }
  select.value = own.at.slide;
  if (presents()) stage.box.querySelector(".dark").hidden = !own.blank;
  else cover(own.blank);
  tick();
}

// Nothing but a dark screen for the room, above everything that the page shows.
function cover(on) {
  const there = document.getElementById("stage-blank");
  if (on && !there) {
    const dark = document.createElement("div");
    dark.id = "stage-blank";
    dark.setAttribute("role", "img");
    dark.setAttribute("aria-label", "The screen is dark. Any key brings the slide back.");
    dark.style.cssText = "position:fixed;inset:0;z-index:2147483647;background:#000;cursor:none";
    dark.addEventListener("click", () => blanked(false));
    document.body.appendChild(dark);
  } else if (!on) there?.remove();
}

function awake() {
  if (stage === null) return;
  document.documentElement.classList.remove("stage-idle");
  stage.box?.classList.remove("idle");
  clearTimeout(stage.fading);
  if (presents()) return;
  stage.fading = setTimeout(() => {
    if (stage.box.matches(":focus-within")) return awake(); // somebody is on a button
    document.documentElement.classList.add("stage-idle");
    stage.box?.classList.add("idle");
  }, IDLE);
}

// The presenter's clock, which a reload does not set back

const restarted = () => ({ since: Date.now(), before: 0, runs: true });
let clock = keptClock() ?? restarted();

function keptClock() {
  try {
    return JSON.parse(sessionStorage.getItem(CLOCK));
  } catch {
    return null;
  }
}

function timed(next) {
  clock = next;
  try {
    sessionStorage.setItem(CLOCK, JSON.stringify(clock));
  } catch {
    // A browser that keeps nothing: the time runs until the window is loaded anew.
  }
  tick();
}

const spent = () => clock.before + (clock.runs ? Date.now() - clock.since : 0);
const paused = () => ({ since: Date.now(), before: spent(), runs: !clock.runs });
const minutes = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;

let onSlide = { slide: 0, since: 0 };
function tick() {
  if (stage?.box === undefined || !presents() || own.at === null) return;
  if (onSlide.slide !== own.at.slide) onSlide = { slide: own.at.slide, since: Date.now() };
  const put = (selector, text) => {
    const place = stage.box.querySelector(selector);
    if (place.textContent !== text) place.textContent = text;
  };
  put(".spent", minutes(spent()));
  put(".on", `${minutes(Date.now() - onSlide.since)} on this slide`);
  put(".now", new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  put("[data-clock=pause]", clock.runs ? "Pause" : "Go on");
}
