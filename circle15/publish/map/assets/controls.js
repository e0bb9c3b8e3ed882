// What every map has: a scale in the reader's words, zoom buttons, and the way back to the whole area.
(function (circle15) {
  "use strict";

  const { element, say } = circle15;

  const Scale = L.Control.Scale.extend({
    _updateMetric(longest) {
      const metres = this._getRoundNum(longest);
      const text = metres < 1000 ? say("metres", { n: metres }) : say("kilometres", { n: metres / 1000 });
      this._mScale.style.width = Math.round((this.options.maxWidth * metres) / longest) + "px";
      this._mScale.textContent = text;
    },
  });

  const Home = L.Control.extend({
    onAdd() {
      const button = element("button", { type: "button", class: "c15-home", title: say("whole_area"), "aria-label": say("whole_area"), text: "⌂" });
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", this.options.go);
      return element("div", { class: "leaflet-bar" }, [button]);
    },
  });

  // The buttons stand in a corner of the map; the scale stands at its foot.
  circle15.addControls = function (map, goHome, corner) {
    new Scale({ imperial: false, maxWidth: 120, position: "bottomleft" }).addTo(map);
    L.control.zoom({ position: corner, zoomInTitle: say("zoom_in"), zoomOutTitle: say("zoom_out") }).addTo(map);
    new Home({ position: corner, go: goHome }).addTo(map);
  };
})(window.circle15);
