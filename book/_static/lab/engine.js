/* The lab's engine: workers that play paths, and jobs that ask for them. */

const WORKERS = 2;  // more would not be faster on most phones
const worker = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });

/** Workers that play; every page has at most one engine. */
class Engine {
  constructor() {
    this.jobs = 0;
    this.rules = new Map();  // number -> who waits for the answer
    this.asked = 0;
    this.listener = null;
    this.workers = [worker()];
    this.ready = Promise.race([this.opened(this.workers[0]), late()]);
  }

  /** Let the other workers follow the first, which they would only slow down while it opens. */
  grow() {
    const count = Math.max(1, Math.min(WORKERS, navigator.hardwareConcurrency || 1));
    while (this.workers.length < count) {
      const one = worker();
      this.workers.push(one);
      this.opened(one).catch(error => { this.stop(); this.listener?.failed(error.message); });
    }
  }

  opened(one) {
    return new Promise((done, failed) => {
      one.addEventListener("error", event => failed(new Error(event.message || "the worker could not be started")));
      one.addEventListener("message", ({ data }) => {
        if (data.ready) done();
        else if (data.failed && data.failed.job === undefined && data.failed.number === undefined) {
          failed(new Error(data.failed.said));
        } else this.heard(data);
      });
      one.postMessage({ open: true });
    });
  }

  heard({ run, done, failed, ruled }) {
    if (ruled) this.answered(ruled.number, [ruled.answer, null]);
    else if (failed?.number !== undefined) this.answered(failed.number, [null, failed.said]);
    const job = (run ?? done ?? failed)?.job;
    if (job === undefined || job !== this.jobs || !this.listener) return;
    if (run) this.listener.run(run.order, run.numbers);
    if (done) this.listener.done();
    if (failed) { this.stop(); this.listener?.failed(failed.said); }
  }

  answered(number, [answer, said]) {
    const { done, failed } = this.rules.get(number);
    this.rules.delete(number);
    if (said === null) done(answer); else failed(new Error(said));
  }

  /** Play the orders of a new job; what an earlier one still had to play is dropped. Paths of a run stay together. */
  play(orders, listener) {
    this.jobs += 1;
    let left = this.workers.length;
    this.listener = { ...listener, done: () => { left -= 1; if (!left) listener.done(); } };
    this.workers.forEach((one, place) => {
      const own = orders.filter(({ run }) => run % this.workers.length === place);
      one.postMessage({ play: { job: this.jobs, orders: own } });
    });
  }

  stop() {
    this.jobs += 1;
    this.workers.forEach(one => one.postMessage({ stop: true }));
  }

  /** The answer of an exact rule. */
  rule(name, order) {
    this.asked += 1;
    const number = this.asked;
    return new Promise((done, failed) => {
      this.rules.set(number, { done, failed });
      this.workers[0].postMessage({ rule: { number, name, order } });
    });
  }
}

const PATIENCE = 60_000;  // milliseconds after which a page says that it cannot

function late() {
  return new Promise((_, failed) => setTimeout(() => failed(new Error("the lab did not open in time")), PATIENCE));
}

let engine;

/** The page's engine and the exported economy; fails where a browser cannot run it. */
export async function opened() {
  if (typeof WebAssembly !== "object" || typeof Worker !== "function") throw new Error("no WebAssembly");
  engine ??= new Engine();
  engine.ready.catch(() => {});  // whoever waits for it is told
  const answer = await fetch(new URL("./economy.json", import.meta.url));
  if (!answer.ok) throw new Error("economy.json is missing");
  const economy = await answer.json();
  await engine.ready;
  engine.grow();
  return { engine, economy };
}
