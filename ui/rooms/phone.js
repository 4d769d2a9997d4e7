"use strict";
// News come as numbers only; the page is then read again. Without a line it is looked for every few seconds.
const body = document.body, ADDRESS = body.dataset.room, LOOK = 4000;
let news = Number(body.dataset.news), source = null, looks = null, reading = false, again = false;
let until = 0, ended = false;

function say(text) { const line = document.getElementById("line"); if (line) line.textContent = text; }

function clock() {
  const timer = document.getElementById("timer");
  if (!timer || !timer.dataset.left) return;
  if (!until) until = Date.now() + 1000 * Number(timer.dataset.left);
  const left = Math.max(0, Math.round((until - Date.now()) / 1000));
  timer.textContent = Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
}

function touched() {
  return [...document.querySelectorAll("main input, main textarea, main select")].some(field =>
    field === document.activeElement || (field.type === "radio" || field.type === "checkbox"
      ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT" ? [...field.options].some(o => o.selected !== o.defaultSelected)
      : field.type !== "hidden" && field.value !== field.defaultValue));
}

async function read() {
  if (reading) { again = true; return; }
  reading = true;
  try {
    const answer = await fetch(ADDRESS, { headers: { "X-Again": "1" }, cache: "no-store" });
    if (!answer.ok) { say("The server does not answer well just now; trying again."); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main"), shown = document.querySelector("main");
    if (!fresh || !page.body.dataset.room) { location.reload(); return; }
    if (fresh.dataset.phase !== shown.dataset.phase || !touched()) {
      const open = [...shown.querySelectorAll("details[open]")].map(d => d.id);
      shown.replaceWith(fresh);
      if (fresh.dataset.phase === shown.dataset.phase)
        open.forEach(id => { const fold = id && document.getElementById(id); if (fold) fold.open = true; });
      else document.querySelector("h1").scrollIntoView();
    } else {
      fresh.querySelectorAll("[data-live]").forEach(part => {
        const old = document.getElementById(part.id); if (old) old.replaceWith(part);
      });
    }
    document.title = page.title;
    news = Number(page.body.dataset.news);
    until = 0; clock(); say("");
  } catch { say("No connection just now; trying again."); }
  finally { reading = false; if (again) { again = false; setTimeout(read, 300); } }
}

function heard(number) { if (Number(number) !== news) setTimeout(read, 400 * Math.random()); }

async function look() {
  try {
    const answer = await fetch(ADDRESS + "/news", { cache: "no-store" });
    if (answer.ok) { say(""); heard(await answer.text()); if (!source) listen(); }
    else if (answer.status === 404 || answer.status === 403) over();
    else say("The server does not answer well just now; trying again.");
  } catch { say("No connection just now; trying again."); }
}

function over() {
  say("This room was closed, or has expired.");
  clearInterval(looks); if (source) source.close();
  source = null; ended = true;
}

function listen() {
  if (!window.EventSource || ended) return;
  source = new EventSource(ADDRESS + "/events");
  source.onmessage = event => { say(""); clearInterval(looks); looks = null; heard(event.data); };
  source.onerror = () => {
    if (source && source.readyState === EventSource.CLOSED) { source.close(); source = null; }
    if (!looks && !ended) looks = setInterval(look, LOOK + 1000 * Math.random());
  };
}

setInterval(clock, 500); clock();
if (ADDRESS) { looks = setInterval(look, LOOK + 1000 * Math.random()); listen(); }
document.addEventListener("visibilitychange", () => { if (!document.hidden && ADDRESS && !ended) look(); });
document.addEventListener("submit", event => {
  const button = event.target.querySelector("button"); if (button) setTimeout(() => { button.disabled = true; }, 0);
});
window.addEventListener("pageshow", () => document.querySelectorAll("button").forEach(b => { b.disabled = false; }));
