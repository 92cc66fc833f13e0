/// The script of the map: the choice of its colors, and the card of the photograph that is pointed at. It
/// reads attributes and texts of the page and writes texts. Without it the points have the colors of classes
/// and the browser's own hints.
enum LooksScript {
  static let source: StaticString = """

    (function () {
      "use strict";
      var map = document.getElementById("map");
      if (!map) { return; }
      var drawing = map.querySelector("svg.points");
      var ring = drawing.querySelector(".ring");
      var text = map.querySelector(".map-text");
      var tile = map.querySelector(".tile");
      var picture = tile && tile.querySelector("img");
      var choice = map.querySelector(".map-choice");
      var legends = Array.from(map.querySelectorAll(".map-legend"));
      // The group that is seen alone: the chosen one, or that of the entry pointed at.
      var coloring = 0, chosen = null, only = null, current = -1;
      drawing.setAttribute("role", "application");
      // The photographs are drawn from the last to the first.
      var points = Array.from(drawing.querySelectorAll("circle[data-m]")).reverse().map(function (circle) {
        var title = circle.querySelector("title");
        var point = {
          circle: circle, x: Number(circle.getAttribute("cx")), y: Number(circle.getAttribute("cy")),
          marks: circle.getAttribute("data-m").split(" "), text: title.textContent
        };
        title.remove();
        return point;
      });
      function paint() {
        points.forEach(function (point) {
          var mark = point.marks[coloring];
          point.circle.setAttribute("class", "m" + mark + (only !== null && mark !== only ? " dim" : ""));
        });
      }
      function show(index) {
        if (index === current) { return; }
        current = index;
        var point = points[index];
        ring.setAttribute("visibility", point ? "visible" : "hidden");
        text.textContent = point ? point.text : "";
        if (point) {
          ring.setAttribute("cx", point.x);
          ring.setAttribute("cy", point.y);
        }
        if (!picture) { return; }
        var side = Number(picture.dataset.tile), columns = Number(picture.dataset.columns);
        var row = Math.floor(index / columns);
        tile.hidden = !point || (row + 1) * side > picture.height;
        if (tile.hidden) { return; }
        var scale = 96 / side;
        picture.style.transform = "scale(" + scale + ") translate(" + -(index % columns) * side + "px, "
          + -row * side + "px)";
      }
      function nearest(x, y, cost) {
        var best = -1, least = Infinity;
        points.forEach(function (point, index) {
          if (only !== null && point.marks[coloring] !== only) { return; }
          var own = cost(point.x - x, point.y - y);
          if (own < least) { least = own; best = index; }
        });
        return best;
      }
      function point(event) {
        var box = drawing.getBoundingClientRect();
        var scale = 1000 / box.width;
        var reach = 16 * scale;
        show(nearest((event.clientX - box.left) * scale, (event.clientY - box.top) * scale, function (x, y) {
          var squared = x * x + y * y;
          return squared < reach * reach ? squared : Infinity;
        }));
      }
      drawing.addEventListener("pointermove", point);
      drawing.addEventListener("pointerdown", point);
      var steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      drawing.addEventListener("keydown", function (event) {
        var step = steps[event.key];
        if (event.key === "Escape") { show(-1); }
        if (!step) { return; }
        event.preventDefault();
        var from = points[current];
        var next = nearest(from ? from.x : 500, from ? from.y : 500, function (x, y) {
          if (!from) { return x * x + y * y; }
          var along = x * step[0] + y * step[1];
          var across = Math.abs(x * step[1]) + Math.abs(y * step[0]);
          return along > 0 && across <= 2 * along ? along + 2 * across : Infinity;
        });
        if (next >= 0) { show(next); }
      });
      drawing.addEventListener("focus", function () {
        if (current < 0 && drawing.matches(":focus-visible")) {
          show(nearest(500, 500, function (x, y) { return x * x + y * y; }));
        }
      });
      choice.addEventListener("change", function (event) {
        coloring = Number(event.target.value);
        chosen = only = null;
        legends.forEach(function (legend, place) {
          legend.hidden = place !== coloring;
          legend.querySelectorAll("button").forEach(function (button) {
            button.setAttribute("aria-pressed", "false");
          });
        });
        paint();
      });
      legends.forEach(function (legend) {
        legend.addEventListener("click", function (event) {
          var button = event.target.closest("button");
          if (!button) { return; }
          var isChosen = button.getAttribute("aria-pressed") === "true";
          legend.querySelectorAll("button").forEach(function (other) {
            other.setAttribute("aria-pressed", "false");
          });
          chosen = only = isChosen ? null : button.dataset.m;
          button.setAttribute("aria-pressed", isChosen ? "false" : "true");
          paint();
        });
        function preview(event) {
          var button = event.target.closest("button");
          var next = button && chosen === null ? button.dataset.m : chosen;
          if (next !== only) { only = next; paint(); }
        }
        function end() {
          if (only !== chosen) { only = chosen; paint(); }
        }
        legend.addEventListener("pointerover", preview);
        legend.addEventListener("focusin", preview);
        legend.addEventListener("pointerleave", end);
        legend.addEventListener("focusout", end);
      });
      choice.hidden = choice.querySelectorAll("input").length < 2;
    })();

    """
}
