// Elements built from text and other elements; nothing here reads markup.
(function (circle15) {
  "use strict";

  // element("p", {class: "note", text: "..."}, [children]); "on" holds listeners, "style" CSS properties.
  circle15.element = function (tag, traits, children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(traits || {})) {
      if (name === "text") made.textContent = value;
      else if (name === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
      else if (name === "style") for (const [property, set] of Object.entries(value)) made.style.setProperty(property, set);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    for (const child of children || []) if (child) made.appendChild(child);
    return made;
  };

  circle15.fill = function (parent, children) {
    parent.textContent = "";
    for (const child of children) if (child) parent.appendChild(child);
  };

  // Whether the reader's system asks that nothing moves by itself.
  circle15.still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  circle15.byId = (name) => document.getElementById("c15-" + name);
})(window.circle15);
