// The packed study as what the page computes on: cells, services, sites, candidates, streets.
(function (circle15) {
  "use strict";

  const { summed, runsOf } = circle15;
  const CLASSES = ["urban", "rural"];

  // Edges come from 1 on, 0 for a point off the network.
  function joins(numbers, doubles, name) {
    return { edge: summed(numbers[name + "_edge"]).map((edge) => edge - 1), share: doubles[name + "_share"], leg: doubles[name + "_leg"] };
  }

  function part(sections, prefix) {
    const own = Object.entries(sections).filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(own.map(([name, values]) => [name.slice(prefix.length), values]));
  }

  function makeWay(facts, numbers, doubles) {
    const from = summed(numbers.from);
    const to = numbers.to.map((step, e) => from[e] + step);
    const backward = doubles.backward || doubles.forward;
    const streets = new circle15.Streets(facts.nodes, from, to, doubles.forward, backward, joins(numbers, doubles, "cell"), numbers.twin || null);
    const reached = facts.reached.map(({ limit_m, classes }, i) => ({ limit_m, classes, ...runsOf(numbers[`reached${i}_runs`], numbers[`reached${i}_gap`], numbers[`reached${i}_length`]) }));
    return { mode: facts.mode, streets, doors: joins(numbers, doubles, "door"), candidates: joins(numbers, doubles, "candidate"), reached };
  }

  function makeSites(content) {
    let door = 0;
    const { facilities } = content;
    return facilities.id.map((id, i) => {
      const site = { id, kind: "existing", row: i };
      for (const name of ["name", "address", "capacity", "at"]) site[name] = facilities[name][i];
      site.service = content.services[facilities.service[i]].id;
      for (const name of ["inside", "flagged", "told", "asked"]) site[name] = facilities[name][i] === 1;
      const need = facilities.need[i];
      site.need = need < 0 ? null : need;
      site.doors = Array.from({ length: facilities.doors[i] }, (_, k) => door + k);
      door += facilities.doors[i];
      return site;
    });
  }

  function makeCandidates(content, numbers) {
    const [lon, lat, cell] = ["lon", "lat", "cell"].map((name) => summed(numbers["candidate_" + name]));
    const found = content.candidates.id.map((id, i) => ({ id, number: i, name: content.candidates.name[i], lon: lon[i], lat: lat[i], cell: cell[i], origin: "street", places: null, services: [] }));
    for (const { number, ...said } of content.candidates.listed) Object.assign(found[number], said);
    return found;
  }

  // The rows of cells of each town, and of the whole area.
  function unitRows(content, cells) {
    const towns = content.towns.map(() => []);
    const root = [];
    for (let i = 0; i < cells.count; i += 1) {
      if (cells.town[i] > 0) towns[cells.town[i] - 1].push(i);
      if (cells.inRoot[i]) root.push(i);
    }
    const rest = root.filter((i) => cells.town[i] === 0);
    const inTowns = towns.reduce((sum, rows) => sum + rows.length, 0);
    // Whether the whole area is its towns and what lies in none.
    const nested = inTowns + rest.length === root.length;
    return { root: Int32Array.from(root), rest: Int32Array.from(rest), nested, towns: towns.map((rows) => Int32Array.from(rows)) };
  }

  // The rows of cells counted in towns of some classes, in order: what runs of reached cells are numbered by.
  function rowsOfClasses(cells, classes) {
    const rows = [];
    for (let i = 0; i < cells.count; i += 1) if (classes.includes(CLASSES[cells.rural[i]])) rows.push(i);
    return Int32Array.from(rows);
  }

  /** Whether a service may open a site at a candidate: lists may name the services that they are for. */
  circle15.mayTake = (candidate, service) => !candidate.services.length || candidate.services.includes(service.id);

  circle15.makeGround = function (content, numbers, doubles) {
    const cells = circle15.gridOf(content.grid, summed(numbers.place));
    cells.town = summed(numbers.town);
    cells.village = numbers.village ? summed(numbers.village) : new Int32Array(cells.count);
    cells.rural = numbers.rural;
    cells.inRoot = numbers.in_root;
    cells.persons = part(doubles, "persons_");
    const exactly = Object.fromEntries(Object.entries(cells.persons).map(([group, persons]) => [group, circle15.exact.addsExactly(persons)]));
    cells.exactly = exactly.all;
    const sites = makeSites(content);
    const ways = content.ways.map((facts, i) => makeWay(facts, part(numbers, `w${i}_`), part(doubles, `w${i}_`)));
    for (const way of ways) for (const reached of way.reached) reached.rows = rowsOfClasses(cells, reached.classes);
    for (const service of content.services) {
      service.persons = cells.persons[service.group];
      service.exactly = exactly[service.group];
      service.sites = sites.filter((site) => site.service === service.id);
      service.covered = numbers["covered_" + service.id] || null;
      if (service.supply) service.catchments = runsOf(...["runs", "gap", "length"].map((name) => numbers[`catch_${service.id}_${name}`]));
    }
    return {
      content,
      cells,
      ways,
      sites,
      siteOf: new Map(sites.map((site) => [site.id, site])),
      candidates: makeCandidates(content, numbers),
      services: content.services,
      serviceOf: new Map(content.services.map((service) => [service.id, service])),
      units: unitRows(content, cells),
      towns: content.towns,
    };
  };
})(window.circle15);
