/* Numbers as a member reads them. */

const MILLION = 1e6;
const NO_BREAK = "\u00a0";
const MONTHS = 12;

const digits = count => new Intl.NumberFormat("en", { maximumSignificantDigits: count });
const three = digits(3);
const four = digits(4);

export const readable = value => minus(four.format(value));
const minus = text => text.replace("-", "−");

/** A number, in millions where it has so many. */
export function amount(value) {
  return Math.abs(value) >= MILLION ? `${minus(three.format(value / MILLION))}${NO_BREAK}M` : minus(three.format(value));
}

/** A level of a measure: a share as per cent, else in the measure's own unit. */
export function level(value, measure) {
  return measure.unit === "share" ? `${minus(three.format(100 * value))}${NO_BREAK}%` : amount(value) + unitOf(measure);
}

/** A difference with its sign: per cent, points of a share, or the measure's own unit. */
export function signed(value, measure) {
  const [scale, unit] = measure.relative ? [100, `${NO_BREAK}%`]
    : measure.unit === "share" ? [100, " points"] : [1, unitOf(measure)];
  const text = amount(scale * value);
  return `${value > 0 ? "+" : ""}${text}${unit}`;
}

function unitOf({ unit }) {
  return { month: " months", count: "", number: "" }[unit] ?? ` ${unit}`;
}

/** The middle difference, and the interval that holds the middle of all futures in 19 of 20 cases. */
export function between(row, measure) {
  const [since, until] = row.interval ?? [-Infinity, Infinity];
  const interval = Number.isFinite(since) ? `${signed(since, measure)} to ${signed(until, measure)}` : "too few paths";
  return `${signed(row.middle, measure)} (${interval})`;
}

const SAYS = {
  same: "the same in every path",
  undetectable: "no detectable effect",
  small: "no effect that matters",
  nothing: "cannot be compared",
};

/** What is said of an effect in one word or two. */
export const said = row => SAYS[row.says] ?? row.says;

/** In how many paths a measure is better or worse by more than the smallest difference of interest. */
export function chance(row, measure) {
  const [up, down] = measure.better === "neither" ? ["higher", "lower"] : ["better", "worse"];
  const [more, less] = measure.better === "lower" ? [row.less, row.more] : [row.more, row.less];
  if (!more && !less) return "matters in none";
  const parts = [[more, up], [less, down]].filter(([count]) => count).sort((one, other) => other[0] - one[0]);
  return parts.map(([count, word]) => `${word} in ${count} of ${row.paths}`).join(", ");
}

/** One phrase of the sentence. */
export function phrase(row, measure, words) {
  if (row.says in SAYS) return `${words}: ${SAYS[row.says]}`;
  return `${words} ${signed(row.middle, measure)} (${chance(row, measure).split(",")[0]} paths)`;
}

/** A model month as `YYYY-MM`; `epoch` is month 0. */
export function monthText(month, epoch) {
  const [year, first] = epoch.split("-").map(Number);
  const count = year * MONTHS + first - 1 + month;
  return `${Math.floor(count / MONTHS)}-${String(count % MONTHS + 1).padStart(2, "0")}`;
}

export function monthNumber(text, epoch) {
  const [[year, month], [since, first]] = [text, epoch].map(one => one.split("-").map(Number));
  return (year - since) * MONTHS + month - first;
}

/** The day of a model month's unlock, in the reader's own time, as the charts count days. */
export function monthDate(month, epoch) {
  const [year, first] = epoch.split("-").map(Number);
  return new Date(year, first - 1 + month, 15).getTime();
}

export function monthName(month, epoch) {
  return new Intl.DateTimeFormat("en", { month: "long", year: "numeric" }).format(new Date(monthDate(month, epoch)));
}

const TITLE = 40;  // characters of an axis title that fit a phone

/** An axis title: as much of the quantity as a phone has room for, and its unit. */
export function titled(quantity, unit) {
  const room = TITLE - ` (${unit})`.length;
  let kept = quantity;
  while (kept.length > room && kept.includes(" ")) kept = `${kept.replace(/ …$/, "").replace(/ \S+$/, "")} …`;
  return `${kept} (${unit})`;
}
