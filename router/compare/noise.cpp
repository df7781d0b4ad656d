#include "router/compare/noise.hpp"

#include "router/compare/statistics.hpp"

#include <algorithm>

namespace banyan::compare {
namespace {

constexpr std::size_t enough = 20;  // differing pairs from which a form is taken for known
constexpr double clock_slack = 5;  // seconds: the two askings are never as far apart as two others

unsigned bit(Value::Type type) { return 1u << static_cast<unsigned>(type); }

// Numbers that count seconds, milliseconds or microseconds since 1970, from 2001 to 2096, are read as clocks.
double slack_of(double value) {
  for (const double unit : {1.0, 1e3, 1e6})
    if (value >= 1e9 * unit && value < 4e9 * unit) return clock_slack * unit;
  return 0;
}

}  // namespace

void TextNoise::observe(const Form& first, const Form& second) {
  ++differing_;
  for (const Form* form : {&first, &second}) {
    ++seen_;
    words_ += form->word;
    digits_ += (form->characters & 4) != 0;
    characters_ |= form->characters;
    shortest_ = std::min(shortest_, form->size);
    longest_ = std::max(longest_, form->size);
    if (forms_.size() < most_forms || forms_.contains(form->skeleton)) ++forms_[form->skeleton].count;
    else ++lost_;
  }
  if (first.skeleton != second.skeleton) return void(++switched_);
  const auto found = forms_.find(first.skeleton);
  if (found == forms_.end() || first.slots.size() != second.slots.size()) return;
  Known& known = found->second;
  known.numbers.resize(std::max(known.numbers.size(), first.slots.size()));
  known.changed.resize(known.numbers.size());
  for (std::size_t i = 0; i < first.slots.size(); ++i) {
    const Slot &a = first.slots[i], &b = second.slots[i];
    if (a.kind == Slot::Kind::token) known.changed[i] += a.hash != b.hash;
    else known.numbers[i].observe(a.number, b.number, a.number == static_cast<std::int64_t>(a.number) &&
                                                          b.number == static_cast<std::int64_t>(b.number));
  }
}

// New forms keep coming (Good and Turing: the share of forms seen once estimates what is still unseen).
bool TextNoise::open_ended() const {
  const auto once = std::count_if(forms_.begin(), forms_.end(), [](const auto& e) { return e.second.count == 1; });
  return lost_ > 0 || (seen_ > 0 && static_cast<double>(once) > 0.05 * static_cast<double>(seen_));
}

// Random words of one alphabet and size; once in a while such a word is all digits, or has none.
bool TextNoise::like_seen_words(const Form& fresh) const {
  const bool random_words = words_ == seen_ && 4 * digits_ >= 3 * seen_ && (characters_ & 3) != 0;
  return random_words && fresh.word && fresh.size >= shortest_ && fresh.size <= longest_ &&
         (fresh.characters & ~characters_) == 0;
}

Excuse TextNoise::judge_slots(const Known& known, const Form& legacy, const Form& fresh) const {
  for (std::size_t i = 0; i < fresh.slots.size(); ++i) {
    const Slot &a = legacy.slots[i], &b = fresh.slots[i];
    if (i >= known.numbers.size()) return Excuse::unfit;
    if (a.kind == Slot::Kind::token) {
      if (a.hash != b.hash && known.changed[i] == 0) return Excuse::unfit;
      continue;
    }
    const double slack = a.kind == Slot::Kind::time ? clock_slack : slack_of(a.number);
    const bool whole = b.number == static_cast<std::int64_t>(b.number);
    if (!known.numbers[i].fits(a.number, b.number, whole, slack)) return Excuse::unfit;
  }
  return Excuse::noise;
}

Excuse TextNoise::judge(const Form& legacy, const Form& fresh) const {
  if (differing_ == 0) return Excuse::unknown;
  const auto known = forms_.find(fresh.skeleton);
  Excuse verdict = Excuse::unfit;
  if (like_seen_words(fresh)) {
    verdict = Excuse::noise;
  } else if (known != forms_.end() && legacy.skeleton == fresh.skeleton) {
    verdict = judge_slots(known->second, legacy, fresh);
  } else if (switched_ > 0 && known != forms_.end()) {
    verdict = Excuse::noise;
  } else if (switched_ > 0 && open_ended() && (fresh.characters & ~characters_) == 0) {
    const std::size_t margin = (longest_ - shortest_) / 4 + (longest_ > shortest_ ? 1 : 0);
    const bool size_fits = fresh.size + margin >= shortest_ && fresh.size <= longest_ + margin;
    verdict = size_fits ? Excuse::noise : Excuse::unfit;
  }
  return differing_ < enough ? Excuse::unsure : verdict;
}

std::string TextNoise::describe() const {
  if (open_ended())
    return "text of " + std::to_string(shortest_) + " to " + std::to_string(longest_) + " characters";
  if (forms_.size() == 1) {
    for (const NumberNoise& number : forms_.begin()->second.numbers)
      if (number.differing() > 0) return "text of one form, in it " + number.describe();
    return "text of one form";
  }
  return "text of " + std::to_string(forms_.size()) + " forms";
}

void Noise::watch_arrays(const Result& pair) {
  for (const ArraySeen& seen : pair.arrays) {
    if (arrays_.size() >= most_paths && !arrays_.contains(seen.shape)) continue;
    auto [place, fresh] = arrays_.try_emplace(seen.shape, ArraySize{seen.size, true});
    if (!fresh && place->second.size != seen.size) place->second.fixed = false;
  }
}

// The path with its indices, where all arrays above have a fixed small size and keep their order; else empty.
std::string Noise::exact_key(const Difference& difference) const {
  constexpr std::size_t most_size = 8;
  if (difference.within.empty()) return {};
  for (const std::string& shape : difference.within) {
    const auto array = arrays_.find(shape);
    if (array == arrays_.end() || !array->second.fixed || array->second.size > most_size) return {};
    const auto noise = paths_.find(shape);
    if (noise != paths_.end() && noise->second.reordered > 0) return {};
  }
  return difference.path;
}

void Noise::learn(PathNoise& noise, const Difference& d) {
  ++noise.pairs;
  noise.types |= bit(d.before.type) | bit(d.after.type);
  if (d.kind == Kind::order) ++noise.reordered;
  if (d.kind == Kind::type) ++noise.changed_type;
  if (d.before.type == Value::Type::absent || d.after.type == Value::Type::absent) ++noise.absent;
  if (d.before.type == Value::Type::number && d.after.type == Value::Type::number)
    noise.number.observe(d.before.number, d.after.number, d.before.integer && d.after.integer);
  if (d.before.type == Value::Type::text && d.after.type == Value::Type::text)
    noise.text.observe(form_of(d.before.text), form_of(d.after.text));
}

void Noise::observe(const Result& pair) {
  ++pairs_;
  watch_arrays(pair);
  std::set<std::string> seen;
  for (const Difference& d : pair.differences) {
    for (const std::string& key : {d.shape, exact_key(d)}) {
      if (key.empty() || (paths_.size() >= most_paths && !paths_.contains(key))) continue;
      PathNoise& noise = paths_[key];
      learn(noise, d);
      // Several elements of one answer are one pair.
      if (!seen.insert(key).second) --noise.pairs;
    }
    for (const Value* value : {&d.before, &d.after}) {
      if (value->type != Value::Type::text || tokens_.size() >= most_paths) continue;
      const Form form = form_of(value->text);
      if (form.slots.size() != 1 || !form.slots[0].random) continue;
      Tokens& tokens = tokens_[d.shape];
      if (tokens.legacy.size() < most_tokens && !tokens.legacy.insert(form.slots[0].hash).second)
        tokens.legacy_repeats = true;
    }
  }
}

bool Noise::repeats(const Difference& d) {
  const auto tokens = tokens_.find(d.shape);
  if (tokens == tokens_.end() || d.after.type != Value::Type::text) return false;
  const Form form = form_of(d.after.text);
  if (form.slots.size() != 1 || !form.slots[0].random) return false;
  Tokens& known = tokens->second;
  if (known.legacy_repeats || known.legacy.size() < 2 * enough) return false;
  if (known.fresh.size() >= most_tokens) return known.fresh.contains(form.slots[0].hash);
  return !known.fresh.insert(form.slots[0].hash).second;
}

Excuse Noise::judge_value(const PathNoise& noise, const Difference& d) const {
  const bool known_types = (noise.types & bit(d.after.type)) && (noise.types & bit(d.before.type));
  const Excuse sure = noise.pairs < enough ? Excuse::unsure : Excuse::noise;
  if (d.kind == Kind::order) return noise.reordered > 0 ? sure : Excuse::unknown;
  if (d.before.type == Value::Type::absent || d.after.type == Value::Type::absent)
    return noise.absent == 0 ? Excuse::unknown : known_types ? sure : Excuse::unfit;
  if (d.kind == Kind::type) return noise.changed_type == 0 ? Excuse::unknown : known_types ? sure : Excuse::unfit;
  if (!known_types) return Excuse::unfit;
  if (d.after.type == Value::Type::number) {
    if (noise.number.differing() == 0) return Excuse::unknown;
    if (noise.number.differing() < enough) return Excuse::unsure;
    const bool fits =
        noise.number.fits(d.before.number, d.after.number, d.after.integer, slack_of(d.before.number));
    return fits ? Excuse::noise : Excuse::unfit;
  }
  if (d.after.type == Value::Type::text) return noise.text.judge(form_of(d.before.text), form_of(d.after.text));
  return sure;
}

Excuse Noise::judge(const Difference& d, std::size_t with_it, std::size_t comparisons) const {
  const std::string exact = exact_key(d);
  auto found = paths_.find(d.shape);
  // A place that keeps still among places that do not is judged by itself.
  if (!exact.empty() && pairs_ >= enough) found = paths_.find(exact);
  if (found == paths_.end()) return Excuse::unknown;
  const Excuse excuse = judge_value(found->second, d);
  if (excuse != Excuse::noise || with_it < 20 || pairs_ < 50) return excuse;
  // The right form, but far more often than legacy differs from itself.
  constexpr double z = 4;
  const auto [low, unused] = wilson(with_it, comparisons, z);
  const auto [unused_low, high] = wilson(std::min(found->second.pairs, pairs_), pairs_, z);
  return low > high ? Excuse::unfit : Excuse::noise;
}

std::vector<Noise::Line> Noise::describe() const {
  std::vector<Line> out;
  for (const auto& [key, noise] : paths_) {
    std::string words;
    const auto add = [&words](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
    if (noise.reordered) add("any order");
    if (noise.absent) add("sometimes absent");
    if (noise.changed_type) add("of several types");
    if (noise.number.differing()) add(noise.number.describe());
    if (noise.types & bit(Value::Type::text)) add(noise.text.describe());
    if (words.empty()) add("of several values");
    out.push_back({key, words, std::min(noise.pairs, pairs_)});
  }
  return out;
}

}  // namespace banyan::compare
