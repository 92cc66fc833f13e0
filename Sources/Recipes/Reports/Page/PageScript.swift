/// The script of a report: the choice of colors, the current entry of the contents, and everything open on
/// paper. The page is complete without it.
enum PageScript {
  static let source: StaticString = """

    (function () {
      "use strict";
      var root = document.documentElement;
      var button = document.getElementById("theme");
      var preference = window.matchMedia("(prefers-color-scheme: dark)");
      function isDark() {
        return root.dataset.theme ? root.dataset.theme === "dark" : preference.matches;
      }
      function name() { button.textContent = isDark() ? "Light colors" : "Dark colors"; }
      button.addEventListener("click", function () {
        root.dataset.theme = isDark() ? "light" : "dark";
        name();
      });
      preference.addEventListener("change", name);
      button.hidden = false;
      name();

      var closed = [];
      window.addEventListener("beforeprint", function () {
        closed = Array.from(document.querySelectorAll("details:not([open])"));
        closed.forEach(function (details) { details.open = true; });
      });
      window.addEventListener("afterprint", function () {
        closed.forEach(function (details) { details.open = false; });
      });

      var entries = Array.from(document.querySelectorAll("nav a"));
      var sections = entries.map(function (entry) {
        return document.getElementById(entry.getAttribute("href").slice(1));
      });
      var isWaiting = false;
      function mark() {
        isWaiting = false;
        var current = -1;
        sections.forEach(function (section, place) {
          if (section && section.getBoundingClientRect().top < window.innerHeight / 3) { current = place; }
        });
        entries.forEach(function (entry, place) {
          if (place === current) {
            entry.setAttribute("aria-current", "true");
          } else {
            entry.removeAttribute("aria-current");
          }
        });
      }
      window.addEventListener("scroll", function () {
        if (!isWaiting) {
          isWaiting = true;
          window.requestAnimationFrame(mark);
        }
      }, { passive: true });
      mark();
    })();

    """
}
