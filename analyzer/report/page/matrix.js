  // The packed graph, for the matrix and for the file graph. Nodes stand in matrix order, so contexts are runs.
  var graph = null;
  // Pairs are sorted by who needs, so a number a node says it all.
  function fromDegrees(degree) {
    var out = [];
    for (var i = 0; i < degree.length; i++) for (var k = 0; k < degree[i]; k++) out.push(i);
    return new Uint32Array(out);
  }
  function load() {
    if (graph) return graph;
    var data = block("data"), wide = data.wide ? 4 : 2;
    graph = { names: data.names, contexts: data.contexts, group: unpack(data.group, 2), lines: unpack(data.lines, 2),
              x: unpack(data.x, 2), y: unpack(data.y, 2), from: fromDegrees(unpack(data.degree, wide)), to: unpack(data.to, wide),
              count: unpack(data.count, 2), weight: unpack(data.weight, 2) };
    graph.starts = [];  // of contexts: {group, from, to}
    for (var i = 0; i < graph.group.length; i++) {
      var last = graph.starts[graph.starts.length - 1];
      if (!last || last.group !== graph.group[i]) graph.starts.push({ group: graph.group[i], from: i, to: i + 1 });
      else last.to = i + 1;
    }
    return graph;
  }
  function contextName(node) { return graph.contexts[graph.group[node]] || "no context"; }
  function fitCanvas(canvas, width, height) {
    var ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    var pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return pen;
  }
  function whenSeen(canvas, draw) {
    var seen = false;
    function first() { if (!seen) { seen = true; load(); draw(); } }
    new IntersectionObserver(function (entries, watcher) {
      if (!entries.some(function (entry) { return entry.isIntersecting; })) return;
      watcher.disconnect();
      first();
    }, { rootMargin: "300px" }).observe(canvas);
    window.addEventListener("resize", function () { if (seen) draw(); });
    window.addEventListener("beforeprint", first);
    canvas.addEventListener("focus", first);
    redraw.push(function () { if (seen) draw(); });
  }
  function contextChoice(select, chosen) {
    load().starts.forEach(function (run) {
      var option = element("option", "", graph.contexts[run.group] || "no context");
      option.value = run.group;
      select.appendChild(option);
    });
    select.addEventListener("change", chosen);
  }

  // File matrix. Column = user, row = used.
  function startMatrix(canvas) {
    var choice = byId("matrix-context"), at = byId("matrix-at"), view = null, cells = null, current = -1, side = 0, ready = false;

    function prepare() {
      var run = graph.starts.filter(function (one) { return String(one.group) === choice.value; })[0];
      view = run || { from: 0, to: graph.names.length };
      cells = [];
      for (var i = 0; i < graph.from.length; i++)
        if (graph.from[i] >= view.from && graph.from[i] < view.to && graph.to[i] >= view.from && graph.to[i] < view.to) cells.push(i);
      current = -1;
    }
    function draw() {
      if (!ready) { ready = true; contextChoice(choice, function () { prepare(); draw(); }); prepare(); }
      side = canvas.clientWidth;
      var pen = fitCanvas(canvas, side, side), n = view.to - view.from, scale = side / Math.max(1, n), size = Math.max(1.5, scale);
      pen.clearRect(0, 0, side, side);
      pen.fillStyle = color("--hover");
      pen.strokeStyle = color("--line");
      graph.starts.forEach(function (run) {
        var from = Math.max(run.from, view.from) - view.from, to = Math.min(run.to, view.to) - view.from;
        if (to <= from) return;
        pen.fillRect(from * scale, from * scale, (to - from) * scale, (to - from) * scale);
        pen.strokeRect(from * scale, from * scale, (to - from) * scale, (to - from) * scale);
      });
      pen.fillStyle = color("--accent");
      cells.forEach(function (pair) {
        pen.globalAlpha = Math.min(1, 0.35 + Math.log(1 + graph.count[pair]) / 6);
        pen.fillRect((graph.from[pair] - view.from) * scale, (graph.to[pair] - view.from) * scale, size, size);
      });
      pen.globalAlpha = 1;
      if (current < 0) return;
      pen.strokeStyle = color("--write");
      pen.lineWidth = 2;
      pen.strokeRect((graph.from[cells[current]] - view.from) * scale - 3, (graph.to[cells[current]] - view.from) * scale - 3, size + 6, size + 6);
    }
    function say(pair) {
      at.textContent = graph.names[graph.from[pair]] + " (" + contextName(graph.from[pair]) + ") uses " +
        graph.names[graph.to[pair]] + " (" + contextName(graph.to[pair]) + "), " + graph.count[pair] + " references";
    }
    // Points within a few pixels, nearest first.
    function near(event) {
      var box = canvas.getBoundingClientRect(), n = view.to - view.from, scale = side / Math.max(1, n), reach = Math.max(0.5, 4 / scale);
      var user = (event.clientX - box.left) / scale + view.from - 0.5, used = (event.clientY - box.top) / scale + view.from - 0.5, found = [];
      cells.forEach(function (pair) {
        var far = Math.max(Math.abs(graph.from[pair] - user), Math.abs(graph.to[pair] - used));
        if (far <= reach) found.push([far, pair]);
      });
      return found.sort(function (a, b) { return a[0] - b[0]; }).map(function (one) { return one[1]; });
    }
    canvas.addEventListener("pointermove", function (event) {
      if (!ready) return;
      var found = near(event);
      if (found.length > 0) say(found[0]);
    });
    canvas.addEventListener("click", function (event) {
      var found = ready ? near(event) : [];
      if (found.length > 0) openPairs(found.length === 1 ? "One dependency" : found.length + " dependencies here", found);
    });
    canvas.addEventListener("keydown", function (event) {
      var step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (!ready || cells.length === 0) return;
      if (step) {
        event.preventDefault();
        current = (current + step + cells.length + (current < 0 && step < 0 ? 1 : 0)) % cells.length;
        say(cells[current]);
        draw();
      } else if (event.key === "Enter" && current >= 0) {
        openPairs("One dependency", [cells[current]]);
      }
    });
    whenSeen(canvas, draw);
  }

