/* What paths say together, as `agt.governance.findings` says it of many more. */

export const LEVELS = { p05: 0.05, p25: 0.25, p50: 0.5, p75: 0.75, p95: 0.95 };

/** The quantile of values in order, between neighbours in proportion, as NumPy takes it. */
export function quantile(ordered, level) {
  const place = level * (ordered.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ordered.length - 1);
  return ordered[below] + (place - below) * (ordered[above] - ordered[below]);
}

export const ordered = values => Float64Array.from(values).sort();

export function quantiles(values) {
  const inOrder = ordered(values);
  return Object.fromEntries(Object.entries(LEVELS).map(([name, level]) => [name, quantile(inOrder, level)]));
}

/** The paired difference, as a share of the baseline where `relative`; a share of nothing is no number. */
export function difference(baseline, changed, relative) {
  const gap = changed - baseline;
  if (!relative || gap === 0) return gap;
  return baseline > 0 ? gap / baseline : NaN;
}

/** The paired difference of one measure over the paths: its middle with an interval, and how often it matters. */
export function effect(measure, baseline, changed, ranks) {
  const gaps = baseline.map((value, place) => difference(value, changed[place], measure.relative));
  const kept = gaps.map((gap, place) => place).filter(place => Number.isFinite(gaps[place]));
  if (!kept.length) return { paths: 0, says: "nothing" };
  const inOrder = ordered(kept.map(place => gaps[place]));
  const [first, last] = ranks[inOrder.length - 1];
  const interval = first ? [inOrder[first - 1], inOrder[last - 1]] : [-Infinity, Infinity];
  const middle = quantile(inOrder, 0.5);
  return {
    paths: inOrder.length,
    baseline: quantile(ordered(kept.map(place => baseline[place])), 0.5),
    changed: quantile(ordered(kept.map(place => changed[place])), 0.5),
    middle,
    interval,
    more: inOrder.filter(gap => gap > measure.matters).length,
    less: inOrder.filter(gap => gap < -measure.matters).length,
    says: says(measure, inOrder, middle, interval),
  };
}

function says(measure, gaps, middle, [since, until]) {
  if (gaps.every(gap => gap === 0)) return "same";
  if (since <= 0 && until >= 0) return "undetectable";
  if (Math.abs(middle) < measure.matters) return "small";
  const way = middle > 0 ? "higher" : "lower";
  if (measure.better === "neither") return way;
  return way === measure.better ? "better" : "worse";
}

/** What a group gains (or loses, below nothing), as a share of what it has without the change. */
export function gains(group, baseline, changed, ranks) {
  const sign = group.better === "higher" ? 1 : -1;
  const gaps = baseline.map((value, place) => sign * difference(value, changed[place], true)).filter(Number.isFinite);
  if (!gaps.length) return { paths: 0 };
  const inOrder = ordered(gaps);
  const [first, last] = ranks[inOrder.length - 1];
  return {
    paths: inOrder.length,
    middle: quantile(inOrder, 0.5),
    interval: first ? [inOrder[first - 1], inOrder[last - 1]] : null,
    gains: inOrder.filter(gap => gap > 0).length,
    loses: inOrder.filter(gap => gap < 0).length,
    beyond: inOrder.filter(gap => gap < -group.tolerance).length,
  };
}

/** How many paths cross a guardrail's line. */
export function breaches(guardrail, values) {
  const { breach, limit } = guardrail;
  return values.filter(value => (breach === "below" ? value < limit : value > limit)).length;
}
