"use strict";
// Draws the charts of the page from the JSON beside them. Before printing, what is drawn is scaled
// to the paper by its viewBox: nothing is drawn again, so print and screen show the same.
(function () {
  const figures = JSON.parse(document.getElementById("chart-data").textContent);
  const options = { displayModeBar: false, responsive: true, displaylogo: false };

  function keepShape(element) {
    const container = element.querySelector(".svg-container");
    for (const svg of element.querySelectorAll("svg.main-svg")) {
      const width = svg.getAttribute("width");
      const height = svg.getAttribute("height");
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      container.style.setProperty("--shape", `${width} / ${height}`);
    }
  }

  const drawn = Object.entries(figures).map(([id, figure]) => {
    const element = document.getElementById(id);
    const layout = { ...figure.layout, height: Number(element.dataset.height), autosize: true };
    return Plotly.newPlot(element, figure.data, layout, options).then(() => {
      keepShape(element);
      element.on("plotly_afterplot", () => keepShape(element));
    });
  });
  Promise.all(drawn).then(() => { document.body.dataset.drawn = String(drawn.length); });
})();
