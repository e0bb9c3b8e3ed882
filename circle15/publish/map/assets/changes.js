// The study's own changes to the streets: what was added, what was blocked, and compounds.
(function (circle15) {
  "use strict";

  const { element, say, latlngOf } = circle15;
  circle15.changeLooks = {
    added: { color: "#0a7d45", weight: 3.5 },
    blocked: { color: "#b3123c", weight: 3.5, dashArray: "2 6" },
    compound: { color: "#5a3aa0", weight: 2, dashArray: "6 4" },
  };

  circle15.changeLayer = function (changes) {
    const group = L.featureGroup();
    for (const { look, action, name, parts } of changes) {
      const style = { ...circle15.changeLooks[look], pane: "c15-changes", fill: false };
      const text = [say("change_" + action), name].filter(Boolean).join(" · ");
      for (const part of parts) {
        const at = part.map(latlngOf);
        const shape = at.length === 1 ? L.circleMarker(at[0], { ...style, radius: 6 }) : L.polyline(at, style);
        group.addLayer(shape.bindTooltip(element("span", { text }), { sticky: true }));
      }
    }
    return group;
  };
})(window.circle15);
