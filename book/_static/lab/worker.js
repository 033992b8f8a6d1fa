/* The lab's engine room: MicroPython with the mechanisms' own texts. It plays one run after the other and looks for
   news between two of them, so that a reader never waits for more than one run.
   Takes {open}, {play: {job, orders}}, {stop}, {rule: {number, name, order}}; answers {ready}, {run}, {done}, {ruled}
   and {failed}. */
import { loadMicroPython } from "../vendor/micropython.mjs";

const HEAP = 8 * 1024 * 1024;  // bytes of MicroPython's own memory
const RULES = ["settled", "opened_by"];
const here = new URL("./", import.meta.url);
const own = ["numpy.py", "measures.py", "runner.py"];
const ANSWER = "answer.bin";
let current = 0;  // the job that is wanted; an older one stops
let runner;

async function bytes(name) {
  const answer = await fetch(new URL(name, here));
  if (!answer.ok) throw new Error(`${name} is missing`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The exported economy, and every text that it is played from: [place, bytes] of each. */
async function texts() {
  const economy = await bytes("economy.json");
  const { sources } = JSON.parse(new TextDecoder().decode(economy));
  const places = [...own, ...sources.map(name => `agt/${name}`)];
  const read = await Promise.all(places.map(async place => [place, await bytes(place)]));
  return [["economy.json", economy], ...read];
}

async function open() {
  const [files, numbers, mp] = await Promise.all([
    texts(), bytes("numbers.bin"), loadMicroPython({ heapsize: HEAP, stdout: () => {} }),
  ]);
  for (const folder of ["agt", "agt/mechanisms"]) mp.FS.mkdir(folder);
  for (const [place, content] of [...files, ["numbers.bin", numbers]]) mp.FS.writeFile(place, content);
  const module = mp.pyimport("runner");
  module.opened("economy.json", "numbers.bin");
  const play = module.played;
  const rules = Object.fromEntries(RULES.map(name => [name, module[name]]));
  return {
    rules,
    play(order) {
      const wrong = play(JSON.stringify(order), ANSWER);
      if (wrong) throw new RangeError(wrong);
      return new Float64Array(mp.FS.readFile(ANSWER).slice().buffer);
    },
  };
}

/** Let messages in; a timer would wait for milliseconds. */
function breath() {
  return new Promise(done => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => { port1.close(); done(); };
    port2.postMessage(null);
  });
}

async function play({ job, orders }) {
  current = job;
  const { play } = await runner;
  for (const order of orders) {
    await breath();
    if (current !== job) return;
    const numbers = play(order);
    postMessage({ run: { job, order, numbers } }, [numbers.buffer]);
  }
  postMessage({ done: { job } });
}

async function rule({ number, name, order }) {
  const { rules } = await runner;
  if (!RULES.includes(name)) throw new RangeError(`${name} is no rule of the lab`);
  postMessage({ ruled: { number, answer: JSON.parse(rules[name](JSON.stringify(order))) } });
}

addEventListener("message", async ({ data }) => {
  const job = data.play?.job;
  try {
    runner ??= open();
    if (data.stop) current = 0;
    if (data.open) { await runner; postMessage({ ready: true }); }
    if (data.play) await play(data.play);
    if (data.rule) await rule(data.rule);
  } catch (error) {
    if (job !== undefined && job === current) current = 0;
    postMessage({ failed: { job, number: data.rule?.number, said: String(error.message ?? error) } });
  }
});
