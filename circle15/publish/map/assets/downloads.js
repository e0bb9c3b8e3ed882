// Links to the files that lie beside this page in the workspace.
(function (circle15) {
  "use strict";

  const { element, say, fill, byId } = circle15;

  circle15.showDownloads = function (content) {
    byId("tab-files").hidden = !content.downloads.length;
    const rows = content.downloads.map(({ kind, name, files, href }) =>
      element("li", {}, [
        element("a", { href }, [
          element("span", { text: say("file_" + kind) }),
          element("small", { text: href.endsWith("/") ? say("file_folder", { name, files }) : name }),
        ]),
      ])
    );
    fill(byId("files"), [element("ul", { class: "c15-files" }, rows), element("p", { class: "c15-intro", text: say("files_note") })]);
  };
})(window.circle15);
