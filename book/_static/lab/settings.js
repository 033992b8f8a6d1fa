/* What a reader has set: read from fields and from a link, checked against what the registry allows, never trusted. */
import { monthNumber, monthText, readable } from "./words.js";

const PLAIN = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const LONGEST = 32;  // characters of a number
const KEYS = 64;  // of a link
const SHOWN = 40;  // characters of a link that a message repeats
const MONTH = /^[0-9]{4}-(0[1-9]|1[0-2])$/;

/** What is set, as plain data; nothing is set at first. */
export const nothing = () => ({ scenario: "base", levers: {}, assumptions: {} });

export class Refused extends Error {}

/** The scale between the registry's unit and the field's: shares are written in per cent. */
export const percent = one => one.unit === "share";
export const unitOf = one => (percent(one) ? "%" : { number: "", count: "" }[one.unit] ?? one.unit);
const digits = new Intl.NumberFormat("en", { maximumFractionDigits: 10 });
const number = (one, value) => digits.format(Number((percent(one) ? 100 * value : value).toPrecision(12)));
const exact = (one, value) => `${number(one, value)} ${unitOf(one)}`.trim();
export const shown = (one, value) => `${readable(percent(one) ? 100 * value : value)} ${unitOf(one)}`.trim();

/** Move the point of a plain number by so many digits, to the right or to the left, exactly. */
export function shifted(text, by) {
  const sign = text.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const places = Math.abs(by);
  const [left, right] = by > 0
    ? [whole + fraction.padEnd(places, "0").slice(0, places), fraction.slice(places)]
    : [whole.padStart(places + 1, "0").slice(0, -places), whole.padStart(places + 1, "0").slice(-places) + fraction];
  return sign + plain(`${left}.${right}`);
}

/** A number without zeros that say nothing. */
export function plain(text) {
  const [whole, fraction = ""] = text.split(".");
  const kept = fraction.replace(/0+$/, "");
  return (whole.replace(/^(-?)0+(?=\d)/, "$1") || "0") + (kept ? `.${kept}` : "");
}

/** A number as a field writes it, in the registry's unit.
    Throws Refused where it is none. */
export function written(one, text) {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST || !PLAIN.test(trimmed)) {
    const example = percent(one) ? "12.5" : "7500000";
    throw new Refused(`Write a plain number such as ${example}: digits and at most one point, no commas.`);
  }
  return percent(one) ? shifted(trimmed, -2) : plain(trimmed);
}

/** The text of a number in the field's unit. */
export const field = (one, text) => (percent(one) ? shifted(text, 2) : text);

function within(one, text) {
  const [low, high] = one.bounds;
  const value = Number(text);
  if (value < low || value > high) throw new Refused(`Allowed is ${number(one, low)} to ${exact(one, high)}.`);
}

/** Throws Refused where a lever may not be set to a number. */
function checkLever(economy, settings, name, text) {
  const one = economy.levers[name];
  within(one, text);
  if ((text.split(".")[1] ?? "").length > one.decimals) {
    const most = Math.max(0, one.decimals - (percent(one) ? 2 : 0));
    throw new Refused(most ? `At most ${most} decimals are allowed here.` : "Only whole numbers are allowed here.");
  }
  for (const names of economy.joint.filter(names => names.includes(name))) {
    const value = other => Number(other === name ? text : settings.levers[other]?.to ?? economy.levers[other].start);
    const total = names.map(value).reduce((sum, share) => sum + share, 0);
    if (total > 1 + 1e-12) {
      const meanings = names.map(other => `“${economy.levers[other].meaning}”`).join(" and ");
      throw new Refused(`${meanings} would add up to ${readable(100 * total)} %, 100 % at most.`);
    }
  }
}

/** The settings with a lever moved, or left as it is where that is its value in force. */
export function withLever(economy, settings, name, text, month) {
  checkLever(economy, settings, name, text);
  const { present, first } = economy.levers[name];
  const levers = { ...settings.levers };
  delete levers[name];
  if (present === "unpublished" || plain(present) !== text) levers[name] = { to: text, month: Math.max(month, first) };
  return { ...settings, levers };
}

export function withoutLever(settings, name) {
  const levers = { ...settings.levers };
  delete levers[name];
  return { ...settings, levers };
}

export function withAssumption(economy, settings, name, text) {
  within(economy.assumptions[name], text);
  return { ...settings, assumptions: { ...settings.assumptions, [name]: text } };
}

export function withoutAssumption(settings, name) {
  const assumptions = { ...settings.assumptions };
  delete assumptions[name];
  return { ...settings, assumptions };
}

/** What a reader should know of a lever's value: that its step is larger than foreseen. */
export function leverNote(one, text) {
  const step = Math.abs(Number(text) - one.start);
  if (step <= one.largest_step * (1 + 1e-9)) return "";
  return `A step of ${shown(one, step)}; the largest foreseen is ${exact(one, one.largest_step)}. `
    + "A proposal may ask for it, and its report will say so.";
}

/** What a reader should know of an assumption's value: that it lies outside its prior. */
export function assumptionNote(one, text) {
  const [low, high] = one.likely;
  const value = Number(text);
  if (value >= low && value <= high) return "";
  return `Outside its prior: likely is ${shown(one, low)} to ${shown(one, high)}.`;
}

/** The settings as the part of a link behind its #. */
export function link(economy, settings) {
  const parts = new URLSearchParams();
  if (settings.scenario !== "base") parts.set("scenario", settings.scenario);
  for (const [name, { to, month }] of Object.entries(settings.levers)) {
    parts.set(name, `${to}@${monthText(month, economy.epoch)}`);
  }
  for (const [name, value] of Object.entries(settings.assumptions)) parts.set(name, value);
  return parts.toString().replaceAll("%40", "@");
}

/** The settings that a link writes.
    Throws Refused, with what is wrong with it, and then nothing of it holds. */
export function read(economy, text) {
  const pairs = [...new URLSearchParams(text)];
  if (pairs.length > KEYS) throw new Refused("The link holds too much to be one of the lab’s; nothing was changed.");
  const seen = new Set();
  let settings = nothing();
  for (const [key, value] of pairs) {
    try {
      if (seen.has(key)) throw new Refused("it is set twice.");
      seen.add(key);
      settings = readOne(economy, settings, key, value);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const name = key.length > SHOWN ? `${key.slice(0, SHOWN)}…` : key;
      throw new Refused(`The link’s “${name}” is not usable: ${error.message} Nothing was changed.`);
    }
  }
  return settings;
}

function readOne(economy, settings, key, value) {
  const has = table => Object.hasOwn(table, key);
  if (key === "scenario") {
    if (!Object.hasOwn(economy.scenarios, value)) throw new Refused("there is no such future.");
    return { ...settings, scenario: value };
  }
  if (value.length > LONGEST + 8) throw new Refused("its value is too long.");
  if (has(economy.levers)) {
    const [written, month, ...rest] = value.split("@");
    const one = economy.levers[key];
    if (rest.length || (month !== undefined && !MONTH.test(month))) throw new Refused("write value@YYYY-MM.");
    if (!PLAIN.test(written)) throw new Refused("its value is no plain number.");
    const from = month === undefined ? one.first : monthNumber(month, economy.epoch);
    if (from < one.first || from > one.last) throw new Refused("a proposal of today cannot take effect in that month.");
    return withLever(economy, settings, key, plain(written), from);
  }
  if (has(economy.assumptions)) {
    if (!PLAIN.test(value)) throw new Refused("its value is no plain number.");
    return withAssumption(economy, settings, key, value);
  }
  throw new Refused("the lab has no such setting.");
}
