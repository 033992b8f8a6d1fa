/* The lab: fields in, paths out. Each page's labs share one engine, which starts when the first of them is opened. */
import { opened } from "./engine.js";
import { effects, effectsTable, groupsTable, guardrailsTable, sentence } from "./answers.js";
import { CHANGED, NOW, Picture, caption, rows } from "./figures.js";
import { Layout, Played } from "./paths.js";
import { proposal } from "./proposal.js";
import * as set from "./settings.js";
import { made, put } from "./tables.js";
import { tool } from "./tools.js";
import { monthName } from "./words.js";

const PAUSE = 350;  // milliseconds without a change before paths are played
const BREATH = 200;  // milliseconds between two drawings
const KEPT = 60_000;  // milliseconds that a browser may take to save a file
const UNMOVED = "Move a lever, or begin with a proposal.";
const WORLDS = 4;  // whose paths under today's rules are remembered

class Lab {
  constructor(place, { engine, economy }) {
    Object.assign(this, { place, engine, economy, settings: set.nothing(), worlds: new Map() });
    this.full = place.dataset.lab === "full";
    this.layout = new Layout(economy);
    this.main = new Picture(place.querySelector(".agt-figure"), economy);
    this.name = place.dataset.picture;
    this.levers = [...place.querySelectorAll("[data-lever]")].map(one => one.dataset.lever);
    live(place);
    if (this.full) this.offer();
    this.listen();
  }

  part(name) { return this.place.querySelector(`[data-part="${name}"]`); }
  find(selector) { return this.place.querySelector(selector); }

  /** The proposals that are open today. */
  offer() {
    const select = this.find("#lab-proposal");
    for (const [id, { title, status }] of Object.entries(this.economy.proposals)) {
      select.append(made("option", { value: id, text: `${id}, ${status}: ${title}` }));
    }
  }

