  // What the new side answers differently, and what of it is to be ignored.
  function groupElement(card, group) {
    var sample = group.sample, element = h("div", { "class": "group" });
    var line = h("p", {}, h("code", {}, group.path), h("span", {}, group.kind), h("span", {}, count(group.count) + " of " + count(group.compared) + " " + group.request + " (" + percent(100 * group.rate) + ")"));
    if (group.path[0] === "$" || group.path.slice(0, 7) === "header:") line.append(button("Ignore …", function () { ignore(card.name, group.path); }, { "class": "act small", "data-verb": "ignore", "data-path": group.path }));
    element.append(line, h("p", { "class": "hint" }, "first " + group.first_seen + ", last " + group.last_seen + (group.noisy_path ? "; noisy here, but never like this" : "")),
      h("div", { "class": "pair" }, h("div", {}, "legacy", h("pre", {}, sample.legacy)), h("div", {}, "new", h("pre", {}, sample["new"]))),
      h("details", {}, h("summary", {}, "A sample pair: " + sample.request), h("div", { "class": "pair" },
        h("div", {}, "legacy, " + sample.legacy_status, h("pre", {}, sample.legacy_body)), h("div", {}, "new, " + sample.new_status, h("pre", {}, sample.new_body))),
        h("p", { "class": "hint" }, "trace " + sample.trace_id)));
    return element;
  }
  function showDifferences(card) {
    call("GET", "api/v1/cutovers/" + encodeURIComponent(card.name) + "/diff").then(function (diff) {
      var report = diff.report;
      if (!report) return fill(card.groups, [h("p", { "class": "hint" }, "Nothing was compared yet.")]);
      var text = JSON.stringify(report.groups);
      if (card.groupsText === text) return;
      card.groupsText = text;
      var counts = report.counts;
      fill(card.groups, [h("p", { "class": "hint" }, count(counts.equal) + " equal, " + count(counts.different) + " different (99 % bounds " + percent(100 * counts.different_rate_low) + " to " +
        percent(100 * counts.different_rate_high) + "), " + count(counts.explained_by_noise) + " explained by noise.")].concat(report.groups.map(function (group) { return groupElement(card, group); })));
      showMe();
    }, failed);
  }
  // First what would be written, then, when confirmed, the writing.
  function ignore(name, path) {
    var target = pathOf(name, "ignore");
    change("Ignore " + path, [], function () {
      return call("POST", target, { path: path, apply: false }).then(function (proposal) {
        return { ok: "Write and reload", body: [h("p", {}, "Answers of " + name + " that differ there count as equal from then on. This goes into ", h("code", {}, proposal.file), ", line " + proposal.line + ":"),
          h("pre", {}, "+ " + proposal.inserted.trim())] };
      });
    }, function (values) {
      return call("POST", target, { path: path, apply: true, why: values.why }).then(function (answer) {
        message("Written to " + answer.file + ", line " + answer.line + ": " + answer.inserted.trim() + ". The configuration was reloaded; the count of differences starts over.");
      });
    });
  }
