// Find a town (or what the study has instead), village or facility by part of its name.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;
  const LIMIT = 12;

  function entries(content) {
    const services = Object.fromEntries(content.services.map((service) => [service.id, service.name]));
    const towns = Object.fromEntries(content.towns.map((town) => [town.code, town.name]));
    return [
      ...content.towns.map((town, i) => ({ kind: "town", name: town.name, note: say(content.listed), i })),
      ...content.villages.map((unit, i) => ({ kind: "village", name: unit.name, note: towns[unit.parent] || say("village"), i })),
      ...content.facilities.map((site, i) => ({ kind: "facility", name: site.name, note: services[site.service], i })),
    ];
  }

  // Names that begin with the words come first, the order of the lists otherwise.
  function matches(all, words) {
    const wanted = words.trim().toLowerCase();
    if (!wanted) return [];
    const hits = all.filter((entry) => entry.name.toLowerCase().includes(wanted));
    const begins = (entry) => (entry.name.toLowerCase().startsWith(wanted) ? 0 : 1);
    return hits.sort((a, b) => begins(a) - begins(b)).slice(0, LIMIT);
  }

  circle15.startSearch = function (content, go) {
    const [box, list, all] = [byId("search"), byId("found"), entries(content)];
    let hits = [];
    let active = -1;

    function close() {
      list.hidden = true;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    }

    function choose(entry) {
      box.value = entry.name;
      close();
      go(entry);
    }

    function show() {
      fill(
        list,
        hits.length
          ? hits.map((entry, i) =>
              element("li", { id: "c15-hit-" + i, role: "option", "aria-selected": String(i === active), on: { mousedown: (event) => { event.preventDefault(); choose(entry); } } }, [
                element("span", { text: entry.name }),
                element("small", { text: entry.note }),
              ])
            )
          : [element("li", { class: "c15-empty", role: "option", "aria-disabled": "true", text: say("search_none") })]
      );
      list.hidden = false;
      box.setAttribute("aria-expanded", "true");
      if (active >= 0) {
        box.setAttribute("aria-activedescendant", "c15-hit-" + active);
        byId("hit-" + active).scrollIntoView({ block: "nearest" });
      }
    }

    box.addEventListener("input", () => {
      hits = matches(all, box.value);
      active = hits.length ? 0 : -1;
      if (box.value.trim()) show();
      else close();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return close();
      if (event.key === "Enter" && active >= 0 && !list.hidden) return choose(hits[active]);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !hits.length) return undefined;
      event.preventDefault();
      active = (active + step + hits.length) % hits.length;
      return show();
    });
    box.addEventListener("blur", close);
  };
})(window.circle15);
