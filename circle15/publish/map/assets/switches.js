// The switches of themes and overlays.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;
  const themes = ["time", "uncovered", "index", "isochrones", "none"];

  function choice(kind, group, name, word, on, change) {
    const input = element("input", { type: kind, name: "c15-" + group, value: name, checked: on, on: { change: (event) => change(name, event.target.checked) } });
    return element("label", {}, [input, element("span", { text: say(word) })]);
  }

  circle15.showSwitches = function (state, setTheme, setOverlay) {
    const body = element("div", { class: "c15-switch-body", id: "c15-switch-body" }, [
      element("fieldset", {}, [element("legend", { text: say("theme") }), ...themes.map((name) => choice("radio", "theme", name, "theme_" + name, state.theme === name, setTheme))]),
      element("fieldset", {}, [
        element("legend", { text: say("overlays") }),
        ...Object.keys(state.overlays).map((name) => choice("checkbox", "overlay", name, name === "towns" ? "overlay_" + state.content.listed : "overlay_" + name, state.overlays[name], setOverlay)),
      ]),
    ]);
    const toggle = element("button", { type: "button", class: "c15-toggle", "aria-expanded": "true", "aria-controls": "c15-switch-body", text: say("layers_toggle") });
    const open = (yes) => {
      toggle.setAttribute("aria-expanded", String(yes));
      body.hidden = !yes;
      byId("switches").classList.toggle("c15-open", yes);
    };
    toggle.addEventListener("click", () => open(body.hidden));
    open(window.innerWidth > 760);
    fill(byId("switches"), [toggle, body]);
  };
})(window.circle15);
