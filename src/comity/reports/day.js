"use strict";
// Draws the charts of the page from the JSON beside them. Before printing, what is drawn is scaled
// to the paper by its viewBox: nothing is drawn again, so print and screen show the same.
(function () {
  const figures = JSON.parse(document.getElementById("chart-data").textContent);
  const options = { displayModeBar: false, responsive: true, displaylogo: false };

  const NARROW = 480;
  const LEGEND_ROW = 21;

  function keepShape(element) {
    const container = element.querySelector(".svg-container");
    for (const svg of element.querySelectorAll("svg.main-svg")) {
      const width = svg.getAttribute("width");
      const height = svg.getAttribute("height");
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      container.style.setProperty("--shape", `${width} / ${height}`);
    }
  }

  // On a narrow screen a legend takes a row a name, more than the chart has kept for it.
  function heightOf(element, figure) {
    const height = Number(element.dataset.height);
    if (element.clientWidth > NARROW || !figure.layout.legend || figure.layout.showlegend === false) {
      return height;
    }
    const named = figure.data.filter((one) => one.showlegend !== false).map((one) => one.name);
    return height + Math.max(0, LEGEND_ROW * new Set(named).size - figure.layout.margin.t);
  }

  const drawn = Object.entries(figures).map(([id, figure]) => {
    const element = document.getElementById(id);
    const layout = { ...figure.layout, height: heightOf(element, figure), autosize: true };
    return Plotly.newPlot(element, figure.data, layout, options).then(() => {
      keepShape(element);
      element.on("plotly_afterplot", () => keepShape(element));
    });
  });
  Promise.all(drawn).then(() => { document.body.dataset.drawn = String(drawn.length); });
})();
