// Borders, towns by index, walking areas and under-served areas: polygons, unpacked when first wanted.
(function (circle15) {
  "use strict";

  circle15.makeShapes = function (content, numbers) {
    const layers = { ...content.shapes, bands: byOwner(content.shapes) };
    const polygonsOf = (start) => circle15.polygonsAt(numbers, start);
    const unit = (start, style) => L.polygon(polygonsOf(start), Object.assign({ interactive: false }, style));
    const outline = { fill: false, lineJoin: "round" };
    return {
      ground: () => L.featureGroup(layers.root.map((start) => unit(start, { pane: "c15-ground", stroke: false, fillColor: "#fff", fillOpacity: 1 }))),
      frame: () => L.featureGroup(layers.root.map((start) => unit(start, { ...outline, pane: "c15-borders", color: circle15.ink.border, weight: 2.2 }))),
      towns: () => L.featureGroup(layers.town.map((start) => unit(start, { ...outline, pane: "c15-borders", color: circle15.ink.border, weight: 1.1, opacity: 0.75 }))),
      villages: () => L.featureGroup(layers.village.map((start) => unit(start, { ...outline, pane: "c15-borders", color: circle15.ink.line, weight: 0.7, opacity: 0.55, dashArray: "3 2" }))),
      townsByIndex: () => L.featureGroup(layers.town.map((start, i) => townByIndex(content.towns[i], polygonsOf(start)))),
      town: (i) => unit(layers.town[i], { ...outline, pane: "c15-picked", color: "#e2522b", weight: 3 }),
      village: (i) => unit(layers.village[i], { ...outline, pane: "c15-picked", color: "#e2522b", weight: 3 }),
      areas: (areas) => areaGroup(areas.map((area) => layers.areas[content.areas.indexOf(area)]), polygonsOf),
      areaBounds: (i) => L.latLngBounds(polygonsOf(layers.areas[i]).flat(2)),
      isochrones: (service, facility) => bandGroup(layers, service, facility, polygonsOf),
      bands: (service, facility) => bandsOf(layers, service, facility).map((band) => band.minutes),
    };
  };

  function townByIndex(town, polygons) {
    const value = town.index ? town.index.balanced_access : null;
    return L.polygon(polygons, { pane: "c15-ground", interactive: false, stroke: false, fillColor: circle15.indexColour(value), fillOpacity: 1 });
  }

  // A white line beneath the dark one keeps it apart from the cells.
  function areaGroup(starts, polygonsOf) {
    const group = L.featureGroup();
    for (const start of starts) {
      const polygons = polygonsOf(start);
      const line = { fill: false, interactive: false, pane: "c15-areas", lineJoin: "round" };
      group.addLayer(L.polygon(polygons, { ...line, color: "#fff", weight: 3.6, opacity: 0.85 }));
      group.addLayer(L.polygon(polygons, { ...line, color: circle15.ink.area, weight: 1.6 }));
    }
    return group;
  }

  const ownerOf = (service, facility) => JSON.stringify([service, facility]);

  // Each service's bands, and each facility's, the nearest first.
  function byOwner({ bands, isochrones }) {
    const found = new Map();
    bands.forEach(({ service, facility, minutes }, i) => {
      const owner = ownerOf(service, facility);
      found.set(owner, [...(found.get(owner) || []), { minutes, start: isochrones[i] }].sort((a, b) => a.minutes - b.minutes));
    });
    return found;
  }

  const bandsOf = (layers, service, facility) => layers.bands.get(ownerOf(service, facility)) || [];

  // The widest first, so that the nearer lie on top, whether bands are rings or whole.
  function bandGroup(layers, service, facility, polygonsOf) {
    const group = L.featureGroup();
    for (const band of [...bandsOf(layers, service, facility)].reverse()) {
      const colour = circle15.isochroneColours[band.minutes] || circle15.timeBands[circle15.bandOf(band.minutes)].colour;
      const style = { interactive: false, fillColor: colour, fillOpacity: 1, color: "#fff", weight: 0.8, pane: facility ? "c15-single" : "c15-bands" };
      group.addLayer(L.polygon(polygonsOf(band.start), style));
    }
    return group;
  }
})(window.circle15);
