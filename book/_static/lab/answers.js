/* What the paths answer, as tables and one sentence. */
import { breaches, effect, gains, ordered, quantile } from "./statistics.js";
import { share, table } from "./tables.js";
import { between, chance, level, phrase, said } from "./words.js";

const RELATIVE = { relative: true };

/** The effects of a change, measure by measure. Args: now, changed: measure -> one number for each path. */
export function effects(economy, names, now, changed) {
  return Object.fromEntries(names.map(name => [name, effect(economy.measures[name], now[name], changed[name], economy.ranks)]));
}

export function sentence(economy, found) {
  const parts = Object.entries(economy.sentence).map(([name, words]) => phrase(found[name], economy.measures[name], words));
  return `${economy.when}: ${parts.join("; ")}.`;
}

export function effectsTable(economy, names, now, changed) {
  if (!changed) {
    const rows = names.map(name => {
      const measure = economy.measures[name];
      return [measure.title, level(quantile(ordered(now[name]), 0.5), measure)];
    });
    return table("Figures under today’s rules", ["Figure", "Today’s rules, middle path"], rows);
  }
  const found = effects(economy, names, now, changed);
  const rows = names.map(name => {
    const [measure, row] = [economy.measures[name], found[name]];
    if (!row.paths) return [measure.title, "", "", said(row), ""];
    const told = row.says === "same" ? said(row) : between(row, measure);
    const often = row.says === "same" ? "" : `${chance(row, measure)}${row.says === "undetectable" ? ` (${said(row)})` : ""}`;
    return [measure.title, level(row.baseline, measure), level(row.changed, measure), told, often];
  });
  const head = ["Figure", "Today’s rules", "With the change", "Difference, path by path", "In how many paths"];
  return table("What changes", head, rows);
}

export function groupsTable(economy, now, changed) {
  const rows = Object.values(economy.groups).map(group => {
    const measure = economy.measures[group.measure];
    const row = gains(group, now[group.measure], changed[group.measure], economy.ranks);
    if (!row.paths) return [group.title, measure.title, "cannot be compared", ""];
    if (!row.gains && !row.loses) return [group.title, measure.title, "the same in every path", ""];
    const beyond = row.beyond ? `; more than ${Math.round(100 * group.tolerance)} % in ${row.beyond}` : "";
    const often = `gains in ${row.gains}, loses in ${row.loses} of ${row.paths}${beyond}`;
    return [group.title, measure.title, between(row, RELATIVE), often];
  });
  return table("Who gains and who loses", ["Group", "Lives by", "Gain, or loss", "In how many paths"], rows);
}

export function guardrailsTable(economy, now, changed) {
  const rows = Object.values(economy.guardrails).map(guardrail => {
    const measure = economy.measures[guardrail.measure];
    const line = `${measure.title}: ${guardrail.breach} ${level(guardrail.limit, measure)}`;
    const allowed = guardrail.chance === null ? "not judged" : `${Math.round(100 * guardrail.chance)} of 100`;
    const counts = [now, changed].filter(Boolean).map(one => breaches(guardrail, one[guardrail.measure]));
    const cells = counts.map(count => share(count, now[guardrail.measure].length, guardrail.chance));
    const step = counts.length > 1 ? [moved(counts[1] - counts[0])] : [];
    return [guardrail.title, line, ...cells, ...step, allowed];
  });
  const change = changed ? ["With the change", "Difference"] : [];
  return table("Guardrails", ["Guardrail", "In breach when", "Today’s rules", ...change, "Allowed"], rows);
}

function moved(count) {
  if (!count) return "none";
  return count > 0 ? `${count} more in breach` : `${-count} fewer in breach`;
}
