// What this tab did, kept in its session storage; and one entry in the browser's history for one navigation.

const PLACE = "backstop.tab";
let asked = null; // the visit whose memory was looked for
let ours = false; // whether this visit may write: nothing was kept, or the server has taken it in
let travelling = false; // a page was changed, and its address is not complete yet

export default function memory({ data, setTriggerValue }) {
  oneEntryANavigation();
  wakeUp(setTriggerValue);
  travelling = false;
  if (data.visit !== asked) {
    asked = data.visit;
    const kept = read();
    ours = !tells(kept, data.memory);
    if (!ours) setTriggerValue("found", kept);
  }
  if (ours || data.recalled) write(data.memory);
  document.documentElement.dataset.visit = data.visit; // with which session of the server the page now speaks
}

function tells(kept, now) {
  if (kept === null) return false;
  const empty = (steps) => Array.isArray(steps) && steps.length === 0;
  const drafts = (kept.drafts ?? "") === (now.drafts ?? "");
  return !(kept.version === now.version && kept.now === now.now && drafts && empty(kept.past) && empty(kept.future));
}

function read() {
  try {
    const text = sessionStorage.getItem(PLACE);
    return text === null ? null : JSON.parse(text);
  } catch {
    return { version: "damaged" };
  }
}

function write(memory) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(memory));
  } catch {
    // A browser that keeps nothing: the address still holds the screen.
  }
}

// A server that was started anew waits for the browser to speak: without this the first click would be lost on it.
let watched = null;
let say = () => {};
function wakeUp(setTriggerValue) {
  say = () => setTriggerValue("awake", Date.now());
  const app = document.querySelector(".stApp");
  if (app === null || app === watched) return;
  watched = app;
  let before = app.dataset.testConnectionState;
  new MutationObserver(() => {
    const now = app.dataset.testConnectionState;
    if (now === "CONNECTED" && before !== "CONNECTED") say();
    before = now;
  }).observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
}

// Streamlit adds two entries for a change of page, its path and then the state in it. Back is to undo both at once.
function oneEntryANavigation() {
  if (history.pushState.oneEntry) return;
  const push = history.pushState.bind(history);
  const once = (state, title, url) => {
    const path = new URL(url ?? "", location.href).pathname;
    if (path === location.pathname && travelling) return history.replaceState(state, title, url);
    travelling = path !== location.pathname;
    return push(state, title, url);
  };
  once.oneEntry = true;
  history.pushState = once;
  window.addEventListener("popstate", () => { travelling = false; });
}
