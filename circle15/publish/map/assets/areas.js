// The list of under-served areas: of a service, or of all services in the town that is picked.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  const inOne = (content, sentences) => sentences.join(content.lang === "zh" ? "" : " ");

  function ofService(content, state) {
    const service = content.services.find((one) => one.id === state.service);
    const areas = content.areas.filter((area) => area.service === state.service);
    const people = circle15.wholeNumber(service.area_people);
    const told = [say(areas.length ? "areas_intro" : "areas_none", { service: service.name, count: service.areas, people })];
    if (service.scattered_people) told.push(say("areas_scattered", { people: circle15.wholeNumber(service.scattered_people) }));
    if (areas.length < service.areas) told.push(say("areas_more", { shown: areas.length }));
    return { areas, told: inOne(content, told) };
  }

  function ofTown(content, town) {
    const areas = content.areas.filter((area) => area.town_code === town.code).sort((a, b) => b.people - a.people);
    const told = [say(areas.length ? "areas_of_town" : "areas_of_town_none", { town: town.name, count: areas.length })];
    return { areas, told: inOne(content, told) };
  }

  circle15.showAreas = function (content, state, pick) {
    const town = state.town && content.towns.find((one) => one.code === state.town);
    const { areas, told } = town ? ofTown(content, town) : ofService(content, state);
    if (!areas.length) return fill(byId("areas"), [element("p", { class: "c15-none", text: told })]);
    const names = Object.fromEntries(content.services.map((service) => [service.id, service]));
    const rows = areas.map((area) => {
      const { name, colour } = names[area.service];
      const under = [town && name, area.reason, area.nearest && circle15.minutes(area.nearest_min)];
      return element("li", {}, [
        element("button", { type: "button", on: { click: () => pick(area) } }, [
          town ? circle15.dot(colour) : element("b", { class: "c15-rank", text: area.rank }),
          element("span", { class: "c15-area" }, [element("span", { text: area.name }), element("small", { text: under.filter(Boolean).join(" · ") })]),
          element("span", { class: "c15-figure", text: say("persons", { n: circle15.wholeNumber(area.people) }) }),
        ]),
      ]);
    });
    return fill(byId("areas"), [element("p", { class: "c15-intro", text: told }), element("ol", {}, rows)]);
  };
})(window.circle15);
