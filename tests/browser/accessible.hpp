// Can everybody read and use a page? Two witnesses: the contrast of every text as it is drawn, computed here after WCAG 2.2, and the
// rules of axe-core. One thread.
#pragma once

#include "tests/browser/chromium.hpp"

#include <string>
#include <vector>

namespace banyan::browser {

// Texts of the page with less contrast than WCAG 2.2 AA asks for (1.4.3: 4.5, or 3 for large ones), one line each: ratio, element, words.
// What is hidden, disabled or without words is left out. `looked_at`: how many were.
std::vector<std::string> faint_texts(Chromium& page, int& looked_at);

// The pinned axe-core from build/tools/, fetched once with npm and held against its SHA-512. Empty, with `why`: it cannot be had here.
std::string axe_core(std::string& why);

// What axe finds wrong, one line each; `passed`: how many of its rules the page keeps.
std::vector<std::string> axe_findings(Chromium& page, const std::string& axe, int& passed);

// EXPECTs all of the above; says aloud when axe cannot be had. `what` names the state of the page.
void expect_accessible(Chromium& page, const std::string& what);

}  // namespace banyan::browser
