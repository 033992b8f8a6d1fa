/* Tables made of texts: nothing that is put into them is ever read as HTML. */

export function made(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

/** A table as the book's others: it scrolls inside itself, and on a phone each row becomes a block.
    A cell is a text, or an element. */
export function table(label, head, rows) {
  const top = made("tr", {}, ...head.map(text => made("th", { scope: "col" }, made("span", { text }))));
  const body = rows.map(cells => made("tr", {}, ...cells.map((cell, place) => {
    const td = made("td", { "data-label": head[place] });
    td.append(cell);
    return td;
  })));
  const whole = made("table", {}, made("thead", {}, top), made("tbody", {}, ...body));
  return made("div", { class: "agt-table agt-stack", tabindex: "0", role: "region", "aria-label": label }, whole);
}

/** A share of the paths as a number and a bar, with a mark at what is allowed. */
export function share(count, paths, limit) {
  const bar = made("span", { class: "agt-share", "aria-hidden": "true" });
  bar.style.setProperty("--share", `${100 * count / paths}%`);
  if (limit !== null) bar.style.setProperty("--limit", `${100 * limit}%`);
  const text = made("span", { text: `${count} of ${paths}` });
  const whole = made("span", { class: limit === null ? "agt-counted" : "agt-counted agt-limited" }, text, bar);
  return whole;
}

/** Show an element in a place: cell by cell where a table of the same form stands there, so that focus and scroll stay. */
export function put(place, fresh) {
  const heads = element => [...element.querySelectorAll("th")].map(one => one.textContent).join("|");
  const [old, cells] = [place, fresh].map(one => [...one.querySelectorAll("td")]);
  if (cells.length && old.length === cells.length && heads(place) === heads(fresh)) {
    old.forEach((cell, number) => cell.replaceChildren(...cells[number].childNodes));
  } else place.replaceChildren(fresh);
}
