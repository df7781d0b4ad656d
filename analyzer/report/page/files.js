  // File graph: coordinates come with the page, lines by weight.
  function startFiles(canvas) {
    var range = byId("graph-edges"), count = byId("graph-count"), choice = byId("graph-context"), inner = byId("graph-inner"), at = byId("files-at");
    var order = null, picked = -1, width = 0, height = 0, zoom = 1, left = 0, top = 0, ready = false, palette = [], drag = null;
    var few = 400;  // lines at first

    function unit() { return Math.min(width, height) / 65535 * 0.9 * zoom; }
    function px(node) { return width / 2 + (graph.x[node] - middle.x) * unit() + left; }
    function py(node) { return height / 2 + 8 + (graph.y[node] - middle.y) * unit() + top; }
    var middle = { x: 32768, y: 32768 };

    function prepare() {
      order = [];
      for (var i = 0; i < graph.from.length; i++) {
        var a = graph.group[graph.from[i]], b = graph.group[graph.to[i]];
        if (!inner.checked && a === b) continue;
        if (choice.value !== "" && String(a) !== choice.value && String(b) !== choice.value) continue;
        order.push(i);
      }
      order.sort(function (a, b) { return graph.weight[b] - graph.weight[a] || a - b; });
    }
    // The slider is quadratic: fine steps where lines are few.
    function wanted() {
      var share = range.value / 100, least = Math.min(few, order.length);
      return Math.round(least + (order.length - least) * share * share);
    }
    function setUp() {
      ready = true;
      contextChoice(choice, function () { prepare(); draw(); });
      var bounds = { x: 0, y: 0 };
      for (var i = 0; i < graph.x.length; i++) { bounds.x = Math.max(bounds.x, graph.x[i]); bounds.y = Math.max(bounds.y, graph.y[i]); }
      middle = { x: bounds.x / 2, y: bounds.y / 2 };
      prepare();
    }
    function readPalette() {
      var probe = document.body.appendChild(element("i"));
      palette = [];
      for (var i = 0; i < 12; i++) { probe.className = "c" + i; palette.push(getComputedStyle(probe).getPropertyValue("--c").trim()); }
      probe.remove();
    }
    function line(pen, pair) {
      pen.moveTo(px(graph.from[pair]), py(graph.from[pair]));
      pen.lineTo(px(graph.to[pair]), py(graph.to[pair]));
    }
    function drawLines(pen) {
      var shown = wanted();
      count.textContent = shown + " of " + order.length;
      pen.strokeStyle = color("--soft");
      pen.lineWidth = 0.8;
      pen.globalAlpha = shown > 5000 ? 0.08 : shown > 800 ? 0.18 : 0.3;
      pen.beginPath();
      for (var i = 0; i < shown; i++) line(pen, order[i]);
      pen.stroke();
      if (picked < 0) return;
      pen.globalAlpha = 0.9;
      [["--write", graph.from], ["--read", graph.to]].forEach(function (side) {
        pen.strokeStyle = color(side[0]);
        pen.lineWidth = 1.4;
        pen.beginPath();
        for (var k = 0; k < graph.from.length; k++) if (side[1][k] === picked) line(pen, k);
        pen.stroke();
      });
    }
    function drawNodes(pen) {
      var size = Math.max(0.6, Math.min(2.2, zoom * Math.sqrt(3000 / Math.max(300, graph.x.length))));
      pen.globalAlpha = 1;
      graph.starts.forEach(function (run) {
        pen.fillStyle = palette[run.group % 12] || color("--soft");
        pen.globalAlpha = choice.value === "" || String(run.group) === choice.value ? 1 : 0.3;
        pen.beginPath();
        for (var i = run.from; i < run.to; i++) {
          var radius = size * (1.2 + Math.sqrt(graph.lines[i]) / 14);
          pen.moveTo(px(i) + radius, py(i));
          pen.arc(px(i), py(i), radius, 0, 6.2832);
        }
        pen.fill();
      });
      pen.globalAlpha = 1;
      if (picked < 0) return;
      pen.strokeStyle = color("--ink");
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(px(picked), py(picked), 8, 0, 6.2832);
      pen.stroke();
    }
    function drawNames(pen) {
      pen.font = "600 13px system-ui, sans-serif";
      pen.textAlign = "center";
      pen.lineWidth = 4;
      pen.strokeStyle = color("--panel");
      graph.starts.forEach(function (run) {
        var x = 0, y = Infinity;
        for (var i = run.from; i < run.to; i++) { x += px(i); y = Math.min(y, py(i)); }
        x /= run.to - run.from;
        pen.strokeText(graph.contexts[run.group] || "", x, y - 8);
        pen.fillStyle = color("--ink");
        pen.fillText(graph.contexts[run.group] || "", x, y - 8);
      });
    }
    function draw() {
      if (!ready) setUp();
      readPalette();
      width = canvas.clientWidth;
      height = canvas.clientHeight;
      var pen = fitCanvas(canvas, width, height);
      pen.clearRect(0, 0, width, height);
      drawLines(pen);
      drawNodes(pen);
      drawNames(pen);
    }
    function nodeAt(event) {
      var box = canvas.getBoundingClientRect(), best = -1, least = 81;
      for (var i = 0; i < graph.x.length; i++) {
        var dx = px(i) - (event.clientX - box.left), dy = py(i) - (event.clientY - box.top), far = dx * dx + dy * dy;
        if (far < least) { least = far; best = i; }
      }
      return best;
    }
    // The nearest drawn line within a few pixels, -1 for none.
    function lineAt(event) {
      var box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top, best = -1, least = 25, shown = wanted();
      for (var i = 0; i < shown; i++) {
        var ax = px(graph.from[order[i]]), ay = py(graph.from[order[i]]), dx = px(graph.to[order[i]]) - ax, dy = py(graph.to[order[i]]) - ay;
        var along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
        var far = Math.pow(ax + along * dx - x, 2) + Math.pow(ay + along * dy - y, 2);
        if (far < least) { least = far; best = order[i]; }
      }
      return best;
    }
    function say(node) { at.textContent = graph.names[node] + " (" + contextName(node) + "), " + graph.lines[node] + " lines"; }
    function open(node) {
      var pairs = [];
      for (var i = 0; i < graph.from.length; i++) if (graph.from[i] === node || graph.to[i] === node) pairs.push(i);
      pairs.sort(function (a, b) { return graph.weight[b] - graph.weight[a] || a - b; });
      openPairs(graph.names[node] + ": " + pairs.length + " dependencies", pairs);
    }
    function pick(node) {
      picked = node;
      if (node >= 0) say(node);
      draw();
    }
    function zoomBy(factor) {
      var next = Math.max(0.5, Math.min(40, zoom * factor));
      left *= next / zoom;
      top *= next / zoom;
      zoom = next;
      draw();
    }
    function whole() { zoom = 1; left = top = 0; draw(); }

    canvas.addEventListener("pointerdown", function (event) {
      drag = { x: event.clientX, y: event.clientY, left: left, top: top, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", function (event) {
      if (!ready) return;
      if (!drag) {
        var node = nodeAt(event);
        if (node >= 0) say(node);
        return;
      }
      drag.moved = drag.moved || Math.abs(event.clientX - drag.x) + Math.abs(event.clientY - drag.y) > 4;
      if (!drag.moved) return;
      left = drag.left + event.clientX - drag.x;
      top = drag.top + event.clientY - drag.y;
      draw();
    });
    canvas.addEventListener("pointerup", function (event) {
      var click = drag && !drag.moved;
      drag = null;
      if (!ready || !click) return;
      var node = nodeAt(event), pair = node < 0 ? lineAt(event) : -1;
      pick(node);
      if (node >= 0) open(node);
      else if (pair >= 0) openPairs("One dependency", [pair]);
    });
    canvas.addEventListener("wheel", function (event) {
      if (!event.ctrlKey && document.activeElement !== canvas) return;  // the page scrolls
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    }, { passive: false });
    canvas.addEventListener("keydown", function (event) {
      var steps = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key], total = graph ? graph.x.length : 0;
      if (!ready || event.ctrlKey || event.metaKey || event.altKey) return;
      if (steps) { left += steps[0]; top += steps[1]; draw(); }
      else if (event.key === "+" || event.key === "=") zoomBy(1.3);
      else if (event.key === "-") zoomBy(1 / 1.3);
      else if (event.key === "0") whole();
      else if (event.key === "]") pick((picked + 1) % total);
      else if (event.key === "[") pick((picked + total - (picked < 0 ? 0 : 1)) % total);
      else if (event.key === "Enter" && picked >= 0) open(picked);
      else return;
      event.preventDefault();
    });
    byId("graph-in").addEventListener("click", function () { zoomBy(1.3); });
    byId("graph-out").addEventListener("click", function () { zoomBy(1 / 1.3); });
    byId("graph-fit").addEventListener("click", whole);
    range.addEventListener("input", draw);
    inner.addEventListener("change", function () { prepare(); draw(); });
    whenSeen(canvas, draw);
  }

