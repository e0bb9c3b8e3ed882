// The league of towns: tier, score with its range, change, coverage; no order is told finer than the data carry it.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  const of = (town, service) => town.coverage[service] || {};

  function columnsOf(content) {
    const standing = (town) => content.standing[town.code] || {};
    const since = (town) => ((content.since && content.since.towns[town.code]) || {}).change;
    const ranked = content.towns.some((town) => typeof standing(town).tier === "number");
    return [
      { id: "town", value: (town) => town.name, text: true },
      ranked && { id: "tier", value: (town) => standing(town).tier, up: true },
      { id: "index", value: (town) => (town.index ? town.index.balanced_access : null) },
      { id: "range", value: (town) => standing(town).score_low, standing },
      content.since && { id: "since", value: since },
      { id: "coverage", value: (town, service) => of(town, service).coverage },
      { id: "uncovered", value: (town, service) => of(town, service).uncovered_people },
    ].filter(Boolean);
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

  // The tens of points between which all scores and their ranges lie.
  function axisOf(content) {
    const known = content.towns.map((town) => content.standing[town.code]).filter((one) => one && typeof one.score_low === "number");
    if (!known.length) return { from: 0, to: 1 };
    return { from: Math.floor(10 * Math.min(...known.map((one) => one.score_low))) / 10, to: Math.ceil(10 * Math.max(...known.map((one) => one.score_high))) / 10 };
  }

  // Where the score is on the axis, and from where to where it may be.
  function rangeOf(axis, score, standing) {
    const share = (value) => (100 * (value - axis.from)) / (axis.to - axis.from || 1);
    const at = (value) => Math.min(100, Math.max(0, share(value))) + "%";
    const { score_low: low, score_high: high } = standing;
    const known = typeof low === "number";
    return element("span", { class: "c15-range", title: known ? say("range_told", { low: circle15.points(low), high: circle15.points(high) }) : "" }, [
      known ? element("s", { style: { left: at(low), width: share(high) - share(low) + "%" } }) : null,
      typeof score === "number" ? element("b", { style: { left: at(score), background: circle15.indexColour(score) } }) : null,
    ]);
  }

  const cells = {
    tier: (value) => element("td", { class: "c15-figure c15-tier" }, [typeof value === "number" ? element("span", { text: value }) : null]),
    index: (value) => element("td", { class: "c15-figure c15-index", text: circle15.points(value) }),
    since: (value) => element("td", { class: "c15-figure c15-since " + circle15.risen(value, circle15.points), text: typeof value === "number" ? circle15.signed(value, circle15.points).replace(say("unchanged"), "0") : "" }),
    coverage: (value) => element("td", { class: "c15-figure", text: circle15.percent(value) }),
    uncovered: (value) => element("td", { class: "c15-figure", text: circle15.wholeNumber(value) }),
  };

  circle15.townTable = function (content, state, pick) {
    const columns = columnsOf(content);
    const index = columns.find((column) => column.id === "index");
    const axis = axisOf(content);
    let by = { id: "index", down: true };

    function head() {
      return element("tr", {}, columns.map((column) => {
        const on = by.id === column.id;
        const name = say(column.text ? content.listed : "column_" + column.id);
        if (column.standing) return element("th", { scope: "col", class: "c15-range-head", title: say("range_head"), text: say("column_range") });
        const press = () => {
          by = { id: column.id, down: on ? !by.down : !column.text && !column.up };
          show();
          byId("sort-" + column.id).focus();
        };
        const button = element("button", { type: "button", id: "c15-sort-" + column.id, title: say("sort_by", { column: name }), text: name, on: { click: press } });
        return element("th", { scope: "col", "aria-sort": on ? (by.down ? "descending" : "ascending") : "none" }, [button]);
      }));
    }

    function line(town, service, before) {
      const values = Object.fromEntries(columns.map((column) => [column.id, column.value(town, service.id)]));
      const parted = before && (by.id === "index" || by.id === "tier") && before !== values.tier;
      const marks = [town.code === state.town ? "c15-picked" : "", parted ? "c15-parted" : ""].join(" ").trim();
      return element("tr", { "data-code": town.code, class: marks, on: { click: () => pick(town) } }, columns.map((column) => {
        if (column.text) return element("th", { scope: "row" }, [element("button", { type: "button", "aria-current": town.code === state.town ? "true" : null, text: town.name })]);
        if (column.standing) return element("td", { class: "c15-ranged" }, [rangeOf(axis, index.value(town), column.standing(town))]);
        return cells[column.id](values[column.id]);
      }));
    }

    byId("tab-towns").textContent = say("tab_" + content.listed);
    byId("towns").dataset.title = say("tab_" + content.listed);

    function show() {
      const service = content.services.find((one) => one.id === state.service);
      const column = columns.find((one) => one.id === by.id);
      const tierOf = (town) => (content.standing[town.code] || {}).tier;
      const rows = sorted(content.towns, column, by.down, service.id).map((town, i, all) => line(town, service, i ? tierOf(all[i - 1]) : null));
      const ranked = columns.some((one) => one.id === "tier");
      const tall = byId("towns").scrollTop;
      fill(byId("towns"), [
        element("table", {}, [element("thead", {}, [head()]), element("tbody", {}, rows)]),
        ranked ? element("p", { class: "c15-intro", text: say("tiers_told", { from: circle15.wholeNumber(100 * axis.from), to: circle15.wholeNumber(100 * axis.to) }) }) : null,
      ]);
      byId("towns").scrollTop = tall;
    }
    return show;
  };
})(window.circle15);
