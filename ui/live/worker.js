// Crises one after another, handed over a few at a time; a newer question ends an older one.

const AT_ONCE = 24; // milliseconds between two hand-overs

/** Judge paths 0 … of a question and tell them as they come, while it is the one that is asked. */
async function crises({ id, world, policies, seed, paths, counted, soon }, tell, current) {
  const ready = prepare(world, policies);
  let judgedPaths = [];
  let since = performance.now();
  for (let path = 0; path < paths; path += 1) {
    judgedPaths.push(judged(ready, counted, seed, path, recordsOn(ready, seed, path)));
    const due = path + 1 === soon || (path >= soon && performance.now() - since > AT_ONCE);
    if (due || path + 1 === paths || performance.now() - since > 4 * AT_ONCE) {
      if (path + 1 >= soon || path + 1 === paths) {
        tell({ id, judged: judgedPaths });
        judgedPaths = [];
      }
      since = performance.now();
      await new Promise((next) => setTimeout(next, 0));
      if (!current()) return;
    }
  }
}

if (typeof document === "undefined") {
  let latest = 0;
  onmessage = ({ data: given }) => {
    latest = given.id;
    crises(given, (message) => postMessage(message), () => given.id === latest);
  };
}
