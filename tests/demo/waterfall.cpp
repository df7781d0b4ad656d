// SVG 1.1 with a style sheet; positions in CSS pixels.
#include "tests/demo/waterfall.hpp"

#include <algorithm>
#include <cstdio>

namespace banyan::demo {
namespace {

using support::CollectedSpan;

constexpr int width = 1200, margin = 20, row_height = 20, head_height = 112;
constexpr int names_at = 122, indent = 9, chart_at = 520, chart_end = 1100;  // durations stand right of it
constexpr double letter = 6.4;                                               // the widest mean of 12 px letters
constexpr std::size_t colours = 8;
constexpr std::int64_t client_kind = 3, producer_kind = 4, error_status = 2;

constexpr const char* style = R"(<style>
svg{--paper:#fff;--ink:#1c2430;--soft:#5d6875;--line:#dfe4ea;--elbow:#b4bec9;--bad:#c62828;
--c0:#64748b;--c1:#0f766e;--c2:#2563eb;--c3:#b45309;--c4:#7c3aed;--c5:#be185d;--c6:#4d7c0f;--c7:#0e7490;
font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
@media (prefers-color-scheme:dark){svg{--paper:#12161c;--ink:#e4e9ef;--soft:#9aa6b3;--line:#2b333d;--elbow:#4a5663;--bad:#ff7b72;
--c0:#94a3b8;--c1:#2dd4bf;--c2:#60a5fa;--c3:#fbbf24;--c4:#a78bfa;--c5:#f472b6;--c6:#a3e635;--c7:#22d3ee}}
.paper{fill:var(--paper)}text{fill:var(--ink)}.soft{fill:var(--soft)}.end{text-anchor:end}.mid{text-anchor:middle}
.title{font-size:17px;font-weight:600}.bad{fill:var(--bad)}.row:nth-of-type(even) .band{fill:var(--line);opacity:.35}
.band{fill:none}.grid{stroke:var(--line)}.elbow{stroke:var(--elbow);fill:none}.waits{opacity:.5}
.failed{stroke:var(--bad);stroke-width:1.5}.n{font-variant-numeric:tabular-nums}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}
.c6{fill:var(--c6)}.c7{fill:var(--c7)}
</style>
)";

std::string fixed(double value, int digits) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string at(double value) { return fixed(value, 1); }

std::string text_at(double x, double y, std::string_view classes, std::string_view text) {
  return "<text x=\"" + at(x) + "\" y=\"" + at(y) + "\"" + (classes.empty() ? "" : " class=\"" + std::string(classes) + "\"") + ">" +
         xml_text(text) + "</text>";
}

std::string short_service(const std::string& service) {
  constexpr std::string_view ours = "banyan-";
  return service.starts_with(ours) ? service.substr(ours.size()) : service;
}

std::string label_of(const CollectedSpan& span) {
  const auto path = span.get("url.path");
  return span.name.find(' ') != std::string::npos || path.empty() ? span.name : span.name + " " + path;
}

std::string error_of(const CollectedSpan& span) {
  if (span.status != error_status) return {};
  const auto type = span.get("error.type");
  return type.empty() ? "error" : type;
}

bool waits(const CollectedSpan& span) { return span.kind == client_kind || span.kind == producer_kind; }

class Drawing {
 public:
  Drawing(const std::vector<CollectedSpan>& spans, std::string_view title) : spans_(spans), title_(title), rows_(trace_rows(spans)) {
    for (const auto& row : rows_) {
      const auto& span = spans_[row.span];
      begin_ = row.span == rows_.front().span ? span.start_ns : std::min(begin_, span.start_ns);
      end_ = std::max(end_, span.end_ns);
      if (std::find(services_.begin(), services_.end(), span.service) == services_.end()) services_.push_back(span.service);
    }
    length_ = std::max<std::int64_t>(end_ - begin_, 1);
    height_ = head_height + static_cast<int>(rows_.size()) * row_height + margin;
  }

  std::string svg() const {
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
                      std::to_string(height_) + "\" width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(height_) +
                      "\" role=\"img\">\n<title>" + xml_text(title_) + "</title>\n" + style +
                      "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
    out += head() + axis();
    for (std::size_t i = 0; i < rows_.size(); ++i) out += row(i);
    return out + "</svg>\n";
  }

 private:
  double x_of(std::int64_t time) const {
    return chart_at + static_cast<double>(time - begin_) / static_cast<double>(length_) * (chart_end - chart_at);
  }
  static double y_of(std::size_t row) { return head_height + static_cast<double>(row) * row_height; }

  std::string colour_of(const std::string& service) const {
    const auto found = std::find(services_.begin(), services_.end(), service) - services_.begin();
    return "c" + std::to_string(static_cast<std::size_t>(found) % colours);
  }

  std::string head() const {
    const std::string trace = spans_.empty() ? "" : " · trace " + spans_.front().trace_id;
    std::string out = text_at(margin, 34, "title", shortened(title_, 110)) + "\n" +
                      text_at(margin, 54, "soft", std::to_string(spans_.size()) + " spans of " + std::to_string(services_.size()) +
                                                      " processes in " + duration_text(length_) + trace) + "\n";
    double x = margin;
    for (const auto& service : services_) {
      const auto name = shortened(short_service(service), 16);
      out += swatch(x, 66, colour_of(service)) + text_at(x + 15, 75, "", name) + "\n";
      x += 33 + letter * static_cast<double>(name.size());
      if (x > chart_at - 60) break;  // the rows name them all
    }
    return out + text_at(chart_end, 75, "soft end", "full: does the work · pale: waits for another · red edge: failed") + "\n";
  }

  static std::string swatch(double x, double y, const std::string& colour) {
    return "<rect class=\"" + colour + "\" x=\"" + at(x) + "\" y=\"" + at(y) + "\" width=\"10\" height=\"10\" rx=\"2\"/>";
  }

  std::string axis() const {
    std::string out;
    const auto step = tick_step(length_);
    for (std::int64_t tick = 0; tick <= length_; tick += step) {
      const auto x = at(x_of(begin_ + tick));
      out += "<line class=\"grid\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"" + at(head_height - 6) + "\" y2=\"" + at(height_ - margin) + "\"/>" +
             text_at(x_of(begin_ + tick), head_height - 11, "soft mid n", tick == 0 ? "0" : duration_text(tick)) + "\n";
    }
    return out;
  }

  std::string row(std::size_t i) const {
    const auto& span = spans_[rows_[i].span];
    const double y = y_of(i), base = y + 14, name_x = names_at + indent * std::min(rows_[i].depth, 24);
    const auto room = static_cast<std::size_t>((chart_at - 14 - name_x) / letter);
    const auto colour = colour_of(span.service);
    return "<g class=\"row\"><title>" + xml_text(told(span)) + "</title><rect class=\"band\" x=\"0\" y=\"" + at(y) + "\" width=\"" +
           std::to_string(width) + "\" height=\"" + std::to_string(row_height) + "\"/>" + swatch(margin, y + 5, colour) +
           text_at(margin + 15, base, "", shortened(short_service(span.service), 12)) + elbow(i) +
           text_at(name_x, base, "", shortened(label_of(span), room)) + bar(span, y, colour) +
           text_at(width - margin, base, "soft end n", duration_text(span.end_ns - span.start_ns)) + "</g>\n";
  }

  std::string told(const CollectedSpan& span) const {
    const auto error = error_of(span);
    return span.service + ": " + label_of(span) + ", begins after " + duration_text(span.start_ns - begin_) + ", takes " +
           duration_text(span.end_ns - span.start_ns) + (error.empty() ? "" : ", failed: " + error) + ", span " + span.span_id;
  }

  // From below the parent's name to this one.
  std::string elbow(std::size_t i) const {
    if (rows_[i].parent == no_row) return {};
    const double x = names_at + indent * std::min(rows_[i].depth - 1, 23) + 2, y = y_of(i) + 10;
    return "<path class=\"elbow\" d=\"M" + at(x) + " " + at(y_of(rows_[i].parent) + row_height - 2) + "V" + at(y) + "h5\"/>";
  }

  std::string bar(const CollectedSpan& span, double y, const std::string& colour) const {
    const double from = x_of(span.start_ns), to = std::max(x_of(span.end_ns), from + 3);
    const auto error = shortened(error_of(span), 30);
    std::string out = "<rect class=\"" + colour + (waits(span) ? " waits" : "") + (error.empty() ? "" : " failed") + "\" x=\"" + at(from) +
                      "\" y=\"" + at(y + 5) + "\" width=\"" + at(to - from) + "\" height=\"10\" rx=\"2\"/>";
    if (error.empty()) return out;
    const bool right = to + 8 + letter * static_cast<double>(error.size()) < chart_end + 10;
    return out + text_at(right ? to + 6 : from - 6, y + 14, right ? "bad" : "bad end", error);
  }

  const std::vector<CollectedSpan>& spans_;
  std::string title_;
  std::vector<TraceRow> rows_;
  std::vector<std::string> services_;
  std::int64_t begin_ = 0, end_ = 0, length_ = 1;
  int height_ = 0;
};

// XML 1.0 section 2.2: no control characters but tab and line ends, no U+FFFE, no U+FFFF.
bool is_forbidden(std::string_view text, std::size_t i, std::size_t& length) {
  const auto byte = static_cast<unsigned char>(text[i]);
  const auto three = text.substr(i, 3);
  length = three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF" ? 3 : 1;
  return length == 3 || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r');
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  for (std::size_t i = 0, length = 1; i < text.size(); i += length) {
    if (is_forbidden(text, i, length)) out += "\xEF\xBF\xBD";
    else if (text[i] == '&') out += "&amp;";
    else if (text[i] == '<') out += "&lt;";
    else if (text[i] == '>') out += "&gt;";
    else if (text[i] == '"') out += "&quot;";
    else out += text[i];
  }
  return out;
}

std::string shortened(std::string_view text, std::size_t characters) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  if (static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins)) <= characters) return std::string(text);
  std::size_t kept = 0, seen = 0;
  while (kept < text.size() && (!begins(text[kept]) || ++seen < characters)) ++kept;
  return std::string(text.substr(0, kept)) + "…";
}

std::string duration_text(std::int64_t nanoseconds) {
  const double ms = static_cast<double>(nanoseconds) / 1e6;
  if (ms < 0.1) return fixed(ms * 1000, 0) + " µs";
  if (ms < 1) return fixed(ms, 2) + " ms";
  if (ms < 10) return fixed(ms, 1) + " ms";
  if (ms < 999.5) return fixed(ms, 0) + " ms";
  return fixed(ms / 1000, ms < 10'000 ? 2 : 1) + " s";
}

std::int64_t tick_step(std::int64_t nanoseconds) {
  for (std::int64_t decade = 1;; decade *= 10)
    for (const std::int64_t step : {decade, 2 * decade, 5 * decade})
      if (nanoseconds / step < 8) return step;
}

std::string draw_trace(const std::vector<CollectedSpan>& spans, std::string_view title) { return Drawing(spans, title).svg(); }

}  // namespace banyan::demo
