// The panel: headline, services with their coverage, sources, tabs.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  // A change in points, with its sign; one too small to show is none.
  circle15.signed = function (value, show) {
    if (typeof value !== "number") return show(value);
    const told = show(Math.abs(value));
    if (told === show(0)) return say("unchanged");
    return (value > 0 ? "+" : "−") + told;
  };
  circle15.risen = (value, show) => (typeof value !== "number" || show(Math.abs(value)) === show(0) ? "" : value > 0 ? "c15-up" : "c15-down");

  // The page of the whole place, or of the town that is picked: what it is, and the numbers that matter.
  circle15.showTitle = function (content, town) {
    const index = (town ? town.index : content.index) || {};
    byId("over").hidden = Boolean(town);
    byId("back").hidden = !town;
    byId("back").textContent = say("back_to", { place: content.place });
    byId("place").textContent = town ? town.name : content.place;
    byId("when").textContent = whenTold(content, town);
    const headline = [
      [say("head_index"), circle15.points(index.balanced_access), say("head_index_note")],
      [say("head_access"), circle15.points(index.access), ""],
      [say("head_balance"), circle15.points(index.balance), ""],
      [say("head_people"), circle15.wholeNumber(town ? index.people : content.people), ""],
    ];
    fill(
      byId("headline"),
      headline.map(([name, value, note]) => element("div", {}, [element("dt", { text: name }), element("dd", {}, [element("b", { text: value }), note ? element("small", { text: note }) : null])]))
    );
    fill(byId("more"), moreTold(content, town, index).map(([name, value, kind]) => element("div", {}, [element("dt", { text: name }), element("dd", { class: kind, text: value })])));
    byId("more").hidden = !byId("more").children.length;
  };

  function whenTold(content, town) {
    const period = say("when_period", { period: content.period });
    if (!town) return [period, content.date && say("when_date", { date: content.date })].filter(Boolean).join(" · ");
    const standing = content.standing[town.code] || {};
    return [
      period,
      town.class ? say("class_" + town.class) : "",
      typeof standing.tier === "number" ? say("tier_of", { tier: standing.tier, units: standing.tier_units }) : "",
      typeof standing.rank_low === "number" ? say("rank_range", { range: circle15.range(standing.rank_low, standing.rank_high, String), of: content.towns.length }) : "",
    ].filter(Boolean).join(" · ");
  }

  circle15.range = (low, high, show) => (show(low) === show(high) ? show(low) : show(low) + "–" + show(high));

  function moreTold(content, town, index) {
    const standing = (town ? content.standing[town.code] : content.root_standing) || {};
    const since = content.since && (town ? content.since.towns[town.code] : content.since.index);
    return [
      typeof standing.score_low === "number" && [say("head_range"), circle15.range(standing.score_low, standing.score_high, circle15.points), ""],
      since && typeof since.change === "number" && [say("head_since", { period: content.since.before }), circle15.signed(since.change, circle15.points), circle15.risen(since.change, circle15.points)],
      typeof index.overall === "number" && [say("head_quality"), circle15.points(index.quality) + " · " + circle15.points(index.overall), ""],
    ].filter(Boolean);
  }

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

  // A share as a bar; a second one, to hold it against, as a stroke.
  function bar(value, against) {
    const percent = (share) => (typeof share === "number" ? 100 * share : 0) + "%";
    const stroke = typeof against === "number" ? element("u", { style: { left: percent(against) } }) : null;
    return element("span", { class: "c15-bar", "aria-hidden": "true" }, [element("i", { style: { width: percent(value) } }), stroke]);
  }

  circle15.showServices = function (content, state, choose) {
    const town = state.town && content.towns.find((one) => one.code === state.town);
    const figuresOf = (service, whole) => (town ? town.coverage[service] : whole) || {};
    const lineOf = (service, whole, name) => {
      const value = figuresOf(service, whole).coverage;
      return [
        element("span", { class: "c15-name", title: name, text: name }),
        bar(value === undefined ? null : value, town ? (whole || {}).coverage : undefined),
        element("span", { class: "c15-figure", text: circle15.percent(value) }),
      ];
    };
    byId("services-note").textContent = say(town ? "services_stroke" : "services_note", { place: content.place });
    fill(
      byId("services"),
      content.services.map((service) => {
        const input = element("input", { type: "radio", name: "c15-service", value: service.id, checked: service.id === state.service, on: { change: () => choose(service.id) } });
        return element("label", { class: "c15-service" }, [input, circle15.dot(service.colour), ...lineOf(service.id, service.figures, service.name)]);
      })
    );
    const all = content.all_services;
    fill(byId("all"), all ? lineOf("all_services", all, say("head_all")) : []);
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

  circle15.showStandard = function (service, town) {
    const figures = (town ? town.coverage[service.id] : service.figures) || {};
    const parts = [
      say(service.unchecked ? "standard_unchecked" : "standard", { group: service.group_name, standard: service.standard }),
      say("uncovered_people", { people: circle15.wholeNumber(figures.uncovered_people) }),
    ];
    fill(byId("standard"), parts.map((text, i) => element(i ? "strong" : "span", { text })));
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
      content.notes.length ? element("section", { class: "c15-notes" }, [element("h3", { text: say("about_notes") }), list(content.notes)]) : null,
      element("h3", { text: say("about_method") }),
      list(method),
    ]);
  };

  circle15.startTabs = function () {
    const tabs = [...byId("tabs").querySelectorAll("[role=tab]:not([hidden])")];
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
