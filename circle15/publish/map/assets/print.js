// On paper the map gets a size of its own, stands there whole, and is drawn as fine as paper shows it.
(function (circle15) {
  "use strict";

  const { element } = circle15;
  const FINE = 3;

  // Browsers print a canvas on white, whatever lies beneath it; a picture of it keeps what is clear in it clear.
  function pictureOf(canvas) {
    const picture = element("img", { src: canvas.toDataURL(), alt: "", class: "c15-picture " + canvas.className });
    picture.style.cssText = canvas.style.cssText;
    canvas.after(picture);
    canvas.hidden = true;
  }

  function layOut(map, home) {
    document.documentElement.classList.add("c15-printing");
    circle15.ratio = FINE;
    L.Browser.retina = true;
    map.invalidateSize({ animate: false });
    map.fitBounds(home, { padding: [8, 8], animate: false });
    map.getContainer().querySelectorAll("canvas").forEach(pictureOf);
  }

  function putBack(map, { centre, zoom, retina }) {
    map.getContainer().querySelectorAll(".c15-picture").forEach((picture) => picture.remove());
    map.getContainer().querySelectorAll("canvas").forEach((canvas) => (canvas.hidden = false));
    document.documentElement.classList.remove("c15-printing");
    delete circle15.ratio;
    L.Browser.retina = retina;
    map.invalidateSize({ animate: false });
    map.setView(centre, zoom, { animate: false });
  }

  // `bounds()` is what the map shows on paper.
  circle15.startPrinting = function (map, bounds) {
    let before = null;
    window.addEventListener("beforeprint", () => {
      if (before) return;
      before = { centre: map.getCenter(), zoom: map.getZoom(), retina: L.Browser.retina };
      map.closePopup();
      layOut(map, bounds());
    });
    window.addEventListener("afterprint", () => {
      if (before) putBack(map, before);
      before = null;
    });
  };
})(window.circle15);
