// Facilities as circles on a canvas.
(function (circle15) {
  "use strict";

  // A dark rim outside the white one keeps every colour apart from the cells beneath.
  const rim = { radius: 6.6, stroke: false, fillColor: "#14262c", fillOpacity: 0.6, interactive: false };
  const looks = {
    chosen: { radius: 5, weight: 1.6, color: "#fff", fillOpacity: 1 },
    other: { radius: 2.6, weight: 0.8, color: "#fff", fillOpacity: 0.9 },
  };

  circle15.latlngOf = (at) => L.latLng(at[1] / 1e6, at[0] / 1e6);

  // Those that `wanted` says, drawn as `look` ("chosen" or "other").
  circle15.facilityLayer = function (content, renderer, look, wanted, open) {
    const colours = Object.fromEntries(content.services.map((service) => [service.id, service.colour]));
    const group = L.featureGroup();
    for (const facility of content.facilities) {
      if (!wanted(facility)) continue;
      const style = { ...looks[look], renderer, fillColor: colours[facility.service], bubblingMouseEvents: false };
      if (look === "chosen") group.addLayer(L.circleMarker(circle15.latlngOf(facility.at), { ...rim, renderer }));
      group.addLayer(L.circleMarker(circle15.latlngOf(facility.at), style).on("click", () => open(facility)));
    }
    return group;
  };
})(window.circle15);
