/* Draws every <figure class="agt-figure">: Vega is loaded only where there is one, and redraws in light and dark.
   A page that holds everything itself has Vega above this script, which then loads nothing.
   A script of the book may add a figure later, or change one, and dispatch a bubbling "agt:figure" event on it;
   one whose detail is {table: rows} only renews the figure's data. */
(() => {
  "use strict";
  const source = document.currentScript.src;
  const files = ["vega.min.js", "vega-lite.min.js", "vega-embed.min.js"];
  const charts = new WeakMap();  // figure -> {mode, text, view, width}
  const renewed = new WeakMap();  // figure -> {table: rows} that have come since
  const queues = new WeakMap();  // figure -> the drawing under way: one at a time
  let library;

  function fetchScript(name) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(`vendor/${name}`, source).href;
      script.async = false;  // in order: each needs the one before
      script.onload = done;
      script.onerror = () => failed(new Error(`${name} is missing`));
      document.head.append(script);
    });
  }

  function load() {
    const missing = window.vegaEmbed ? [] : files;
    library ??= Promise.all(missing.map(fetchScript)).then(() => {
      const embed = window.vegaEmbed;
      for (const name of ["vega", "vegaLite", "vegaEmbed"]) delete window[name];
      return embed;
    });
    return library;
  }

  const mode = () => (document.documentElement.dataset.theme === "dark" ? "dark" : "light");

  function colours() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(`--agt-${name}`).trim();
    const [ink, axis, grid] = ["ink", "axis", "grid"].map(colour);
    const series = [1, 2, 3, 4, 5, 6].map(number => colour(`series-${number}`));
    const text = { labelColor: ink, titleColor: ink };
    return {
      axis: { ...text, domainColor: axis, tickColor: axis, gridColor: grid },
      header: text,
      legend: text,
      mark: { color: series[0] },
      range: { category: series, ramp: [grid, series[0]], heatmap: [grid, series[0]] },
      rule: { color: axis },
      text: { color: ink },
      title: { color: ink, subtitleColor: ink },
    };
  }

  // The numbers stand in the page once, as the tables that readers open.
  function numbers(figure) {
    const tables = [...figure.querySelectorAll("table[data-name]")];
    return Object.fromEntries(tables.map(table => {
      const fields = [...table.tHead.rows[0].cells].map(cell => cell.dataset.field);
      const rows = [...table.tBodies[0].rows].map(row =>
        Object.fromEntries([...row.cells].map((cell, place) => [fields[place], value(cell)])));
      return [table.dataset.name, rows];
    }));
  }

  function value(cell) {
    if (cell.classList.contains("none")) return null;
    if (cell.classList.contains("number")) return Number(cell.textContent.replaceAll(",", ""));
    return cell.classList.contains("date") ? `${cell.textContent}T00:00:00` : cell.textContent;
  }

  async function render(figure) {
    const wanted = mode();
    const text = figure.querySelector(".agt-figure-spec").textContent;
    const drawn = charts.get(figure);
    if (drawn?.mode === wanted && drawn.text === text) return renew(figure);
    drawn?.view.finalize();
    const place = figure.querySelector(".agt-figure-view");
    try {
      const spec = JSON.parse(text);
      spec.datasets = { ...numbers(figure), ...spec.datasets };
      const embed = await load();
      // ast: expressions are interpreted, not compiled, so that a page may forbid eval.
      const options = { actions: false, ast: true, config: colours(), defaultStyle: false, renderer: "svg" };
      options.tooltip = { disableDefaultStyle: true };
      const { view } = await embed(place, spec, options);
      charts.set(figure, { mode: wanted, text, view, width: spec.width === "container" ? place.clientWidth : null });
      widths.observe(place);
      await renew(figure);
      figure.dataset.state = "ready";
    } catch (error) {
      figure.dataset.state = "failed";
      place.textContent = "This chart could not be drawn; its numbers are below.";
      console.error(error);
    }
  }

  function renew(figure) {
    const { view } = charts.get(figure);
    for (const [table, rows] of Object.entries(renewed.get(figure) ?? {})) view.data(table, rows);
    return view.runAsync();
  }

  function draw(figure) {
    queues.set(figure, (queues.get(figure) ?? Promise.resolve()).then(() => render(figure)));
  }

  // Vega follows the window only; the column also changes when a sidebar opens.
  const widths = new ResizeObserver(entries => {
    for (const { target } of entries) {
      const chart = charts.get(target.closest(".agt-figure"));
      if (!chart || chart.width === null || !target.clientWidth || chart.width === target.clientWidth) continue;
      chart.width = target.clientWidth;
      chart.view.signal("width", chart.width).runAsync();
    }
  });

  function start() {
    const all = () => document.querySelectorAll(".agt-figure").forEach(draw);
    new MutationObserver(all).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    document.addEventListener("agt:figure", ({ target, detail }) => {
      if (detail) renewed.set(target, detail);
      draw(target);
    });
    all();
  }

  document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
})();
