// Colours and classes. Within 15 minutes is green-blue, beyond is warm; light to dark also reads in grey.
(function (circle15) {
  "use strict";

  circle15.ink = { line: "#5b6b73", area: "#8c1d18", border: "#33464f" };

  // Up to `to` minutes; to = null is unreachable.
  circle15.timeBands = [
    { from: 0, to: 5, colour: "#0b5563" },
    { from: 5, to: 10, colour: "#3f8f97" },
    { from: 10, to: 15, colour: "#a3d0c8" },
    { from: 15, to: 30, colour: "#f3c87a" },
    { from: 30, to: Infinity, colour: "#dd7f46" },
    { from: null, to: null, colour: "#8a5a52" },
  ];
  circle15.isochroneColours = { 5: "#0b5563", 10: "#3f8f97", 15: "#a3d0c8" };
  circle15.unknownColour = "#c9cdcf";

  circle15.bandOf = function (minutes) {
    if (minutes === Infinity) return circle15.timeBands.length - 1;
    return circle15.timeBands.findIndex((band) => minutes <= band.to);
  };

  const people = ["#fbdcbb", "#f4a582", "#d6604d", "#8c1d18"];

  // Round class limits (1, 2, 5 times a power of ten) from the spread of the values.
  function rounded(value) {
    const exponent = Math.max(-1, Math.floor(Math.log10(value)));
    const lead = value / Math.pow(10, exponent);
    const digit = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
    return exponent < 0 ? digit / 10 : digit * Math.pow(10, exponent);
  }

  circle15.peopleClasses = function (values) {
    const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
    const top = sorted.length ? sorted[Math.floor(0.97 * (sorted.length - 1))] : 1;
    const limits = [...new Set([top / 10, top / 4, top / 1.6].map(rounded))];
    return people
      .slice(people.length - limits.length - 1)
      .map((colour, i) => ({ from: i ? limits[i - 1] : 0, to: i < limits.length ? limits[i] : Infinity, colour }));
  };

  // Fixed classes, so that years compare.
  circle15.indexClasses = ["#f1e4d3", "#cfd9cf", "#97bcbb", "#4f8d95", "#12525f"].map((colour, i) => ({
    from: 20 * i,
    to: 20 * (i + 1),
    colour,
  }));

  circle15.indexColour = function (value) {
    if (typeof value !== "number") return circle15.unknownColour;
    return circle15.indexClasses[Math.min(4, Math.floor(value * 5))].colour;
  };
})(window.circle15);
