#include "analyzer/report/sections.hpp"

namespace banyan::report {

std::string graph_section(const Input& input) {
  if (input.graph.components.size() < 2) return {};
  return "<section id=graph><h2>File graph</h2><p class=hint>Every unit of files, by context; those with "
         "ties to other "
         "contexts stand at the rim. It opens with the heaviest lines between contexts. Choose a file to see "
         "what it "
         "needs and who uses it; every line opens to the code that proves it.</p>"
         "<div class=tools><label>lines <input id=graph-edges type=range min=0 max=100 value=0></label>"
         "<output id=graph-count></output>"
         "<label>context <select id=graph-context><option value=\"\">all</option></select></label>"
         "<label><input id=graph-inner type=checkbox> lines inside contexts</label>"
         "<span class=buttons><button type=button id=graph-in aria-label=\"zoom in\">+</button>"
         "<button type=button id=graph-out aria-label=\"zoom out\">−</button>"
         "<button type=button id=graph-fit>whole</button></span></div>"
         "<canvas id=files tabindex=0 role=img aria-label=\"File graph. Arrow keys move, + and - zoom, [ and "
         "] choose the "
         "previous and the next file, Enter shows its lines.\"></canvas>"
         "<p id=files-at class=hint aria-live=polite>&nbsp;</p></section>";
}

}  // namespace banyan::report
