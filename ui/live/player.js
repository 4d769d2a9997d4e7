// Plays a film: the pictures of two policies side by side, day by day. It draws by `drawing` and speaks by `day_sentence`,
// which are translated; here are only the hand on the days and the glide from one to the next.
//
// One tab stop: the slider. Arrows, Home and End are its own; space plays and pauses.

const QUIET = 700, BUSY = 2600; // ms that a day stands
const NEWS = 5; // $bn that change hands on a day worth a longer look
const LARGE = '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>';
const players = new WeakMap();

/** Shows films in an element, as data: `dates`, and `films` with `name`, `colour`, `dash` and `frames`, or `rows` of the
 * figures that `names` lists; two of them play. Shown again it stays on its day and on its two. Returns what stops it. */
function shown(root, data) {
  const player = players.get(root) ?? built(root);
  players.set(root, player);
  player.dates = data.dates;
  player.films = data.films.map((film) => ({ ...film, frames: film.frames ?? film.rows.map((row) => named(data.names, row)) }));
  player.measure = measure_of(player.films.map((film) => film.frames));
  player.day = Math.min(player.day, data.dates.length - 1);
  player.scrub.max = data.dates.length - 1;
  const last = player.films.length - 1;
  player.panels.forEach((panel, k) => {
    const at = player.films.findIndex((film) => film.name === panel.wanted);
    panel.film = at < 0 ? k * last : at;
    panel.element.hidden = k > last;
    panel.choice.replaceChildren(...player.films.map((film, n) => new Option(film.name, n)));
  });
  document.documentElement.dataset.film = "live";
  show(player);
  return () => pause(player);
}

const named = (names, row) => Object.fromEntries(names.map((name, k) => [name, row[k]]));

