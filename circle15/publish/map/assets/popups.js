// What a click tells: a cell, a facility, an under-served area.
(function (circle15) {
  "use strict";

  const { element, say } = circle15;

  function facts(rows) {
    return element("dl", { class: "c15-facts" }, rows.filter(Boolean).flatMap(([name, value]) => [element("dt", { text: name }), element("dd", { text: value })]));
  }

  function dot(colour) {
    return element("i", { class: "c15-dot", style: { background: colour } });
  }
  circle15.dot = dot;

  circle15.cellPopup = function (content, cells, i, chosen) {
    const village = content.villages[cells.village[i] - 1];
    const town = content.towns[cells.town[i] - 1];
    const title = [town && town.name, village && village.name].filter(Boolean).join(" · ");
    const rows = content.services.map((service) => {
      const minutes = cells.minutes[service.id][i];
      const reached = cells.reached[service.id][i] === 1;
      const shown = Number.isNaN(minutes) ? null : minutes === Infinity ? "inf" : minutes;
      return element("tr", { class: service.id === chosen ? "c15-chosen" : "" }, [
        element("th", { scope: "row" }, [dot(service.colour), element("span", { text: service.name })]),
        element("td", { class: "c15-figure", text: circle15.travel(cells.mode(service, i), shown) }),
        element("td", { class: reached ? "c15-good" : "c15-bad", text: say(reached ? "in_reach" : "out_of_reach") }),
      ]);
    });
    return element("div", { class: "c15-pop" }, [
      element("h3", { text: title || say("cell", { m: content.grid.cell_m }) }),
      element("p", { class: "c15-sub", text: say("cell", { m: content.grid.cell_m }) + " · " + say("cell_people", { people: circle15.fewPeople(cells.everyone(i)) }) }),
      cells.gap && cells.gap[i] ? element("p", { class: "c15-note", text: say("cell_gap") }) : null,
      element("table", {}, [element("caption", { text: say("to_nearest") }), element("tbody", {}, rows)]),
    ]);
  };

  // How full a facility is: what the nearest people want of it, what that is over its capacity, and whether it lacks.
  function loadTold(load) {
    const [state, wanted, missing, facilities, lacking] = load;
    return [
      say("load_" + state),
      say("load_wanted", { wanted: circle15.wholeNumber(wanted) }),
      missing >= 0.5 ? say("load_missing", { missing: circle15.wholeNumber(missing) }) : "",
      state === "short" && lacking >= 0.5 ? say(facilities > 1 ? "load_set" : "load_lacking", { facilities, missing: circle15.wholeNumber(lacking) }) : "",
    ].filter(Boolean).join(" · ");
  }

  circle15.facilityPopup = function (content, facility, bands) {
    const service = content.services.find((one) => one.id === facility.service);
    const capacity = facility.capacity === null ? null : [say("capacity"), circle15.wholeNumber(facility.capacity) + " " + service.unit];
    return element("div", { class: "c15-pop" }, [
      element("h3", { text: facility.name }),
      element("p", { class: "c15-sub" }, [dot(service.colour), element("span", { text: service.name + (facility.inside ? "" : " · " + say("outside")) })]),
      facts([
        facility.address ? [say("address"), facility.address] : null,
        capacity,
        facility.load ? [say("load"), loadTold(facility.load)] : null,
        [say("source_row"), say("source_cell", { file: facility.file, row: facility.row })],
      ]),
      bands.length ? element("p", { class: "c15-note", text: say("facility_isochrones", { bands: bands.join(" / "), travel: service.travel }) }) : null,
    ]);
  };

  circle15.areaPopup = function (content, area) {
    const service = content.services.find((one) => one.id === area.service);
    return element("div", { class: "c15-pop" }, [
      element("h3", { text: area.name }),
      element("p", { class: "c15-sub" }, [dot(service.colour), element("span", { text: service.name + " · " + say("uncovered_people", { people: circle15.wholeNumber(area.people) }) })]),
      facts([
        [say("area_reason"), area.reason],
        area.nearest ? [say("area_nearest"), area.nearest] : null,
        ["", circle15.travel(area.mode, area.nearest_min)],
        ["", say(area.mode === "drive" ? "area_straight" : "area_distance", { straight: circle15.distance(area.straight_m), network: circle15.distance(area.network_m) })],
      ]),
    ]);
  };
})(window.circle15);
