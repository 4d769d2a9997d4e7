// Crises one after another, handed over a few at a time; a newer question ends an older one.

const AT_ONCE = 60; // milliseconds between two hand-overs: each is drawn, on a core that others may need

/** Lets what has arrived be heard. A timer would wait for four milliseconds each time. */
function turn() {
  return new Promise((next) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      next();
    };
    port2.postMessage(null);
  });
}

/** Judge the paths of a question and tell them as they come, as pairs of path and judgement, while it is the one that is asked. */
async function crises({ id, world, policies, seed, paths, counted, soon }, tell, current) {
  if (!paths.length) return;
  const ready = prepare(world, policies);
  let some = [];
  let since = performance.now();
  for (const [place, path] of paths.entries()) {
    some.push([path, judged(ready, counted, seed, path, recordsOn(ready, seed, path))]);
    const last = place + 1 === paths.length;
    if (place + 1 === soon || last || performance.now() - since > AT_ONCE) {
      if (place + 1 >= soon || last) {
        tell({ id, judged: some });
        some = [];
      }
      since = performance.now();
      await turn();
      if (!current(id)) return;
    }
  }
}

if (typeof document === "undefined") {
  let latest = 0;
  onmessage = ({ data: given }) => {
    latest = given.id;
    crises(given, (message) => postMessage(message), (id) => id === latest);
  };
}
