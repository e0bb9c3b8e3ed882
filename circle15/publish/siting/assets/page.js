// Puts the page together: what was found, the sites, towns, curve, who cannot be reached, map.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  function showHead(content) {
    const whole = content.whole;
    const gained = whole.gained < 0 ? "−" : "+";
    const placed = whole.placed && whole.placed.map(circle15.wholeNumber).join(" → ");
    const big = [
      [circle15.wholeNumber(content.sites.filter((site) => site.change === "open").length), say("page_sites")],
      placed ? [placed, say("page_placed")] : null,
      [gained + circle15.wholeNumber(Math.abs(whole.gained)), say("column_persons_new")],
      [circle15.percent(whole.before) + " → " + circle15.percent(whole.after), say("column_coverage")],
    ].filter(Boolean);
    fill(byId("head"), [
      element("h1", { text: content.title }),
      element("div", { class: "c15-big" }, big.map(([figure, text]) => element("div", {}, [element("b", { text: figure }), element("span", { text })]))),
      ...content.lead.map((text) => element("p", { class: "c15-lead", text })),
    ]);
  }

  function siteRow(site, i, map) {
    const told = [site.town, site.change === "close" ? say("page_closed") : null];
    if (site.persons_new !== null) {
      told.push(say("page_new_short", { persons: circle15.persons(site.persons_new) }));
      told.push(say("page_only_short", { persons: circle15.persons(site.persons_only) }));
    }
    const show = map && element("button", { type: "button", class: "c15-show", text: say("page_fly"), on: { click: () => map.flyTo(site.at, map.sites[i]) } });
    const more = [site.without, site.runner_up].filter(Boolean).map((text) => element("small", { text }));
    return element("li", { class: "c15-site" }, [
      circle15.badge(site),
      element("div", {}, [element("b", { text: site.name }), element("small", { text: told.filter(Boolean).join(" · ") }), ...more]),
      show,
    ]);
  }

  const step = (before, after, show) => (show(before) === show(after) ? show(after) : show(before) + " → " + show(after));

  function showTowns(content) {
    const heads = ["name", "reached_step", "coverage", "balanced_access_after"];
    const words = { name: "column_name", reached_step: "column_reached_step", coverage: "column_coverage", balanced_access_after: "column_balanced" };
    const head = element("tr", {}, heads.map((name) => element("th", { scope: "col", class: name === "name" ? null : "c15-figure", text: say(words[name]) })));
    const rows = content.towns.map((town) => {
      const gained = town.reached_after - town.reached_before;
      const sign = gained >= 0.5 ? "+" : gained <= -0.5 ? "−" : "";
      const mark = sign === "+" ? " c15-up" : sign ? " c15-down" : "";
      return element("tr", {}, [
        element("th", { scope: "row", text: town.name }),
        element("td", { class: "c15-figure" + mark, text: sign + circle15.wholeNumber(Math.abs(gained)) }),
        element("td", { class: "c15-figure", text: step(town.coverage_before, town.coverage_after, circle15.percent) }),
        element("td", { class: "c15-figure", text: step(town.balanced_access_before, town.balanced_access_after, circle15.points) }),
      ]);
    });
    fill(byId("towns"), [element("table", {}, [element("thead", {}, [head]), element("tbody", {}, rows)])]);
  }

  function unitRow(unit, map) {
    const nearest = typeof unit.nearest_m === "number" ? say("page_nearest", { metres: circle15.wholeNumber(unit.nearest_m) }) : null;
    const told = [unit.reason, nearest].filter(Boolean).join(" · ");
    const text = say("page_unit", { name: unit.name, persons: circle15.persons(unit.persons) });
    return element("li", {}, [
      element("div", {}, [element("b", { text }), element("small", { text: told })]),
      map && element("button", { type: "button", class: "c15-show", text: say("page_fly"), on: { click: () => map.flyTo(unit.at) } }),
    ]);
  }

  async function start() {
    const content = JSON.parse(byId("content").textContent);
    circle15.speak(content);
    showHead(content);
    showTowns(content);
    const drawn = content.curve.length > 1;
    fill(byId("curve"), [drawn ? circle15.curveChart(content) : element("p", { text: say("page_no_curve") })]);
    const old = typeof DecompressionStream === "undefined";
    byId("sorry").hidden = !old;
    const packed = byId("shapes").textContent.trim();
    const map = old ? null : new circle15.SitingMap(content, (await circle15.unpack(packed, content.sections)).shapes);
    fill(byId("sites"), content.sites.map((site, i) => siteRow(site, i, map)));
    byId("beyond").hidden = !content.unreachable.length;
    fill(byId("unreachable"), content.unreachable.map((unit) => unitRow(unit, map)));
    fill(byId("about"), content.sentences.map((text) => element("li", { text })));
    circle15.showLegend(content);
    circle15.page = { content, map };
    document.documentElement.dataset.ready = "yes";
  }

  start();
})(window.circle15);
