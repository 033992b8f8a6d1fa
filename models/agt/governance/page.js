/* Draws the figures of a report with the scripts above it; charts.js of the book does the same with files. */
(() => {
  "use strict";
  const style = getComputedStyle(document.documentElement);
  const colour = name => style.getPropertyValue(`--agt-${name}`).trim();
  const [ink, axis, grid] = ["ink", "axis", "grid"].map(colour);
  const series = [1, 2, 3, 4, 5, 6].map(number => colour(`series-${number}`));
  const text = { labelColor: ink, titleColor: ink };
  const config = {
    axis: { ...text, domainColor: axis, tickColor: axis, gridColor: grid },
    header: text,
    legend: text,
    mark: { color: series[0] },
    range: { category: series },
    rule: { color: axis },
  };
  // ast: expressions are interpreted, not compiled, because the page's policy forbids eval.
  const options = { actions: false, ast: true, config, defaultStyle: false, renderer: "svg" };
  options.tooltip = { disableDefaultStyle: true };

  async function draw(figure) {
    const place = figure.querySelector(".agt-figure-view");
    try {
      await vegaEmbed(place, JSON.parse(figure.querySelector(".agt-figure-spec").textContent), options);
      figure.dataset.state = "ready";
    } catch (error) {
      figure.dataset.state = "failed";
      place.textContent = "This chart could not be drawn; its numbers are below.";
      console.error(error);
    }
  }

  document.querySelectorAll(".agt-figure").forEach(draw);
})();
