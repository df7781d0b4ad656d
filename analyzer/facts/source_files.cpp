#include "analyzer/facts/source_files.hpp"

#include <clang/Lex/Lexer.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <utility>

namespace banyan::facts {
namespace {

constexpr std::size_t kMaxText = 200;

std::string squeeze(llvm::StringRef text) {
  std::string out;
  bool space = false;
  for (char c : text) {
    if (llvm::isSpace(c)) {
      space = !out.empty();
      continue;
    }
    if (space) out += ' ';
    space = false;
    out += c;
    if (out.size() >= kMaxText) return out + "...";
  }
  return out;
}

}  // namespace

SourceFiles::SourceFiles(const clang::SourceManager& sources, const clang::LangOptions& language,
                         std::string root, std::string directory)
    : sources_(sources), language_(language), root_(std::move(root)), directory_(std::move(directory)) {
  while (root_.size() > 1 && root_.back() == '/') root_.pop_back();
}

std::string SourceFiles::absolute(llvm::StringRef name) const {
  llvm::SmallString<256> path(name);
  llvm::sys::fs::make_absolute(directory_, path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return std::string(path);
}

std::string SourceFiles::relative(llvm::StringRef name, llvm::StringRef real_name) const {
  const std::string path = absolute(name);
  for (llvm::StringRef candidate : {llvm::StringRef(path), real_name}) {
    if (root_ == "/" && candidate.consume_front("/")) return candidate.str();
    if (candidate.consume_front(root_) && candidate.consume_front("/")) return candidate.str();
  }
  return {};
}

std::string SourceFiles::without_root(std::string text) const {
  const bool below = root_.size() > 1 && text.size() > root_.size() + 1 &&
                     llvm::StringRef(text).starts_with(root_) && text[root_.size()] == '/';
  return below ? text.substr(root_.size() + 1) : text;
}

std::string SourceFiles::compute(clang::FileID id) const {
  const auto entry = sources_.getFileEntryRefForID(id);
  if (!entry) return {};
  const auto start = sources_.getLocForStartOfFile(id);
  if (clang::SrcMgr::isSystem(sources_.getFileCharacteristic(start))) return {};
  return relative(entry->getName(), entry->getFileEntry().tryGetRealPathName());
}

const std::string* SourceFiles::project_path(clang::FileID id) {
  if (id.isInvalid()) return nullptr;
  auto found = paths_.find(id.getHashValue());
  if (found == paths_.end()) found = paths_.try_emplace(id.getHashValue(), compute(id)).first;
  return found->second.empty() ? nullptr : &found->second;
}

const std::string* SourceFiles::project_path(clang::SourceLocation at) {
  return at.isValid() ? project_path(sources_.getFileID(sources_.getFileLoc(at))) : nullptr;
}

const clang::FileEntry* SourceFiles::entry(clang::SourceLocation at) const {
  return at.isValid() ? sources_.getFileEntryForID(sources_.getFileID(sources_.getExpansionLoc(at))) : nullptr;
}

std::optional<Location> SourceFiles::locate(clang::SourceLocation at) {
  if (at.isInvalid()) return std::nullopt;
  const auto [id, offset] = sources_.getDecomposedLoc(sources_.getFileLoc(at));
  const std::string* path = project_path(id);
  if (path == nullptr) return std::nullopt;
  return Location{*path, sources_.getLineNumber(id, offset), sources_.getColumnNumber(id, offset)};
}

std::uint32_t SourceFiles::line(clang::SourceLocation at) const {
  const auto [id, offset] = sources_.getDecomposedLoc(sources_.getFileLoc(at));
  return id.isValid() ? sources_.getLineNumber(id, offset) : 0;
}

std::string SourceFiles::text(clang::SourceRange range) const {
  const auto characters =
      clang::Lexer::makeFileCharRange(clang::CharSourceRange::getTokenRange(range), sources_, language_);
  if (characters.isInvalid()) {
    const clang::SourceRange expansion(sources_.getFileLoc(range.getBegin()),
                                       sources_.getFileLoc(range.getEnd()));
    return squeeze(
        clang::Lexer::getSourceText(clang::CharSourceRange::getTokenRange(expansion), sources_, language_));
  }
  return squeeze(clang::Lexer::getSourceText(characters, sources_, language_));
}

}  // namespace banyan::facts
