// Puts the report together: verdict, files, findings, map.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  function showVerdict(content) {
    byId("head").classList.add("c15-" + content.verdict);
    fill(byId("head"), [
      element("p", { class: "c15-over", text: content.title }),
      element("h1", {}, [element("span", { class: "c15-sign", text: content.sign }), element("span", { text: content.conclusion })]),
      element("p", { class: "c15-next", text: content.next }),
      element("p", { class: "c15-counts", text: content.counts }),
    ]);
  }

  function bar(file) {
    if (!file.rows) return null;
    const part = (kind) => element("i", { class: "c15-part-" + kind, style: { width: (100 * file[kind]) / file.rows + "%" } });
    const title = ["used", "fixed", "excluded"].map((kind) => say("column_" + kind) + " " + circle15.wholeNumber(file[kind])).join(" · ");
    return element("span", { class: "c15-bar", title }, ["used", "fixed", "excluded"].map(part));
  }

  function fileRow(file) {
    const count = (name) => element("td", { class: "c15-figure", text: file.rows ? circle15.wholeNumber(file[name]) : say("page_no_rows") });
    const found = (name) => element("td", { class: "c15-figure" + (file[name] ? " c15-some" : ""), text: circle15.wholeNumber(file[name]) });
    return element("tr", { class: "c15-" + file.state }, [
      element("th", { scope: "row" }, [element("span", { text: file.file }), element("small", { text: file.kind + " · " + file.told })]),
      count("rows"),
      element("td", { class: "c15-bars" }, [bar(file)]),
      count("used"),
      count("fixed"),
      count("excluded"),
      found("faults"),
      found("warnings"),
    ]);
  }

  function showFiles(content) {
    const heads = ["file", "rows", "", "used", "fixed", "excluded", "faults", "warnings"];
    const head = element("tr", {}, heads.map((name) => (name ? element("th", { scope: "col", text: say("column_" + name) }) : element("td", {}))));
    fill(byId("files"), [element("table", {}, [element("thead", {}, [head]), element("tbody", {}, content.files.map(fileRow))])]);
  }

  function mapOf(content, numbers) {
    const placed = content.shapes.root.length || content.groups.some((group) => group.findings.some((one) => one.at));
    if (placed) return new circle15.FindingsMap(content, numbers);
    fill(byId("map"), [element("p", { class: "c15-note", text: say("page_no_map") })]);
    byId("map").classList.add("c15-empty");
    return null;
  }

  async function start() {
    const content = JSON.parse(byId("content").textContent);
    circle15.speak(content);
    circle15.signs = content.signs;
    showVerdict(content);
    showFiles(content);
    const old = typeof DecompressionStream === "undefined";
    byId("sorry").hidden = !old;
    const packed = byId("shapes").textContent.trim();
    const numbers = packed && !old ? (await circle15.unpack(packed, content.sections)).shapes : [];
    const state = { severities: { fault: true, warning: true, information: false }, file: "" };
    if (old) content.shapes = { root: [], town: [], village: [] };
    if (!content.severity_counts.fault && !content.severity_counts.warning) state.severities.information = true;
    state.map = mapOf(content, numbers);
    const redraw = () => {
      const groups = circle15.filtered(content, state);
      circle15.showFindings(content, groups, state);
      if (state.map) state.map.show(groups);
    };
    circle15.showFilters(content, state, redraw);
    circle15.showMapLegend(content);
    redraw();
    circle15.report = { content, state };
    document.documentElement.dataset.ready = "yes";
  }

  start();
})(window.circle15);
