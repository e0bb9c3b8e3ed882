// The panel: headline, services with their coverage, towns, under-served areas, sources.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  circle15.showTitle = function (content) {
    byId("place").textContent = content.place;
    byId("when").textContent = [say("when_period", { period: content.period }), content.date && say("when_date", { date: content.date })].filter(Boolean).join(" · ");
    const index = content.index || {};
    const headline = [
      [say("head_index"), circle15.points(index.balanced_access), say("head_index_note")],
      [say("head_access"), circle15.points(index.access), ""],
      [say("head_balance"), circle15.points(index.balance), ""],
      [say("head_people"), circle15.wholeNumber(content.people), ""],
      typeof index.overall === "number" && [say("head_quality"), circle15.points(index.quality) + " · " + circle15.points(index.overall), ""],
    ];
    fill(
      byId("headline"),
      headline.filter(Boolean).map(([name, value, note]) => element("div", {}, [element("dt", { text: name }), element("dd", {}, [element("b", { text: value }), note ? element("small", { text: note }) : null])]))
    );
  };

  // Whose data these are; with the base map on, whose tiles too.
  circle15.showCredit = function (content, base) {
    const { providers, openstreetmap } = content.credit;
    const parts = [
      providers.length ? say("credit", { sources: providers.join(content.lang === "zh" ? "、" : ", ") }) : "",
      openstreetmap ? say("credit_openstreetmap") : "",
      base ? say("credit_base") : "",
    ];
    byId("credit").textContent = parts.filter(Boolean).join(" · ");
  };

  function bar(value) {
    const width = typeof value === "number" ? 100 * value : 0;
    return element("span", { class: "c15-bar", "aria-hidden": "true" }, [element("i", { style: { width: width + "%" } })]);
  }

  circle15.showServices = function (content, state, choose) {
    const all = content.all_services;
    fill(
      byId("services"),
      content.services.map((service) => {
        const value = service.figures ? service.figures.coverage : null;
        const input = element("input", { type: "radio", name: "c15-service", value: service.id, checked: service.id === state.service, on: { change: () => choose(service.id) } });
        return element("label", { class: "c15-service" }, [
          input,
          circle15.dot(service.colour),
          element("span", { class: "c15-name", title: service.name, text: service.name }),
          bar(value),
          element("span", { class: "c15-figure", text: circle15.percent(value) }),
        ]);
      })
    );
    fill(byId("all"), all ? [element("span", { class: "c15-name", title: say("head_all"), text: say("head_all") }), bar(all.coverage), element("span", { class: "c15-figure", text: circle15.percent(all.coverage) })] : []);
  };

  circle15.markService = function (chosen) {
    for (const input of byId("services").querySelectorAll("input")) {
      input.checked = input.value === chosen;
      input.parentElement.classList.toggle("c15-on", input.checked);
    }
  };

  // The three states of the whole place, or of the town that is picked; nothing where nothing can be said of places.
  circle15.showStates = function (service, town) {
    const states = town ? town.states[service.id] : service.states;
    const line = byId("states");
    line.hidden = !states;
    if (!states) return;
    const people = states.served + states.reachable_without_capacity + states.out_of_reach;
    const share = (value) => circle15.percent(people > 0 ? value / people : null);
    const told = say("states", { served: share(states.served), without: share(states.reachable_without_capacity), beyond: share(states.out_of_reach) });
    line.textContent = town ? say("states_of", { unit: town.name, states: told }) : told;
  };

  circle15.showStandard = function (service) {
    const figures = service.figures || {};
    const parts = [
      say(service.unchecked ? "standard_unchecked" : "standard", { group: service.group_name, standard: service.standard }),
      say("uncovered_people", { people: circle15.wholeNumber(figures.uncovered_people) }),
    ];
    fill(byId("standard"), parts.map((text, i) => element(i ? "strong" : "span", { text })));
  };

  const columns = [
    { id: "town", value: (town) => town.name, text: true },
    { id: "index", value: (town) => (town.index ? town.index.balanced_access : null), show: circle15.points },
    { id: "coverage", value: (town, service) => of(town, service).coverage, show: circle15.percent },
    { id: "uncovered", value: (town, service) => of(town, service).uncovered_people, show: circle15.wholeNumber },
  ];

  function of(town, service) {
    return town.coverage[service] || {};
  }

  // Without data comes last whichever way the rest is sorted; equal values keep the order of codes.
  function sorted(towns, column, down, service) {
    const number = (town) => {
      const value = column.value(town, service);
      return typeof value === "number" ? value : null;
    };
    const order = (a, b) => {
      if (column.text) return (down ? -1 : 1) * a.name.localeCompare(b.name, "zh");
      const [x, y] = [number(a), number(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return down ? y - x : x - y;
    };
    return [...towns].sort(order);
  }

  circle15.townTable = function (content, state, pick) {
    let by = { id: "index", down: true };

    function head() {
      return element("tr", {}, columns.map((column) => {
        const on = by.id === column.id;
        const name = say(column.text ? content.listed : "column_" + column.id);
        const press = () => {
          by = { id: column.id, down: on ? !by.down : !column.text };
          show();
          byId("sort-" + column.id).focus();
        };
        const button = element("button", { type: "button", id: "c15-sort-" + column.id, title: say("sort_by", { column: name }), text: name, on: { click: press } });
        return element("th", { scope: "col", "aria-sort": on ? (by.down ? "descending" : "ascending") : "none" }, [button]);
      }));
    }

    function line(town, service) {
      const share = of(town, service.id).coverage;
      const value = columns[1].value(town);
      return element("tr", { "data-code": town.code, class: town.code === state.town ? "c15-picked" : "", on: { click: () => pick(town) } }, [
        element("th", { scope: "row" }, [element("button", { type: "button", text: town.name })]),
        element("td", { class: "c15-figure c15-index" }, [element("span", {}, [element("i", { class: "c15-swatch", style: { background: circle15.indexColour(value) } }), element("span", { text: circle15.points(value) })])]),
        element("td", { class: "c15-figure c15-share" }, [element("span", {}, [bar(share), element("span", { text: circle15.percent(share) })])]),
        element("td", { class: "c15-figure", text: columns[3].show(columns[3].value(town, service.id)) }),
      ]);
    }

    byId("tab-towns").textContent = say("tab_" + content.listed);

    function show() {
      const service = content.services.find((one) => one.id === state.service);
      const column = columns.find((one) => one.id === by.id);
      const rows = sorted(content.towns, column, by.down, service.id).map((town) => line(town, service));
      fill(byId("towns"), [element("table", {}, [element("thead", {}, [head()]), element("tbody", {}, rows)])]);
    }
    return show;
  };

  circle15.showAreas = function (content, state, pick) {
    const service = content.services.find((one) => one.id === state.service);
    const areas = content.areas.filter((area) => area.service === state.service);
    const people = circle15.wholeNumber(service.area_people);
    const intro = [say(areas.length ? "areas_intro" : "areas_none", { service: service.name, count: service.areas, people })];
    if (service.scattered_people) intro.push(say("areas_scattered", { people: circle15.wholeNumber(service.scattered_people) }));
    if (areas.length < service.areas) intro.push(say("areas_more", { shown: areas.length }));
    if (!areas.length) return fill(byId("areas"), [element("p", { class: "c15-none", text: intro.join(content.lang === "zh" ? "" : " ") })]);
    const rows = areas.map((area) =>
      element("li", {}, [
        element("button", { type: "button", on: { click: () => pick(area) } }, [
          element("b", { class: "c15-rank", text: area.rank }),
          element("span", { class: "c15-area" }, [element("span", { text: area.name }), element("small", { text: [area.reason, area.nearest && circle15.minutes(area.nearest_min)].filter(Boolean).join(" · ") })]),
          element("span", { class: "c15-figure", text: say("persons", { n: circle15.wholeNumber(area.people) }) }),
        ]),
      ])
    );
    return fill(byId("areas"), [
      element("p", { class: "c15-intro", text: intro.join(content.lang === "zh" ? "" : " ") }),
      element("ol", {}, rows),
    ]);
  };

  circle15.showAbout = function (content) {
    const rows = content.sources.map((source) =>
      element("tr", {}, [
        element("th", { scope: "row", text: source.what }),
        element("td", {}, [
          element("span", { text: [source.provider || say("provider_unknown"), source.date || say("date_unknown")].join(" · ") }),
          element("small", { text: [source.file, source.licence].filter(Boolean).join(" · ") }),
        ]),
      ])
    );
    const method = ["method_time", "method_reach", "method_index", "method_isochrone"].map((name) => say(name));
    if (!content.shapes.facility_bands) method.push(say("facility_bands_dropped"));
    const list = (lines) => element("ul", {}, lines.map((text) => element("li", { text })));
    fill(byId("about"), [
      element("h3", { text: say("about_sources") }),
      element("table", {}, [element("tbody", {}, rows)]),
      content.notes.length ? element("h3", { text: say("about_notes") }) : null,
      content.notes.length ? list(content.notes) : null,
      element("h3", { text: say("about_method") }),
      list(method),
    ]);
  };

  circle15.startTabs = function () {
    const tabs = [...byId("tabs").querySelectorAll("[role=tab]")];
    const select = (chosen) =>
      tabs.forEach((tab) => {
        const on = tab === chosen;
        tab.setAttribute("aria-selected", String(on));
        tab.tabIndex = on ? 0 : -1;
        document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
      });
    tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => select(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(i + step + tabs.length) % tabs.length];
        select(next);
        next.focus();
      });
    });
  };
})(window.circle15);
