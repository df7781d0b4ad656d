// The words a file is about: identifier and comment words by TF-IDF, (1 + ln count) * ln(files / files with it). Words
// of one file only, or of more than half the files, say nothing about what belongs together. Pure.
#pragma once

#include "analyzer/evidence/evidence.hpp"

namespace banyan::evidence {

inline constexpr std::size_t words_per_file = 12;

// The best of each file, by file and then by weight.
std::vector<FileWord> find_vocabulary(const facts::Program& program);

}  // namespace banyan::evidence
