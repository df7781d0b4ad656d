#include "analyzer/facts/preprocessor.hpp"

#include "analyzer/facts/words.hpp"

#include <clang/Basic/IdentifierTable.h>
#include <clang/Lex/Lexer.h>
#include <clang/Lex/LiteralSupport.h>
#include <clang/Lex/MacroArgs.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/BLAKE3.h>

#include <algorithm>

namespace banyan::facts {
namespace {

class Watcher : public clang::PPCallbacks {
 public:
  Watcher(clang::Preprocessor& preprocessor, Collector& collector)
      : preprocessor_(preprocessor), out_(collector) {}

  void InclusionDirective(clang::SourceLocation hash, const clang::Token&, llvm::StringRef name, bool angled,
                          clang::CharSourceRange, clang::OptionalFileEntryRef file, llvm::StringRef,
                          llvm::StringRef, const clang::Module*, bool,
                          clang::SrcMgr::CharacteristicKind) override {
    if (file) out_.sight.graph.add(out_.files.entry(hash), *file);
    const auto at = out_.files.locate(hash);
    if (!at) return;
    Include include{*at, name.str(), {}, angled};
    if (file)
      include.target = out_.files.relative(file->getName(), file->getFileEntry().tryGetRealPathName());
    out_.file(at->file).includes.push_back(std::move(include));
  }

  void MacroDefined(const clang::Token& name, const clang::MacroDirective* directive) override {
    const clang::MacroInfo* info = directive->getMacroInfo();
    const auto at = out_.files.locate(name.getLocation());
    if (!at || info == nullptr || info->isUsedForHeaderGuard()) return;
    Symbol symbol;
    symbol.name = name.getIdentifierInfo()->getName().str();
    symbol.usr = out_.names.macro_usr(symbol.name, info->getDefinitionLoc());
    symbol.at = *at;
    symbol.end_line = out_.files.line(info->getDefinitionEndLoc());
    symbol.kind = SymbolKind::macro;
    symbol.definition = true;
    symbol.initializer = string_value(*info);
    out_.file(at->file).symbols.push_back(std::move(symbol));
  }

  void MacroExpands(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange,
                    const clang::MacroArgs*) override {
    use(name, macro);
  }
  void Defined(const clang::Token& name, const clang::MacroDefinition& macro, clang::SourceRange) override {
    use(name, macro);
  }
  void Ifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition& macro) override {
    use(name, macro);
  }

 private:
  void use(const clang::Token& name, const clang::MacroDefinition& macro) {
    const clang::MacroInfo* info = macro.getMacroInfo();
    if (info == nullptr || name.getLocation().isMacroID() || !out_.files.in_project(info->getDefinitionLoc()))
      return;
    const auto at = out_.files.locate(name.getLocation());
    if (!at) return;
    const std::string spelled = name.getIdentifierInfo()->getName().str();
    out_.file(at->file).references.push_back({{},
                                              out_.names.macro_usr(spelled, info->getDefinitionLoc()),
                                              spelled,
                                              *at,
                                              ReferenceKind::macro_use});
  }

  std::string string_value(const clang::MacroInfo& info) {
    if (!info.isObjectLike() || info.getNumTokens() == 0) return {};
    std::vector<clang::Token> tokens(info.tokens_begin(), info.tokens_end());
    const bool strings = std::all_of(tokens.begin(), tokens.end(),
                                     [](const auto& t) { return t.is(clang::tok::string_literal); });
    if (!strings) return {};
    const clang::StringLiteralParser parser(tokens, preprocessor_);
    return parser.hadError ? std::string() : parser.GetString().str();
  }

  clang::Preprocessor& preprocessor_;
  Collector& out_;
};

// Everything but the tokens of #include lines and the license at the top.
std::vector<std::string> words_of(clang::FileID id, const clang::SourceManager& sources,
                                  const clang::LangOptions& language) {
  std::vector<std::string> words;
  clang::IdentifierTable keywords(language);
  clang::Lexer lexer(id, sources.getBufferOrFake(id), sources, language);
  lexer.SetCommentRetentionState(true);
  clang::Token token;
  int tokens = 0;
  bool include_line = false;
  while (!lexer.LexFromRawLexer(token)) {
    if (token.isAtStartOfLine()) include_line = false;
    const llvm::StringRef text(sources.getCharacterData(token.getLocation()), token.getLength());
    if (token.is(clang::tok::comment)) {
      if (tokens >= 3) add_comment_words({text.data(), text.size()}, words);
      continue;
    }
    ++tokens;
    if (token.isNot(clang::tok::raw_identifier)) continue;
    include_line = include_line || text == "include";
    if (!include_line && keywords.get(text).getTokenID() == clang::tok::identifier)
      add_identifier_words({text.data(), text.size()}, words);
  }
  std::sort(words.begin(), words.end());
  return words;
}

void describe_file(clang::FileID id, const clang::LangOptions& language, Collector& collector) {
  const auto& sources = collector.files.sources();
  const std::string* path = collector.files.project_path(id);
  if (path == nullptr) return;
  FileFacts& facts = collector.file(*path);
  if (!facts.digest.empty()) return;
  const llvm::StringRef content = sources.getBufferData(id);
  facts.digest = content_digest(content);
  facts.lines = static_cast<std::uint32_t>(content.count('\n'));
  if (!content.empty() && !content.ends_with("\n")) ++facts.lines;
  facts.words = words_of(id, sources, language);
}

const Symbol* enclosing(const std::vector<const Symbol*>& functions, const Location& at) {
  const Symbol* best = nullptr;
  for (const Symbol* function : functions) {
    if (at < function->at) break;
    if (function->end_line >= at.line)
      best = function;  // sorted by start: the last that holds is the innermost
  }
  return best;
}

void place_macro_uses(FileFacts& facts) {
  std::vector<const Symbol*> functions;
  for (const Symbol& symbol : facts.symbols) {
    const bool code = symbol.kind == SymbolKind::function || symbol.kind == SymbolKind::method;
    if (code && symbol.definition) functions.push_back(&symbol);
  }
  std::sort(functions.begin(), functions.end(),
            [](const Symbol* a, const Symbol* b) { return a->at < b->at; });
  for (Reference& reference : facts.references) {
    if (reference.kind != ReferenceKind::macro_use) continue;
    if (const Symbol* function = enclosing(functions, reference.at)) reference.from_usr = function->usr;
  }
}

}  // namespace

std::unique_ptr<clang::PPCallbacks> watch_preprocessor(clang::Preprocessor& preprocessor,
                                                       Collector& collector) {
  return std::make_unique<Watcher>(preprocessor, collector);
}

std::string content_digest(llvm::StringRef content) {
  llvm::BLAKE3 hash;
  hash.update(content);
  return llvm::toHex(hash.final<16>(), /*LowerCase=*/true);
}

unsigned finish_files(const clang::LangOptions& language, Collector& collector, unsigned from) {
  const auto& sources = collector.files.sources();
  for (unsigned i = from; i < sources.local_sloc_entry_size(); ++i) {
    const auto& entry = sources.getLocalSLocEntry(i);
    if (!entry.isFile() || entry.getOffset() == 0) continue;
    const auto at = clang::SourceLocation::getFromRawEncoding(entry.getOffset());
    describe_file(sources.getFileID(at), language, collector);
  }
  for (auto& [path, facts] : collector.facts) place_macro_uses(facts);
  return sources.local_sloc_entry_size();
}

void finish_files(const clang::LangOptions& language, Collector& collector) {
  finish_files(language, collector, 1);
}

}  // namespace banyan::facts
