// The legend of what is on the map now.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  function row(colour, text, mark) {
    return element("li", { class: mark || "" }, [element("i", { style: { background: colour } }), element("span", { text })]);
  }

  function timeRows(unknown) {
    const rows = circle15.timeBands.map((band) => {
      if (band.to === null) return row(band.colour, say("band_unreachable"));
      if (band.from === 0) return row(band.colour, say("band_to", band));
      return row(band.colour, band.to === Infinity ? say("band_over", band) : say("band_between", band));
    });
    return unknown ? [...rows, row(circle15.unknownColour, say("band_unknown"))] : rows;
  }

  function bandRows(minutes) {
    return minutes.map((to) => row(circle15.isochroneColours[to] || circle15.timeBands[circle15.bandOf(to)].colour, say("band_to", { to })));
  }

  function peopleRows(classes) {
    return classes.map((one) => row(one.colour, say(one.to === Infinity ? "persons_over" : "persons_between", one)));
  }

  function indexRows(towns) {
    const rows = circle15.indexClasses.map((one) => row(one.colour, say("points_between", one)));
    const missing = towns.some((town) => !town.index || typeof town.index.balanced_access !== "number");
    return missing ? [...rows, row(circle15.unknownColour, say("no_data"))] : rows;
  }

  function themeLegend(view) {
    const name = view.service.name;
    if (view.theme === "time") return [say("legend_time", { service: name, travel: view.service.travel }), timeRows(view.unknown)];
    if (view.theme === "uncovered") return [say("legend_uncovered", { group: view.service.group_name }), peopleRows(view.classes)];
    if (view.theme === "index") return [say("legend_index"), indexRows(view.towns)];
    if (view.theme === "isochrones") return [say("legend_isochrones", { service: name, travel: view.service.travel }), bandRows(view.bands)];
    return ["", []];
  }

  function changeRows(changes) {
    const looks = Object.keys(circle15.changeLooks).filter((look) => changes.some((change) => change.look === look));
    return looks.map((look) => element("li", {}, [element("i", { style: { background: circle15.changeLooks[look].color } }), element("span", { text: say("key_" + look) })]));
  }

  circle15.showLegend = function (view) {
    const [title, rows] = view.single ? [say("legend_one", { facility: view.single.name, travel: view.service.travel }), bandRows(view.singleBands)] : themeLegend(view);
    const keys = [
      view.overlays.areas ? element("li", { class: "c15-key-area" }, [element("i"), element("span", { text: say("key_area") })]) : null,
      view.overlays.facilities ? element("li", { class: "c15-key-site" }, [element("i", { style: { background: view.service.colour } }), element("span", { text: view.service.name })]) : null,
      view.overlays.gaps ? element("li", { class: "c15-key-gap" }, [element("i"), element("span", { text: say("key_gap") })]) : null,
      ...(view.overlays.changes ? changeRows(view.changes) : []),
    ];
    byId("legend").hidden = !rows.length && !keys.some(Boolean);
    fill(byId("legend"), [
      element("h2", { text: title || say("legend") }),
      rows.length ? element("ul", {}, rows) : null,
      keys.some(Boolean) ? element("ul", { class: "c15-keys" }, keys) : null,
    ]);
  };
})(window.circle15);
