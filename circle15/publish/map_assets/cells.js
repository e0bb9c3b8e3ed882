// The grid of cells: where each lies in Web Mercator, who lives there, minutes to each service.
(function (circle15) {
  "use strict";

  const WORLD = 256;

  function mercator(lon, lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return [WORLD * (lon / 360 + 0.5), WORLD * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI))];
  }
  circle15.mercator = mercator;

  // Grid corner (column, row) to world pixels at zoom 0, between the lattice's control points.
  function cornerFinder(lattice) {
    const points = lattice.lon.map((lon, i) => mercator(lon / 1e7, lattice.lat[i] / 1e7));
    return function (column, row) {
      const c = Math.min(Math.floor(column / lattice.step), lattice.columns - 2);
      const r = Math.min(Math.floor(row / lattice.step), lattice.rows - 2);
      const u = column / lattice.step - c;
      const v = row / lattice.step - r;
      const at = r * lattice.columns + c;
      const [sw, se, nw, ne] = [points[at], points[at + 1], points[at + lattice.columns], points[at + lattice.columns + 1]];
      return [0, 1].map((axis) => (1 - v) * ((1 - u) * sw[axis] + u * se[axis]) + v * ((1 - u) * nw[axis] + u * ne[axis]));
    };
  }

  // Code 0 is unreachable, 1 unknown; then tenths of a minute to half an hour, whole minutes beyond.
  function minutesOf(code) {
    if (code === 0) return Infinity;
    if (code === 1) return NaN;
    return code <= 302 ? (code - 2) / 10 : code - 302 + 30;
  }

  function corners(cells, facts) {
    const find = cornerFinder(facts.lattice);
    const quads = new Float64Array(8 * cells.count);
    for (let i = 0; i < cells.count; i += 1) {
      const [c, r] = [cells.column(i), cells.row(i)];
      [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]].forEach(([column, row], k) => {
        [quads[8 * i + 2 * k], quads[8 * i + 2 * k + 1]] = find(column, row);
      });
    }
    return quads;
  }

  circle15.makeCells = function (content, packed) {
    const facts = content.grid;
    const place = circle15.summed(packed.place);
    const zeros = new Int32Array(place.length);
    const cells = {
      count: place.length,
      column: (i) => place[i] % facts.columns,
      row: (i) => Math.floor(place[i] / facts.columns),
      town: packed.town ? circle15.summed(packed.town) : zeros,
      village: packed.village ? circle15.summed(packed.village) : zeros,
      minutes: {},
      reached: {},
    };
    for (const service of content.services) {
      cells.minutes[service.id] = Float64Array.from(circle15.summed(packed[service.id + "_time"]), minutesOf);
      cells.reached[service.id] = packed[service.id + "_reach"];
    }
    cells.quads = corners(cells, facts);
    cells.everyone = (i) => packed.persons_all[i] / 100;
    cells.persons = function (group, i) {
      if (group === "all") return cells.everyone(i);
      const share = facts.shares[group][cells.town[i]];
      return (Math.floor(packed.persons_all[i] * share + 0.5) + packed["persons_" + group][i]) / 100;
    };
    cells.at = (latlng) => cellAt(cells, mercator(latlng.lng, latlng.lat));
    return cells;
  };

  // Which cell holds a point, by the signs of its four sides; -1 for none.
  function cellAt(cells, [x, y]) {
    const q = cells.quads;
    for (let i = 0; i < cells.count; i += 1) {
      let inside = true;
      for (let k = 0; k < 4 && inside; k += 1) {
        const [a, b] = [8 * i + 2 * k, 8 * i + 2 * ((k + 1) % 4)];
        inside = (q[b] - q[a]) * (y - q[a + 1]) - (q[b + 1] - q[a + 1]) * (x - q[a]) <= 0;
      }
      if (inside) return i;
    }
    return -1;
  }
})(window.circle15);
