// The curve: people reached over the number of new sites, with its knee.
(function (circle15) {
  "use strict";

  const { say } = circle15;
  const SVG = "http://www.w3.org/2000/svg";
  const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [440, 250, 66, 18, 22, 44];
  const STEPS = [1, 2, 2.5, 5, 10];

  function part(tag, traits, text) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(traits)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // Round numbers from below the least to above the most, about four steps apart.
  function ticks(least, most) {
    const rough = Math.max(most - least, 1) / 4;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = STEPS.map((each) => each * power).find((each) => each >= rough);
    const found = [];
    for (let at = Math.floor(least / step) * step; at < most + step; at += step) found.push(at);
    return found;
  }

  circle15.curveChart = function (content) {
    const points = content.curve.filter((point) => typeof point.people === "number");
    const values = points.map((point) => point.people);
    const marks = ticks(Math.min(...values), Math.max(...values));
    const [low, high] = [marks[0], marks[marks.length - 1]];
    const last = Math.max(points[points.length - 1].sites, 1);
    const x = (sites) => LEFT + ((WIDTH - LEFT - RIGHT) * sites) / last;
    const y = (people) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (people - low)) / (high - low || 1);
    const chart = part("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "c15-chart", role: "img", "aria-label": say("page_curve") });
    for (const mark of marks) {
      chart.appendChild(part("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(mark), y2: y(mark), class: "c15-grid" }));
      chart.appendChild(part("text", { x: LEFT - 7, y: y(mark) + 4, "text-anchor": "end" }, circle15.wholeNumber(mark)));
    }
    const every = Math.ceil(last / 10);
    for (let sites = 0; sites <= last; sites += every) chart.appendChild(part("text", { x: x(sites), y: HEIGHT - BOTTOM + 17, "text-anchor": "middle" }, String(sites)));
    chart.appendChild(part("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, class: "c15-axis" }));
    chart.appendChild(part("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 8, "text-anchor": "middle" }, say("column_new_sites")));
    chart.appendChild(part("text", { x: 4, y: 12 }, say("column_reached_after")));
    chart.appendChild(part("polyline", { points: points.map((point) => `${x(point.sites)},${y(point.people)}`).join(" "), class: "c15-line" }));
    for (const point of points) {
      const knee = point.sites === content.knee;
      const dot = part("circle", { cx: x(point.sites), cy: y(point.people), r: knee ? 6 : 3.5, class: knee ? "c15-knee" : "c15-point" });
      dot.appendChild(part("title", {}, `${point.sites}: ${circle15.wholeNumber(point.people)}`));
      chart.appendChild(dot);
      if (knee) chart.appendChild(part("text", { x: x(point.sites) + 9, y: y(point.people) + 18, class: "c15-kneetext" }, `${say("page_knee")} ${point.sites}`));
    }
    return chart;
  };
})(window.circle15);
