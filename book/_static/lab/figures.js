/* The lab's pictures: the book's own figures, with the paths that have come so far. */
import { quantiles } from "./statistics.js";
import { made } from "./tables.js";
import { monthDate, monthName, readable, titled } from "./words.js";

export const NOW = "Today’s rules";
export const CHANGED = "With the change";
const READING = "Line: the middle path. Dark band: half of the paths. Light band: 9 paths in 10.";

/** One row per month and series: the quantiles of the paths.
    series: name -> one path of numbers for each run. */
export function rows(economy, series) {
  const months = Array.from({ length: economy.months }, (_, place) => place);
  return Object.entries(series).flatMap(([name, paths]) => months.map(place => ({
    date: monthDate(economy.today + 1 + place, economy.epoch),
    series: name,
    ...quantiles(paths.map(path => path[place])),
  })));
}

export class Picture {
  constructor(figure, economy) {
    this.figure = figure;
    this.economy = economy;
    this.holder = figure.querySelector(".agt-figure-spec");
    this.spec = JSON.parse(this.holder.textContent);
    this.table = figure.querySelector("table[data-name]").dataset.name;
    this.numbers = figure.querySelector("details");
  }

  /** Another picture of the same form, at the end of a place. */
  copied(place) {
    const figure = this.figure.cloneNode(true);
    figure.removeAttribute("id");
    delete figure.dataset.state;
    figure.querySelector(".agt-figure-view").replaceChildren();
    figure.querySelector("[role=region]").setAttribute("aria-label", "Numbers of the difference");
    place.append(figure);
    return new Picture(figure, this.economy);
  }

  /** Draw rows of a quantity; where it is another one than before, with its own title. */
  show(name, rows, caption) {
    const { meaning, unit } = this.economy.pictures[name];
    const title = titled(meaning, unit);
    if (this.title !== title) {
      this.title = title;
      for (const { encoding } of this.spec.layer) if (encoding?.y) encoding.y.title = title;
      this.spec.datasets = { [this.table]: rows };
      this.spec.description = caption;
      this.holder.textContent = JSON.stringify(this.spec);
    }
    this.figure.querySelector("figcaption").textContent = `${caption} ${READING}`;
    this.figure.dispatchEvent(new CustomEvent("agt:figure", { bubbles: true, detail: { [this.table]: rows } }));
    this.rows = rows;
  }

  /** Renew the numbers below the picture: once all paths have come, not with each of them. */
  tell() {
    const cell = text => made("td", { text, class: "number" });
    const lines = this.rows.map(({ date, series, ...levels }) => made("tr", {},
      made("td", { text: new Date(date).toLocaleDateString("en-CA"), class: "date" }),
      made("td", { text: series }),
      ...Object.values(levels).map(value => cell(readable(value))),
    ));
    this.numbers.querySelector("tbody").replaceChildren(...lines);
  }
}

/** What a picture shows, in a sentence that stands for it where it cannot be seen. */
export function caption(economy, name, series, paths, title) {
  const { meaning, unit } = economy.pictures[name];
  const last = economy.months - 1;
  const ends = Object.entries(series).map(([own, values]) => {
    const { p50 } = quantiles(values.map(path => path[last]));
    return `${own.toLowerCase()} ${readable(p50)} ${unit}`;
  });
  const end = monthName(economy.today + economy.months, economy.epoch);
  return `${meaning}${title}: ${paths} ${paths === 1 ? "path" : "paths"}. ${end}, middle path: ${ends.join("; ")}.`;
}
