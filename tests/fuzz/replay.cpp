// Runs a fuzz target over every seed of a folder and over mutations of it, the same ones each time: what
// `--fuzz` explores for minutes with coverage, every test run walks for a second.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kMutations = 8000;  // shared among the seeds

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t bound) { return bound == 0 ? 0 : random() % bound; }

// One edit: flip, insert, erase, repeat a piece, or splice in a piece of another seed.
void mutate(std::string& text, const std::string& other, Random& random) {
  const std::size_t at = below(random, text.size() + 1);
  const std::size_t length = 1 + below(random, 12);
  switch (random() % 5) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1U << below(random, 8)));
      break;
    case 1: text.insert(at, 1, static_cast<char>(random())); break;
    case 2: text.erase(at, length); break;
    case 3: text.insert(at, text.substr(below(random, text.size() + 1), length)); break;
    default: text.insert(at, other.substr(below(random, other.size() + 1), length)); break;
  }
}

void feed(const std::string& text) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
}

std::vector<std::string> read_seeds(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> out;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: %s FOLDER_OF_SEEDS\n", argv[0]);
    return 2;
  }
  const std::vector<std::string> seeds = read_seeds(argv[1]);
  Random random(1);
  const std::size_t rounds = kMutations / std::max<std::size_t>(1, seeds.size());
  for (std::size_t i = 0; i < seeds.size(); ++i) {
    feed(seeds[i]);
    for (std::size_t round = 0; round < rounds; ++round) {
      std::string text = seeds[i];
      for (std::size_t edits = 1 + below(random, 6); edits > 0; --edits)
        mutate(text, seeds[below(random, seeds.size())], random);
      feed(text);
    }
  }
  std::printf("%zu seeds, %zu inputs\n", seeds.size(), seeds.size() * (rounds + 1));
  return seeds.empty() ? 1 : 0;
}