  listen() {
    const acts = {
      reset: () => { this.find("#lab-effective").selectedIndex = 0; this.take(set.nothing()); },
      stop: () => this.stop(),
      keep: button => this.keep(button.closest("[data-lever]").dataset.lever),
      assume: () => this.assume(this.find("#lab-assumption").value),
      forget: button => this.take(set.withoutAssumption(this.settings, button.dataset.name)),
      link: () => this.share(),
      proposal: () => this.download(),
    };
    this.place.addEventListener("submit", event => event.preventDefault());
    this.place.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-act]");
      if (button && acts[button.dataset.act]) acts[button.dataset.act](button);
    });
    this.place.addEventListener("input", ({ target }) => this.changed(target));
    if (this.full) addEventListener("hashchange", () => this.follow());
  }

  changed(target) {
    const lever = target.closest("[data-lever]")?.dataset.lever;
    if (lever) this.move(lever, target);
    else if (target.dataset.assumption) this.reassume(target);
    else if (target.id === "lab-scenario") this.take({ ...this.settings, scenario: target.value });
    else if (target.id === "lab-proposal") this.propose(target.value);
    else if (target.id === "lab-effective") this.delay(Number(target.value));
    else if (target.id === "lab-picture") { this.name = target.value; this.draw(); }
  }

  /** A lever's slider or field has moved. What is not usable gets a message and changes nothing. */
  move(name, target) {
    const one = this.economy.levers[name];
    const month = this.settings.levers[name]?.month ?? Number(this.find("#lab-effective").value);
    if (target.type === "range") {
      const text = set.plain(Number(target.value).toFixed(one.decimals));
      return this.attempt(name, () => set.withLever(this.economy, this.settings, name, this.fromSlider(one, text), month), target);
    }
    if (target.value.trim() === "") return this.take(set.withoutLever(this.settings, name), target);
    return this.attempt(name, () => set.withLever(this.economy, this.settings, name, set.written(one, target.value), month), target);
  }

  fromSlider(one, text) {
    return set.percent(one) ? set.plain((Number(text) / 100).toFixed(one.decimals)) : text;
  }

  attempt(name, change, target) {
    try {
      this.take(change(), target);
      this.fault(name, "", target);
    } catch (error) {
      if (!(error instanceof set.Refused)) throw error;
      if (target.type === "range") this.fillLever(name, null);
      this.fault(name, error.message, target);
    }
  }

  fault(name, text, target) {
    this.place.querySelector(`#${CSS.escape(`lab-${name}-fault`)}`).textContent = text;
    target.setAttribute("aria-invalid", text !== "");
  }

  keep(name) {
    this.take(set.withoutLever(this.settings, name));
    this.find(`#${CSS.escape(`lab-${name}`)}`).focus();
  }

  propose(id) {
    let settings = { ...this.settings, levers: {} };
    try {
      for (const [name, to, month] of this.economy.proposals[id]?.changes ?? []) {
        settings = set.withLever(this.economy, settings, name, to, month);
      }
      this.take(settings);
    } catch (error) {
      if (!(error instanceof set.Refused)) throw error;
      this.fill(null);
      this.part("fault").textContent = error.message;
    }
  }

  delay(month) {
    const levers = Object.fromEntries(Object.entries(this.settings.levers).map(([name, { to }]) => (
      [name, { to, month: Math.max(month, this.economy.levers[name].first) }])));
    this.take({ ...this.settings, levers });
  }

  assume(name) {
    if (name in this.settings.assumptions) return;
    const text = set.plain(Number(this.economy.assumptions[name].start.toPrecision(3)).toFixed(12));
    this.take(set.withAssumption(this.economy, this.settings, name, text));
    this.place.querySelector(`[data-assumption="${CSS.escape(name)}"]`)?.focus();
  }

  reassume(target) {
    const name = target.dataset.assumption;
    const one = this.economy.assumptions[name];
    this.attempt(name, () => set.withAssumption(this.economy, this.settings, name, set.written(one, target.value)), target);
  }

  /** New settings hold: fields follow, the link follows, and paths are played. */
  take(settings, from = null) {
    this.settings = settings;
    this.part("fault").textContent = "";
    this.fill(from);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.play(), PAUSE);
  }

  /** The fields as the settings have them, but for the one that is being written in. */
  fill(from) {
    for (const name of this.levers) this.fillLever(name, from);
    const months = Object.values(this.settings.levers).map(({ month }) => month);
    if (months.length && from === null) this.find("#lab-effective").value = Math.min(...months);
    if (!this.full) return;
    const { scenario, assumptions } = this.settings;
    this.find("#lab-scenario").value = scenario;
    this.find("#lab-scenario-told").textContent = this.economy.scenarios[scenario].meaning;
    this.find("#lab-proposal").value = this.proposed();
    this.fillAssumptions(assumptions, from);
  }

  fillLever(name, from) {
    const one = this.economy.levers[name];
    const own = this.settings.levers[name];
    const fieldset = this.place.querySelector(`[data-lever="${name}"]`);
    const [slider, field] = fieldset.querySelectorAll("input");
    if (field !== from) {
      field.value = own ? set.field(one, own.to) : "";
      field.setAttribute("aria-invalid", "false");
      fieldset.querySelector(".agt-fault").textContent = "";
    }
    const value = own ? Number(own.to) : one.start;
    if (slider !== from) slider.value = set.percent(one) ? 100 * value : value;
    const state = own ? `from ${monthName(own.month, this.economy.epoch)}` : "kept as it is";
    slider.setAttribute("aria-valuetext", `${set.shown(one, value)}, ${state}`);
    fieldset.classList.toggle("agt-moved", Boolean(own));
    fieldset.querySelector('[data-act="keep"]').disabled = !own;
    const step = own ? set.leverNote(one, own.to) : "";
    fieldset.querySelector(".agt-note").textContent = own ? `${this.from(own)} ${step}`.trim() : "";
    const group = fieldset.closest("details.agt-group");
    if (own && group && !from) group.open = true;
  }

  from({ month }) { return `Changed from ${monthName(month, this.economy.epoch)} on.`; }

  /** The open proposal that says what the levers say, if there is one. */
  proposed() {
    const own = JSON.stringify(Object.entries(this.settings.levers).map(([name, { to, month }]) => [name, to, month]).sort());
    const found = Object.entries(this.economy.proposals).find(([, { changes }]) => JSON.stringify([...changes].sort()) === own);
    return found && own !== "[]" ? found[0] : "";
  }

  fillAssumptions(assumptions, from) {
    const place = this.part("assumptions");
    const names = Object.keys(assumptions);
    if (from?.dataset.assumption && from.isConnected) {
      const name = from.dataset.assumption;
      const note = set.assumptionNote(this.economy.assumptions[name], assumptions[name]);
      this.place.querySelector(`#${CSS.escape(`lab-${name}-note`)}`).textContent = note;
      return;
    }
    place.replaceChildren(...names.map(name => this.assumption(name, assumptions[name])));
  }

  assumption(name, text) {
    const one = this.economy.assumptions[name];
    const [id, member] = [`lab-${name}`, name.split(".")[1]];
    const title = member ? `${one.meaning} (${member})` : one.meaning;
    const likely = one.likely.map(value => set.shown(one, value)).join(" to ");
    const input = made("input", {
      type: "text", id, inputmode: "decimal", autocomplete: "off", maxlength: "32", "data-assumption": name,
      "aria-label": title, "aria-describedby": `${id}-told ${id}-note ${id}-fault`,
    });
    input.value = set.field(one, text);
    return made("fieldset", { class: "agt-lever agt-moved" }, made("legend", { text: title }),
      made("div", { class: "agt-lever-row" }, made("label", { for: id, text: "Fixed at" }), input,
        made("span", { class: "agt-unit", text: set.unitOf(one) }),
        made("button", { type: "button", "data-act": "forget", "data-name": name, "aria-label": `Draw again: ${title}`, text: "Draw again" })),
      made("p", { class: "agt-hint", id: `${id}-told`, text: `Likely is ${likely}; it holds in every path from today on.` }),
      made("p", { class: "agt-note", id: `${id}-note`, text: set.assumptionNote(one, text) }),
      made("p", { class: "agt-fault", id: `${id}-fault`, role: "alert" }));
  }

  /** The link of the page; what is wrong with it is said, and changes nothing. */
  follow() {
    const text = location.hash.slice(1);
    if (text === set.link(this.economy, this.settings) || document.getElementById(text)) return;  // or a heading's
    try {
      this.take(set.read(this.economy, text));
    } catch (error) {
      if (!(error instanceof set.Refused)) throw error;
      this.address();
      this.part("fault").textContent = error.message;
    }
  }

  /** The month from which measures count: that from which all changes hold. */
  start() {
    const months = Object.values(this.settings.levers).map(({ month }) => month);
    const first = Math.min(...Object.values(this.economy.levers).map(one => one.first));
    return Math.max(first, ...months);
  }

  /** Paths under today's rules in this world, those that are known already among them. */
  world() {
    const { scenario, assumptions } = this.settings;
    const key = JSON.stringify([scenario, assumptions, this.start()]);
    const known = this.worlds.get(key) ?? [];
    this.worlds.delete(key);
    this.worlds.set(key, known);
    if (this.worlds.size > WORLDS) this.worlds.delete(this.worlds.keys().next().value);
    return known;
  }

  /** The page's own address, or that of the whole lab, says what is set. */
  address() {
    const text = set.link(this.economy, this.settings);
    const further = this.find('[data-act="further"]');
    if (further) further.href = `${further.href.split("#")[0]}#${text}`;
    else history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  }

  play() {
    const { economy, layout, settings } = this;
    clearTimeout(this.waiting);
    this.address();
    const [start, now] = [this.start(), this.world()];
    const assumed = Object.entries(settings.assumptions).map(([name, text]) => [name, economy.today + 1, Number(text)]);
    const moved = Object.entries(settings.levers).map(([name, { to, month }]) => [name, month, Number(to)]);
    const { changes } = economy.scenarios[settings.scenario];
    const order = (run, side, own) => ({ run, side, settings: own, changes, keep: layout.keep, start });
    const orders = [];
    for (let run = 0; run < economy.runs; run += 1) {
      if (!now[run]) orders.push(order(run, "now", assumed));
      if (moved.length) orders.push(order(run, "changed", [...assumed, ...moved]));
    }
    this.drawn = false;
    this.played = new Played(layout);
    this.played.now = now;
    this.compared = moved.length > 0;
    this.over = orders.length === 0;
    this.place.dataset.state = "playing";
    this.find('[data-act="stop"]').hidden = this.over;
    this.find('[data-act="stop"]').textContent = "Stop";
    if (this.over) return this.end();
    this.engine.play(orders, {
      run: ({ run, side }, numbers) => { this.played[side][run] = numbers; this.soon(); },
      done: () => this.end(),
      failed: said => this.failed(said),
    });
  }

  stop() {
    const button = this.find('[data-act="stop"]');
    if (this.place.dataset.state !== "playing") return this.play();
    this.engine.stop();
    this.place.dataset.state = "stopped";
    button.textContent = "Go on";
    this.draw();
  }

  failed(said) {
    this.place.dataset.state = "failed";
    this.find('[data-act="stop"]').hidden = true;
    this.part("fault").textContent = `These settings cannot be played: ${said}.`;
  }

  /** Draw what has come: the first path at once, the others some at a time. */
  soon() {
    if (!this.drawn) return this.draw();
    this.drawing ??= setTimeout(() => { this.drawing = undefined; this.draw(); }, BREATH);
  }

  end() {
    clearTimeout(this.drawing);
    this.drawing = undefined;
    this.find('[data-act="stop"]').hidden = true;
    this.place.dataset.state = "done";
    this.draw();
    this.main.tell();
    if (this.compared) this.gap?.tell();
  }

  /** What has come so far, drawn and told. */
  draw() {
    const { economy, played, compared, name } = this;
    const runs = played?.runs(compared) ?? [];
    this.count(runs.length);
    if (!runs.length) return;
    const series = { [NOW]: played.paths("now", name, runs) };
    if (compared) series[CHANGED] = played.paths("changed", name, runs);
    this.drawn = true;
    this.main.show(name, rows(economy, series), caption(economy, name, series, runs.length, ""));
    if (this.full) this.drawGap(runs);
    this.answer(runs);
  }

  drawGap(runs) {
    const { economy, played, compared, name } = this;
    this.part("gap").hidden = !compared;
    if (!compared) return;
    this.gap ??= this.main.copied(this.part("gap"));
    const gaps = { Difference: played.gaps(name, runs) };
    this.gap.show(name, rows(economy, gaps), caption(economy, name, gaps, runs.length, ", with the change less without"));
  }

  answer(runs) {
    const { economy, played, compared } = this;
    const now = played.measures("now", runs);
    const changed = compared ? played.measures("changed", runs) : null;
    const names = this.full ? economy.first : Object.keys(economy.sentence);
    put(this.part("effects"), effectsTable(economy, names, now, changed));
    if (this.full) {
      put(this.part("guardrails"), guardrailsTable(economy, now, changed));
      put(this.part("groups"), changed ? groupsTable(economy, now, changed) : made("p", { class: "agt-hint", text: UNMOVED }));
    }
    if (this.place.dataset.state !== "done") return;
    const told = changed ? sentence(economy, effects(economy, Object.keys(economy.sentence), now, changed)) : "";
    this.find(".agt-lab-sentence").textContent = told;
  }

  count(paths) {
    const { runs } = this.economy;
    const progress = this.find("progress");
    [progress.max, progress.value] = [runs, paths];
    this.place.dataset.paths = paths;
    const state = { stopped: "stopped at ", failed: "failed at " }[this.place.dataset.state] ?? "";
    const future = this.economy.scenarios[this.settings.scenario].title;
    const from = this.compared ? ` · from ${monthName(this.start(), this.economy.epoch)}` : " · today’s rules";
    this.find(".agt-lab-count").textContent = `${state}${paths} of ${runs} paths · ${future}${from}`;
  }

  async share() {
    const address = `${location.href.split("#")[0]}#${set.link(this.economy, this.settings)}`;
    const input = this.find("#lab-link");
    this.part("shared").hidden = false;
    input.value = address;
    try {
      await navigator.clipboard.writeText(address);
      this.part("taken").textContent = "The link is in the clipboard.";
    } catch {
      input.select();
      this.part("taken").textContent = "Copy the link from the field.";
    }
  }

  download() {
    const { economy, settings } = this;
    if (!Object.keys(settings.levers).length) {
      this.part("taken").textContent = "Nothing is changed yet: move a lever first.";
      return;
    }
    const { name, text } = proposal(economy, settings.levers);
    const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
    const anchor = made("a", { href: address, download: name });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(address), KEPT);
    this.part("taken").textContent = `${name} holds the changes; its texts still say “to be written”. `
      + `Fill them in, then check it: agt propose check ${name}`;
  }
}

/** Show what only works while paths can be played, or hide it. */
function live(place, can = true) {
  for (const one of place.querySelectorAll("[data-live]")) one.hidden = !can;
  place.querySelector(".agt-lab-cannot").hidden = can;
}

async function start(place) {
  if (place.dataset.state) return;
  place.dataset.state = "opening";
  try {
    const page = await opened();
    if (place.classList.contains("agt-tool")) {
      live(place);
      await tool(place, page);
      place.dataset.state = "ready";
      return;
    }
    const lab = new Lab(place, page);
    lab.fill(null);
    if (lab.full && location.hash) lab.follow();
    lab.play();
  } catch (error) {
    place.dataset.state = "cannot";
    live(place, false);
    console.warn(`The lab cannot run here: ${error.message}`);
  }
}

for (const place of document.querySelectorAll(".agt-lab")) {
  const details = place.querySelector(":scope > details");
  if (!details) start(place);
  else details.addEventListener("toggle", () => details.open && start(place));
}
