#include "tests/browser/accessible.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>

namespace banyan::browser {
namespace {

namespace fs = std::filesystem;

// Of the package as npm gives it; another version is another line here.
constexpr const char* axe_version = "4.14.1";
constexpr const char* axe_sha512 =
    "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5";

// A canvas reads whatever the browser can compute as a colour. Backgrounds lie over each other up to the root.
constexpr const char* contrast_script = R"js((() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true}), known = new Map();
  const rgba = color => {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = '#000';
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const d = canvas.getImageData(0, 0, 1, 1).data;
      known.set(color, [d[0], d[1], d[2], d[3] / 255]);
    }
    return known.get(color);
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = element => {
    const layers = [];
    let opacity = 1;
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      layers.push(rgba(style.backgroundColor));
      opacity *= parseFloat(style.opacity);
      if (at.tagName === 'DIALOG' && at.open) break;
    }
    let color = rgba(getComputedStyle(document.documentElement).colorScheme.includes('dark') ? '#121212' : '#ffffff');
    const under = rgba(getComputedStyle(document.body).backgroundColor);
    color = over(under, color);
    for (const layer of layers.reverse()) color = over(layer, color);
    return {color, opacity};
  };
  const light = color => {
    const [r, g, b] = color.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (typeof e.className === 'string' && e.className ? '.' + e.className.trim().replace(/\s+/g, '.') : '');
  const faint = [];
  let looked = 0;
  const judge = (element, style, color, words) => {
    const behind = ground(element), size = parseFloat(style.fontSize), bold = parseInt(style.fontWeight, 10) >= 700;
    const front = rgba(color), seen = over([front[0], front[1], front[2], front[3] * behind.opacity], behind.color);
    const needed = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5, has = ratio(seen, behind.color);
    ++looked;
    if (has < needed) faint.push(has.toFixed(2) + ' ' + name(element.parentElement || element) + ' > ' + name(element) + ': ' + words.trim().slice(0, 40));
  };
  const shown = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true}) && element.getClientRects().length;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|OPTION)$/.test(element.tagName) || element.closest(':disabled') || !shown(element)) continue;
    const style = getComputedStyle(element);
    judge(element, style, element instanceof SVGElement ? style.fill : style.color, node.data);
  }
  for (const field of document.querySelectorAll('input:not([type=checkbox]):not([type=range]):not(:disabled), select:not(:disabled), textarea:not(:disabled)')) {
    if (!shown(field)) continue;
    judge(field, getComputedStyle(field), getComputedStyle(field).color, field.value || 'value');
    if (field.placeholder) judge(field, getComputedStyle(field), getComputedStyle(field, '::placeholder').color, field.placeholder);
  }
  return {looked, faint: [...new Set(faint)]};
})())js";

constexpr const char* axe_script = R"js(axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
  resultTypes: ['violations'], preload: false}).then(found => ({passed: found.passes.length, findings: found.violations.map(rule => rule.id + ': ' + rule.help + ': ' +
  rule.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' + (node.any[0] ? node.any[0].message : '')).join('; ') + (rule.nodes.length > 3 ? ' and ' + (rule.nodes.length - 3) + ' more' : ''))})))js";

std::vector<std::string> lines_of(const json::value& list) {
  std::vector<std::string> out;
  for (const json::value& each : list.as_array()) out.emplace_back(each.as_string());
  return out;
}

// Downloads into a folder of its own; a file that is there is whole.
std::string fetch_axe(const fs::path& file) {
  if (support::run({"sh", "-c", "command -v npm"}).exit_code != 0) return "npm is not installed (apt-get install npm)";
  const support::TempDir folder;
  const std::string package = std::string("axe-core-") + axe_version + ".tgz";
  const auto packed = support::run({"sh", "-c", "cd \"$1\" && npm pack --silent --ignore-scripts \"axe-core@$2\"", "sh", folder.path().string(), axe_version},
                                   std::chrono::minutes(2));
  if (packed.exit_code != 0) return "npm cannot fetch axe-core " + std::string(axe_version) + ": " + packed.err.substr(0, 300);
  const auto digest = support::run({"sha512sum", (folder / package).string()});
  if (digest.out.substr(0, 128) != axe_sha512) return "the SHA-512 of " + package + " is another than the pinned one";
  const auto unpacked = support::run({"tar", "-xzf", (folder / package).string(), "-C", folder.path().string(), "package/axe.min.js"});
  if (unpacked.exit_code != 0) return package + " cannot be unpacked: " + unpacked.err;
  fs::create_directories(file.parent_path());
  const fs::path beside = file.string() + "." + std::to_string(::getpid());
  fs::copy_file(folder / "package/axe.min.js", beside, fs::copy_options::overwrite_existing);
  fs::rename(beside, file);
  return {};
}

}  // namespace

std::vector<std::string> faint_texts(Chromium& page, int& looked_at) {
  const auto found = page.evaluate(contrast_script);
  looked_at = found.at("looked").to_number<int>();
  return lines_of(found.at("faint"));
}

std::string axe_core(std::string& why) {
  const fs::path file = fs::path(BANYAN_BINARY_DIR) / "tools" / (std::string("axe-core-") + axe_version + ".min.js");
  if (!fs::exists(file)) why = fetch_axe(file);
  return why.empty() ? support::read_file(file) : "";
}

std::vector<std::string> axe_findings(Chromium& page, const std::string& axe, int& passed) {
  page.evaluate("typeof axe === 'undefined' ? (0, (() => {" + axe + "\n})(), 0) : 0");
  const auto found = page.evaluate(axe_script);
  passed = found.at("passed").to_number<int>();
  return lines_of(found.at("findings"));
}

void expect_accessible(Chromium& page, const std::string& what) {
  int looked_at = 0;
  for (const auto& line : faint_texts(page, looked_at)) ADD_FAILURE() << what << ": too little contrast: " << line;
  EXPECT_GT(looked_at, 10) << what;
  static std::string why;
  static const std::string axe = axe_core(why);
  if (axe.empty()) {
    static bool said = false;
    if (!said) std::printf("SKIPPED: axe-core was not run, only our own check of contrast: %s\n", why.c_str());
    said = true;
    return;
  }
  int passed = 0;
  for (const auto& line : axe_findings(page, axe, passed)) ADD_FAILURE() << what << ": axe: " << line;
  std::printf("%s: %d texts with enough contrast, %d rules of axe kept\n", what.c_str(), looked_at, passed);
}

}  // namespace banyan::browser
