// What two answers of legacy to the same request differ in, by path: learned, never "ignore this path".
//
// A path's noise is the form of its values: their types, the form of texts with the stray of each number and time in
// it, a small set of values where there is one, whether it is sometimes absent, whether an array changes its order.
// A value of the new side is excused only if it has that form. Values are kept as hashes and numbers, never as text.
// Pure; one owner; at most `most_paths` paths, what comes after is not excused.
#pragma once

#include "router/compare/compare.hpp"
#include "router/compare/form.hpp"
#include "router/compare/number_noise.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace banyan::compare {

// unknown: no such noise was seen; unfit: noisy, but never like this; unsure: noisy, not yet known well enough.
enum class Excuse : std::uint8_t { unknown, unfit, unsure, noise };

class TextNoise {
 public:
  void observe(const Form& first, const Form& second);
  Excuse judge(const Form& legacy, const Form& fresh) const;
  std::string describe() const;
  template <class Archive>
  void transfer(Archive& archive) {
    archive(forms_, most_forms)(seen_)(lost_)(switched_)(differing_)(words_)(digits_)(characters_)(shortest_)(longest_);
  }

  static constexpr std::size_t most_forms = 64;

 private:
  struct Known {
    std::uint32_t count = 0;
    std::vector<NumberNoise> numbers;         // by slot
    std::vector<std::uint32_t> changed;       // how often each slot differed
    template <class Archive>
    void transfer(Archive& archive) {
      constexpr std::size_t most_slots = 256;  // form_of()
      archive(count)(numbers, most_slots)(changed, most_slots);
      archive.need(numbers.size() == changed.size());
    }
  };
  bool open_ended() const;
  bool like_seen_words(const Form& fresh) const;
  Excuse judge_slots(const Known& known, const Form& legacy, const Form& fresh) const;

  std::map<std::uint64_t, Known> forms_;
  std::size_t seen_ = 0, lost_ = 0, switched_ = 0, differing_ = 0, words_ = 0, digits_ = 0;
  std::uint8_t characters_ = 0;
  std::size_t shortest_ = ~std::size_t{0}, longest_ = 0;
};

struct PathNoise {
  std::size_t pairs = 0;  // legacy pairs that differed here
  unsigned types = 0;     // set of Value::Type
  std::size_t changed_type = 0, absent = 0, reordered = 0;
  NumberNoise number;
  TextNoise text;

  template <class Archive>
  void transfer(Archive& archive) {
    archive(pairs)(types)(changed_type)(absent)(reordered)(number)(text);
  }
};

class Noise {
 public:
  static constexpr std::size_t most_paths = 2000;

  // One more pair of legacy answers, as compare() tells them apart.
  void observe(const Result& pair);
  std::size_t pairs() const { return pairs_; }

  Excuse judge(const Difference& difference, std::size_t comparisons_with_it, std::size_t comparisons) const;
  // Of an excused value: does the new side repeat what legacy never repeats?
  bool repeats(const Difference& difference);

  struct Line {
    std::string shape, words;
    std::size_t pairs = 0;
    bool operator==(const Line&) const = default;
  };
  std::vector<Line> describe() const;

  template <class Archive>
  void transfer(Archive& archive) {
    archive(pairs_)(paths_, most_paths)(arrays_, most_paths)(tokens_, most_paths);
  }

 private:
  static constexpr std::size_t most_tokens = 512;
  std::string exact_key(const Difference& difference) const;
  void learn(PathNoise& noise, const Difference& difference);
  Excuse judge_value(const PathNoise& noise, const Difference& difference) const;
  void watch_arrays(const Result& pair);

  struct ArraySize {
    std::size_t size = 0;
    bool fixed = true;
    template <class Archive>
    void transfer(Archive& archive) {
      archive(size);
      transfer_flag(archive, fixed);
    }
  };
  struct Tokens {
    std::unordered_set<std::uint64_t> legacy, fresh;
    bool legacy_repeats = false;
    template <class Archive>
    void transfer(Archive& archive) {
      archive(legacy, most_tokens)(fresh, most_tokens);
      transfer_flag(archive, legacy_repeats);
    }
  };
  std::size_t pairs_ = 0;
  std::map<std::string, PathNoise> paths_;
  std::map<std::string, ArraySize> arrays_;
  std::map<std::string, Tokens> tokens_;
};

}  // namespace banyan::compare
