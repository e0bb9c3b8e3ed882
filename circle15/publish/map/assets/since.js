// What has changed since the period before: the index and its causes, services, towns, the sites behind it.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  const fromTo = (row, show) => show(row.old) + " → " + show(row.new);

  function changed(value, show) {
    return element("span", { class: "c15-figure " + circle15.risen(value, show), text: circle15.signed(value, show) });
  }

  // Bars to the right of the middle raise the index, bars to the left lower it.
  function causeRows(causes) {
    const most = Math.max(...causes.map(([, part]) => Math.abs(part) || 0)) || 1;
    return causes.map(([cause, part]) => {
      const width = (50 * Math.abs(part || 0)) / most;
      const style = part < 0 ? { right: "50%", width: width + "%" } : { left: "50%", width: width + "%" };
      return element("li", {}, [
        element("span", { class: "c15-name", text: say("cause_" + cause) }),
        element("span", { class: "c15-tilt", "aria-hidden": "true" }, [element("i", { class: circle15.risen(part, circle15.points), style })]),
        changed(part, circle15.points),
      ]);
    });
  }

  // Lines that have changed, those that changed most first; and how many have not.
  function moved(rows, show) {
    const told = rows.filter(({ row }) => typeof row.change === "number" && circle15.risen(row.change, show));
    return told.sort((a, b) => Math.abs(b.row.change) - Math.abs(a.row.change));
  }

  function list(title, rows, show, total) {
    const told = moved(rows, show);
    const rest = total - told.length;
    return [
      element("h3", { text: title }),
      element("ul", { class: "c15-moves" }, told.map(({ name, mark, row, press }) =>
        element("li", {}, [
          mark || null,
          press ? element("button", { type: "button", class: "c15-name", text: name, on: { click: press } }) : element("span", { class: "c15-name", text: name }),
          element("span", { class: "c15-fromto", text: fromTo(row, show) }),
          changed(row.change, circle15.points),
        ])
      )),
      rest ? element("p", { class: "c15-intro", text: say("since_rest", { count: rest }) }) : null,
    ];
  }

  function siteRows(content, sites, go) {
    const names = Object.fromEntries(content.services.map((service) => [service.id, service]));
    return sites.filter((site) => names[site.service]).map((site) => {
      const facility = content.facilities.find((one) => one.service === site.service && one.id === site.id && site.id);
      const body = [
        circle15.dot(names[site.service].colour),
        element("span", { class: "c15-area" }, [
          element("span", { text: site.name || names[site.service].name }),
          element("small", { text: [names[site.service].name, say("site_" + site.change)].join(" · ") }),
        ]),
        element("span", { class: "c15-figure " + circle15.risen(site.people_in_reach, circle15.wholeNumber), text: say("persons", { n: circle15.signed(site.people_in_reach, circle15.wholeNumber) }) }),
      ];
      return element("li", {}, [facility ? element("button", { type: "button", on: { click: () => go(facility) } }, body) : element("div", {}, body)]);
    });
  }

  circle15.showSince = function (content, goToTown, goToFacility) {
    const since = content.since;
    byId("tab-since").hidden = !since;
    if (!since) return;
    const services = content.services.filter((one) => since.services[one.id]).map((one) => ({ name: one.name, mark: circle15.dot(one.colour), row: since.services[one.id] }));
    const towns = content.towns.filter((one) => since.towns[one.code]).map((one) => ({ name: one.name, row: since.towns[one.code], press: () => goToTown(one) }));
    const sites = siteRows(content, since.sites, goToFacility);
    fill(byId("since"), [
      since.index ? element("p", { class: "c15-lead" }, [element("span", { text: say("since_index", { period: since.before, ends: fromTo(since.index, circle15.points) }) }), changed(since.index.change, circle15.points)]) : null,
      since.causes.length ? element("ul", { class: "c15-causes" }, causeRows(since.causes)) : null,
      sites.length ? element("h3", { text: say("since_sites") }) : null,
      sites.length ? element("ol", { class: "c15-list" }, sites) : null,
      ...list(say("since_towns"), towns, circle15.points, towns.length),
      ...list(say("since_services"), services, circle15.percent, services.length),
    ]);
  };
})(window.circle15);
