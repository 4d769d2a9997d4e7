// Crises by workers: a question goes to all of them, each judges its share of the paths, and answers stand in the paths' order.

const MOST_WORKERS = 4;

const cores = () => navigator.hardwareConcurrency || 2;

/** Hands questions to workers that `begin(hear)` starts; `tell(judged)` hears all that is judged of the last question. */
function crowd(begin, tell) {
  let asked = 0;
  let open = false; // whether something asked is still to come
  let wanted = 0;
  let answers = [];
  const hear = ({ id, judged: more }) => {
    if (id !== asked) return;
    for (const [path, one] of more) answers[path] = one;
    const judged = answers.filter(() => true);
    open = judged.length < wanted;
    tell(judged);
  };
  const count = Math.max(1, Math.min(MOST_WORKERS, cores() - 1));
  const workers = Array.from({ length: count }, () => begin(hear, (id) => id === asked));
  return {
    /** World, policies, seed, counted, how many paths, and how many are wanted at once. */
    ask({ paths, soon, ...question }) {
      asked += 1;
      [open, wanted, answers] = [true, paths, []];
      workers.forEach((worker, n) => {
        const own = Array.from({ length: paths }, (_, path) => path).filter((path) => path % count === n);
        worker.postMessage({ ...question, id: asked, paths: own, soon: Math.ceil(soon / count) });
      });
    },
    /** End the workers. */
    end: () => workers.forEach((worker) => worker.terminate()),
    /** Forget the question: what still comes is not told. */
    leave() {
      asked += 1;
      answers = [];
      if (open) for (const worker of workers) worker.postMessage({ id: asked, paths: [] });
      open = false;
    },
  };
}
