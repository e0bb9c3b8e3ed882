// The list of findings: those of one kind together, filtered by severity and file.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;
  const SHOWN_AT_FIRST = 5;
  const SHOWN_MORE = 50;

  function item(finding, group, state) {
    const show = () => state.map.flyTo(finding, group);
    return element("li", { class: "c15-finding", id: "c15-finding-" + finding.n }, [
      element("span", { class: "c15-number", text: String(finding.n) }),
      element("div", {}, [
        element("p", { class: "c15-what", text: finding.what }),
        finding.where ? element("p", { class: "c15-place", text: finding.where }) : null,
      ]),
      finding.at && state.map ? element("button", { type: "button", class: "c15-show", text: say("page_show"), on: { click: show } }) : null,
    ]);
  }

  function list(group, findings, state) {
    const items = element("ol", {}, findings.slice(0, SHOWN_AT_FIRST).map((one) => item(one, group, state)));
    let shown = items.children.length;
    const more = element("button", { type: "button", class: "c15-more" });
    const told = () => {
      const rest = findings.length - shown;
      more.textContent = say("page_more", { count: Math.min(rest, SHOWN_MORE) });
      more.hidden = rest <= 0;
    };
    more.addEventListener("click", () => {
      for (const one of findings.slice(shown, shown + SHOWN_MORE)) items.appendChild(item(one, group, state));
      shown = items.children.length;
      told();
    });
    told();
    return [items, more];
  }

  function card(group, state) {
    const left = group.count - group.findings.length;
    const head = [
      element("span", { class: "c15-severity", text: circle15.signs[group.severity] + " " + say("severity_" + group.severity) }),
      group.total > 1 ? element("span", { class: "c15-same", text: say("page_same", { count: group.total }) }) : null,
    ];
    return element("article", { class: "c15-group c15-" + group.severity }, [
      element("h3", {}, head),
      group.mend ? element("p", { class: "c15-mend" }, [element("b", { text: say("column_mend") + " " }), element("span", { text: group.mend })]) : null,
      ...list(group, group.findings, state),
      left > 0 && !state.file ? element("p", { class: "c15-note", text: say("page_left_out", { shown: group.findings.length, count: group.count }) }) : null,
    ]);
  }

  // The groups that the filters leave, each with what they leave of it.
  circle15.filtered = function (content, state) {
    return content.groups
      .filter((group) => state.severities[group.severity])
      .map((group) => {
        const findings = state.file ? group.findings.filter((one) => one.file === state.file) : group.findings;
        return { ...group, findings, total: state.file ? findings.length : group.count };
      })
      .filter((group) => group.findings.length);
  };

  circle15.showFindings = function (content, groups, state) {
    const none = say(content.groups.length ? "page_none_here" : "page_no_findings");
    const cards = groups.map((group) => card(group, state));
    fill(byId("findings"), cards.length ? cards : [element("p", { class: "c15-note", text: none })]);
  };

  // On paper nobody can ask for more.
  window.addEventListener("beforeprint", () => {
    for (const more of document.querySelectorAll(".c15-more")) while (!more.hidden) more.click();
  });

  function severityBox(content, severity, state, changed) {
    const change = (event) => {
      state.severities[severity] = event.target.checked;
      changed();
    };
    const text = circle15.signs[severity] + " " + say("severity_" + severity) + " " + circle15.wholeNumber(content.severity_counts[severity]);
    return element("label", { class: "c15-chip c15-" + severity }, [
      element("input", { type: "checkbox", value: severity, checked: state.severities[severity], on: { change } }),
      element("span", { text }),
    ]);
  }

  circle15.showFilters = function (content, state, changed) {
    const files = [...new Set(content.groups.flatMap((group) => group.findings.map((one) => one.file)))].filter(Boolean);
    const change = (event) => {
      state.file = event.target.value;
      changed();
    };
    const options = [element("option", { value: "", text: say("page_all_files") }), ...files.map((file) => element("option", { value: file, text: file }))];
    fill(byId("filters"), [
      ...Object.keys(state.severities).map((severity) => severityBox(content, severity, state, changed)),
      element("select", { "aria-label": say("page_filter_file"), on: { change } }, options),
    ]);
  };
})(window.circle15);