function built(root) {
  const element = document.createElement("div");
  element.className = "film";
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", "The market day by day");
  element.innerHTML = `
    <div class="film-hand">
      <button type="button" class="film-play" tabindex="-1"></button>
      <div class="film-days"><svg class="film-strip" aria-hidden="true" preserveAspectRatio="none"></svg>
        <input type="range" class="film-scrub" min="0" step="1" aria-label="Day" aria-keyshortcuts="Space F"></div>
      <output class="film-date" aria-live="off"></output>
      <button type="button" class="film-large" tabindex="-1" title="Fill the screen (F)" aria-label="Fill the screen">${LARGE}</button>
    </div>
    <div class="film-stages"></div>`;
  root.appendChild(element);
  const part = (selector) => element.querySelector(selector);
  const player = {
    element, button: part(".film-play"), scrub: part(".film-scrub"), date: part(".film-date"), strip: part(".film-strip"),
    day: 0, timer: 0,
  };
  player.panels = ["left", "right"].map((side) => newPanel(player, side));
  part(".film-stages").append(...player.panels.map((panel) => panel.element));
  player.button.addEventListener("click", () => toggle(player));
  part(".film-large").addEventListener("click", () => fill(player));
  player.scrub.addEventListener("input", () => { go(player, Number(player.scrub.value)); pause(player); });
  player.scrub.addEventListener("keydown", (event) => {
    const act = { " ": toggle, f: fill, F: fill }[event.key];
    if (!act || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(player);
  });
  new ResizeObserver(() => { if (player.films) show(player); }).observe(part(".film-stages"));
  return player;
}

function newPanel(player, side) {
  const element = document.createElement("section");
  element.innerHTML = `
    <div class="film-head"><svg class="film-sign" viewBox="0 0 32 11" aria-hidden="true"><line x1="1" x2="31" y1="5.5" y2="5.5" stroke-width="3"/></svg>
      <select aria-label="Policy on the ${side}"></select></div>
    <p class="film-said" aria-live="polite"></p><div class="film-screen"></div>`;
  const part = (selector) => element.querySelector(selector);
  const panel = {
    element, sign: part("line"), choice: part("select"), said: part(".film-said"), screen: part(".film-screen"),
  };
  panel.choice.addEventListener("change", () => {
    panel.film = Number(panel.choice.value);
    panel.wanted = player.films[panel.film].name;
    show(player);
  });
  return panel;
}

/** The whole screen for the film, or the page again. */
function fill({ element, scrub }) {
  const done = document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen?.();
  done?.catch(() => {});
  scrub.focus();
}

// Time

function go(player, day) {
  player.day = Math.min(Math.max(day, 0), player.dates.length - 1);
  show(player);
}

function toggle(player) {
  if (player.timer) return pause(player);
  if (player.day >= player.dates.length - 1) player.day = 0;
  player.timer = setTimeout(() => next(player), QUIET);
  show(player);
}

function pause(player) {
  clearTimeout(player.timer);
  player.timer = 0;
  show(player);
}

function next(player) {
  player.timer = 0;
  if (player.element.isConnected && player.day < player.dates.length - 1) {
    const day = player.day + 1;
    const busy = player.panels.some((panel) => moves(player.films[panel.film].frames[day]) >= NEWS);
    if (day < player.dates.length - 1) player.timer = setTimeout(() => next(player), busy ? BUSY : QUIET);
    go(player, day);
  } else show(player);
}

const moves = (frame) => frame.forced + Math.abs(frame.dealers_to_public) + Math.abs(frame.withdrawn) + frame.failed * NEWS;

// What is seen

function show(player) {
  const { day, dates, films, measure, scrub, button } = player;
  const playing = Boolean(player.timer);
  const of = day === 0 ? "before it begins" : `day ${day} of ${dates.length - 1}`;
  scrub.value = day;
  scrub.setAttribute("aria-valuetext", `${dates[day]}, ${of}`);
  player.date.textContent = `${dates[day]}, ${of}`;
  button.textContent = playing ? "❚❚ Pause" : "▶ Play";
  player.element.dataset.playing = playing;
  player.element.dataset.day = day;
  drawStrip(player);
  for (const panel of player.panels) {
    const { frames, colour, dash } = films[panel.film];
    panel.choice.value = panel.film;
    panel.sign.setAttribute("stroke", colour);
    panel.sign.setAttribute("stroke-dasharray", dash);
    // While the film plays nobody could listen to every day; a pause speaks the day it stops on.
    panel.said.setAttribute("aria-live", playing ? "off" : "polite");
    const said = day_sentence(frames[Math.max(day - 1, 0)], frames[day], day);
    if (panel.said.textContent !== said) panel.said.textContent = said;
    const layout = panel.screen.clientWidth >= 520 ? WIDE : NARROW;
    paint(panel.screen, drawing(frames[day], frames[0], measure, layout, [], false), layout.name);
  }
}

/** Forced sales by day over the slider, so that the hand finds the days on which something happens. */
function drawStrip({ strip, panels, films, dates }) {
  const key = panels.map((panel) => films[panel.film].name).join();
  if (strip.films === films && strip.dataset.key === key) return;
  strip.films = films;
  strip.dataset.key = key;
  const most = Math.max(1, ...films.flatMap((film) => film.frames.map((frame) => frame.forced)));
  strip.setAttribute("viewBox", `-0.5 0 ${dates.length} 1`);
  strip.innerHTML = panels.map((panel, k) => films[panel.film].frames.map(({ forced }, day) =>
    `<rect x="${day - 0.42 + k * 0.42}" width="0.38" y="${1 - forced / most}" height="${forced / most}" fill="${films[panel.film].colour}"/>`,
  ).join("")).join("");
}

/** Puts a drawing on a screen; where one of its kind is there its parts are changed, so that they glide. */
function paint(screen, text, kind) {
  if (screen.dataset.kind !== kind) {
    screen.dataset.kind = kind;
    screen.innerHTML = text;
    return;
  }
  const fresh = document.createElement("div");
  fresh.innerHTML = text;
  alike(screen.firstChild, fresh.firstChild);
}

function alike(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (let k = 0; k < fresh.childNodes.length; k += 1) alike(old.childNodes[k], fresh.childNodes[k]);
}
