// The grid of cells: where each lies in Web Mercator, who lives there, minutes to each service.
(function (circle15) {
  "use strict";

  const WORLD = 256;

  function mercator(lon, lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return [WORLD * (lon / 360 + 0.5), WORLD * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI))];
  }
  circle15.mercator = mercator;

  // Writes grid corner (column, row) as world pixels at zoom 0, between the lattice's control points, to out[at].
  function cornerWriter(lattice, out) {
    const points = lattice.lon.map((lon, i) => mercator(lon / 1e7, lattice.lat[i] / 1e7));
    return function (column, row, at) {
      const c = Math.min(Math.floor(column / lattice.step), lattice.columns - 2);
      const r = Math.min(Math.floor(row / lattice.step), lattice.rows - 2);
      const u = column / lattice.step - c;
      const v = row / lattice.step - r;
      const south = r * lattice.columns + c;
      const north = south + lattice.columns;
      for (let axis = 0; axis < 2; axis += 1) {
        const below = (1 - u) * points[south][axis] + u * points[south + 1][axis];
        const above = (1 - u) * points[north][axis] + u * points[north + 1][axis];
        out[at + axis] = (1 - v) * below + v * above;
      }
    };
  }

  // Code 0 is unreachable, 1 unknown; then tenths of a minute to half an hour, whole minutes beyond.
  function minutesOf(code) {
    if (code === 0) return Infinity;
    if (code === 1) return NaN;
    return code <= 302 ? (code - 2) / 10 : code - 302 + 30;
  }

  function corners(cells, facts) {
    const quads = new Float64Array(8 * cells.count);
    const write = cornerWriter(facts.lattice, quads);
    for (let i = 0; i < cells.count; i += 1) {
      const column = cells.column(i);
      const row = cells.row(i);
      write(column, row, 8 * i);
      write(column + 1, row, 8 * i + 2);
      write(column + 1, row + 1, 8 * i + 4);
      write(column, row + 1, 8 * i + 6);
    }
    return quads;
  }

  // Where cells lie: `place` is each cell's row times the grid's columns plus its column, ascending.
  circle15.gridOf = function (facts, place) {
    const cells = {
      count: place.length,
      columns: facts.columns,
      side: facts.cell_m,
      column: (i) => place[i] % facts.columns,
      row: (i) => Math.floor(place[i] / facts.columns),
      // Whether the next cell lies next to this one, to the east.
      adjoin: (i) => place[i + 1] === place[i] + 1 && place[i + 1] % facts.columns !== 0,
    };
    cells.quads = corners(cells, facts);
    cells.at = (latlng) => cellAt(cells, mercator(latlng.lng, latlng.lat));
    return cells;
  };

  circle15.makeCells = function (content, packed) {
    const facts = content.grid;
    const place = circle15.summed(packed.place);
    const zeros = new Int32Array(place.length);
    const cells = Object.assign(circle15.gridOf(facts, place), {
      town: packed.town ? circle15.summed(packed.town) : zeros,
      village: packed.village ? circle15.summed(packed.village) : zeros,
      minutes: {},
      reached: {},
      // 1 where people live and no street is near; null where that is nowhere.
      gap: packed.gap || null,
      // How one travels to a service by the rule of the cell's town.
      mode: (service, i) => service.modes[packed.rural ? packed.rural[i] : 0],
    });
    for (const service of content.services) {
      cells.minutes[service.id] = Float64Array.from(circle15.summed(packed[service.id + "_time"]), minutesOf);
      cells.reached[service.id] = packed[service.id + "_reach"];
    }
    cells.everyone = (i) => packed.persons_all[i] / 100;
    cells.persons = function (group, i) {
      if (group === "all") return cells.everyone(i);
      const share = facts.shares[group][cells.town[i]];
      return (Math.floor(packed.persons_all[i] * share + 0.5) + packed["persons_" + group][i]) / 100;
    };
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
