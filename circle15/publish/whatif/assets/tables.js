// Figures beside the map: headline, services, towns, areas; each as it was and as it would be.
(function (circle15) {
  "use strict";

  const { byId, element, fill, fixed, say } = circle15;

  const points = (value) => (typeof value === "number" ? 100 * value : null);

  // How much more or less; a change too small to be told is told as such, and none as a dash.
  function delta(after, before, digits, none = "") {
    if (typeof after !== "number" || typeof before !== "number") return element("span", { class: "c15-delta c15-same", text: none });
    const change = after - before;
    const least = 0.5 * Math.pow(10, -digits);
    if (Math.abs(change) < 1e-9) return element("span", { class: "c15-delta c15-same", text: none });
    const sign = (Math.abs(change) < least ? "<" : "") + (change > 0 ? "+" : "−");
    const size = fixed(Math.abs(change) < least ? 2 * least : Math.abs(change), digits);
    return element("span", { class: "c15-delta " + (change > 0 ? "c15-up" : "c15-down"), text: sign + size });
  }
  circle15.delta = delta;

  circle15.showScores = function (base, now) {
    const scores = [["balanced_access", "score_balanced"], ["access", "score_access"], ["balance", "score_balance"], ["quality", "score_quality"], ["overall", "score_overall"]];
    fill(byId("scores"), scores.map(([name, word]) =>
      element("div", {}, [
        element("dt", { text: say(word) }),
        element("dd", {}, [element("b", { "data-score": name, class: now.root[name] === null ? "c15-unknown" : "", text: circle15.points(now.root[name]) }), delta(points(now.root[name]), points(base.root[name]), 2)]),
      ])
    ));
  };

  const share = (tally) => (tally.people > 0 ? tally.covered / tally.people : null);

  circle15.showServices = function (page, choose) {
    const { ground, base, now } = page;
    fill(byId("services"), ground.services.map((service) => {
      const [before, after] = [base.services.get(service.id).root, now.services.get(service.id).root];
      const input = element("input", { type: "radio", name: "c15-service", value: service.id, on: { change: () => choose(service.id) } });
      input.checked = service.id === page.service;
      const classes = "c15-service" + (service.id === page.service ? " c15-on" : "") + (service.fixed ? " c15-locked" : "");
      return element("label", { class: classes, "data-service": service.id, title: service.fixed ? say("fixed_title") : "" }, [
        input,
        element("i", { class: "c15-dot", style: { background: service.colour } }),
        element("span", { class: "c15-name", text: service.name + (service.fixed ? " " + say("fixed_mark") : "") }),
        element("span", { class: "c15-bar" }, [element("i", { style: { width: 100 * (share(after) || 0) + "%" } })]),
        element("span", { class: "c15-figure", text: circle15.percent(share(after)) }),
        delta(points(share(after)), points(share(before)), 1),
      ]);
    }));
  };

  // What the scenario does to the chosen service, in words.
  circle15.showStory = function (page) {
    const service = page.chosen;
    const [before, after] = [page.base.services.get(service.id), page.now.services.get(service.id)];
    const group = page.ground.content.groups[service.group];
    const lines = [element("p", { class: "c15-sub", text: say("standard", { group, standard: service.standard }) })];
    if (service.fixed) {
      lines.push(element("p", { text: say(service.compound ? "fixed_compound" : "fixed_unasked") }));
    } else {
      const { gained, lost } = page.moved(before, after);
      lines.push(element("p", {}, [element("strong", { id: "c15-covered", text: say("story_covered", { covered: circle15.wholeNumber(after.root.covered), uncovered: circle15.wholeNumber(after.root.uncovered) }) })]));
      if (gained > 0 || lost > 0) {
        lines.push(element("p", { id: "c15-moved" }, [
          gained > 0 ? element("span", { class: "c15-up", text: say("story_gained", { people: circle15.wholeNumber(gained) }) }) : null,
          lost > 0 ? element("span", { class: "c15-down", text: (gained > 0 ? "　" : "") + say("story_lost", { people: circle15.wholeNumber(lost) }) }) : null,
        ]));
      }
      lines.push(...circle15.kindLines(page));
      if (service.supply && !after.supply) lines.push(element("p", { class: "c15-sub", text: say("story_no_capacity") }));
    }
    fill(byId("story"), lines);
  };

  circle15.showTowns = function (page, goTo) {
    const { ground, base, now, chosen } = page;
    const found = [base, now].map((all) => all.services.get(chosen.id).towns);
    const scores = ["balanced_access", "access", "balance", "quality", "overall"];
    const heads = ["column_town", "column_coverage", "score_balanced", "score_access", "score_balance", "score_quality", "score_overall"];
    const figure = (after, before, show) => element("td", {}, [element("span", { text: show(after) }), delta(points(after), points(before), 1)]);
    const rows = ground.towns.map((town, t) =>
      element("tr", { "data-town": town.code, on: { click: () => goTo(t) } }, [
        element("th", { scope: "row" }, [element("button", { type: "button", text: town.name })]),
        figure(share(found[1][t]), share(found[0][t]), (value) => (value === null ? say("no_data") : fixed(100 * value, 1))),
        ...scores.map((name) => figure(now.towns[t][name], base.towns[t][name], circle15.points)),
      ])
    );
    const head = (word) => element("th", { scope: "col", text: say(word) });
    fill(byId("towns"), [
      element("table", {}, [element("thead", {}, [element("tr", {}, heads.map(head))]), element("tbody", {}, rows)]),
      element("p", { class: "c15-empty", text: say("towns_note", { service: chosen.name }) }),
    ]);
  };

  // The village of a cell, or its town.
  function placeOf(ground, cell) {
    const { town, village } = ground.cells;
    const names = [ground.towns[town[cell] - 1] && ground.towns[town[cell] - 1].name, ground.content.villages[village[cell] - 1]];
    return names.filter(Boolean).join(" · ");
  }
  circle15.placeOf = placeOf;

  circle15.showAreas = function (page, goTo) {
    const { ground, chosen, areas } = page;
    if (chosen.fixed) {
      fill(byId("areas"), [element("p", { class: "c15-empty", text: say("areas_fixed") })]);
      return;
    }
    const people = areas.reduce((sum, area) => sum + area.people, 0);
    const rest = page.now.services.get(chosen.id).root.uncovered - people;
    const intro = [say("areas_count", { service: chosen.name, count: areas.length, people: circle15.wholeNumber(people) }), rest >= 1 ? say("areas_scattered", { people: circle15.wholeNumber(rest) }) : ""].join("");
    fill(byId("areas"), [
      element("p", { class: "c15-intro", text: areas.length ? intro : say("areas_none", { service: chosen.name }) }),
      element("ol", {}, areas.slice(0, 60).map((area, i) =>
        element("li", {}, [element("button", { type: "button", on: { click: () => goTo(area) } }, [
          element("span", { class: "c15-rank", text: String(i + 1) }),
          element("span", { class: "c15-area" }, [element("span", { text: placeOf(ground, area.heaviest) }), element("small", { text: say("area_cells", { count: area.cells.length }) })]),
          element("span", { class: "c15-figure", text: say("persons", { n: circle15.wholeNumber(area.people) }) }),
        ])])
      )),
      areas.length > 60 ? element("p", { class: "c15-empty", text: say("list_more", { shown: 60, count: areas.length }) }) : null,
    ]);
  };

  circle15.showAbout = function (content) {
    const method = ["about_exact", "about_candidates", "about_capacity", "about_run", "about_not"];
    const fixedNames = content.services.filter((service) => service.fixed).map((service) => service.name);
    const lines = method.map((key) => element("li", { text: say(key, { every: content.every_m }) }));
    if (fixedNames.length) lines.push(element("li", { text: say("about_fixed", { services: fixedNames.join(say("between")) }) }));
    fill(byId("about"), [element("h3", { text: say("about_method") }), element("ul", {}, lines)]);
  };

  /** Tabs by click and by arrow keys. */
  circle15.startTabs = function (chosenNow) {
    const tabs = [...byId("tabs").querySelectorAll("[role=tab]")];
    const choose = (chosen) => {
      for (const tab of tabs) {
        const on = tab === chosen;
        tab.setAttribute("aria-selected", String(on));
        tab.tabIndex = on ? 0 : -1;
        document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
      }
      chosenNow(chosen.id.replace("c15-tab-", ""));
    };
    tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => choose(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(i + step + tabs.length) % tabs.length];
        choose(next);
        next.focus();
      });
    });
    return (name) => choose(byId("tab-" + name));
  };
})(window.circle15);
