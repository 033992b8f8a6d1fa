/* The settings as a proposal file, in the words and the order of `agt propose new`. */
import { monthText } from "./words.js";

const LONGEST = 44;  // characters of a title
const YEAR = 12;  // months from the last effect to the review

/** The name and the text of the file; what is still to be written says so. */
export function proposal(economy, levers) {
  const changes = Object.entries(levers);
  const lines = economy.sheet.flatMap(([owner, line]) => {
    if (owner === "title") return [`title: ${JSON.stringify(title(changes))}`];
    if (owner === "changes") return [line, ...changes.flatMap(change => written(economy, change))];
    if (owner === "review_by") return [`review_by: ${monthText(last(changes) + YEAR, economy.epoch)}`];
    return [line];
  });
  const id = economy.sheet.find(([owner]) => owner === "id")[1].replace("id: ", "");
  return { name: `${id}.yml`, text: lines.map(line => `${line}\n`).join("") };
}

const last = changes => Math.max(...changes.map(([, { month }]) => month));

function title(changes) {
  if (changes.length > 1) return `Change ${changes.length} levers`;
  const [[name, { to }]] = changes;
  const whole = `Set ${name} to ${to}`;
  return whole.length <= LONGEST ? whole : `Change ${name}`;
}

function written(economy, [name, { to, month }]) {
  return [
    `  - parameter: ${name}`,
    `    from: ${economy.levers[name].present}`,
    `    to: ${to}`,
    `    effective: ${monthText(month, economy.epoch)}`,
  ];
}
