  // The panel beside the page: the code that proves what was chosen.
  var panel = byId("panel"), panelBody = byId("panel-body"), openedFrom = null;

  function openPanel(content) {
    if (panel.hidden) openedFrom = document.activeElement;
    panelBody.textContent = "";
    if (typeof content === "string") panelBody.innerHTML = content;
    else panelBody.appendChild(content);
    panel.hidden = false;
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
  }
  function closePanel() {
    panel.hidden = true;
    if (openedFrom && openedFrom.focus) openedFrom.focus({ preventScroll: true });
    openedFrom = null;
  }
  byId("panel-close").addEventListener("click", closePanel);
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".proof");
    if (button && block("bodies")) openPanel(block("bodies")[button.getAttribute("data-body")]);
  });

  function element(tag, className, text) {
    var made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  // One pair of files: who needs whom, by what, and the lines.
  function pairElement(pair) {
    var box = element("section", "pair"), head = element("p", "pair-head");
    head.appendChild(element("code", "", graph.names[graph.from[pair]]));
    head.appendChild(document.createTextNode(" needs "));
    head.appendChild(element("code", "", graph.names[graph.to[pair]]));
    box.appendChild(head);
    var evidence = block("evidence");
    if (!evidence) return box;
    var lines = evidence.pairs[pair].split("\n");
    box.appendChild(element("p", "hint", lines[0]));
    lines.slice(1).forEach(function (line) {
      var parts = line.split("\t"), place = element("div", "place");
      place.appendChild(element("code", "at", evidence.files[parts[0]] + ":" + parts[1]));
      if (parts[2]) {
        place.appendChild(document.createTextNode(" "));
        place.appendChild(element("code", "src", parts[2]));
      }
      box.appendChild(place);
    });
    return box;
  }
  function openPairs(title, pairs) {
    var shown = 25, content = document.createDocumentFragment();
    content.appendChild(element("h3", "", title));
    pairs.slice(0, shown).forEach(function (pair) { content.appendChild(pairElement(pair)); });
    if (pairs.length > shown) content.appendChild(element("p", "hint", (pairs.length - shown) + " more in banyan.db"));
    openPanel(content);
  }

