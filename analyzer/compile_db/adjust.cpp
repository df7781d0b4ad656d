#include "analyzer/compile_db/adjust.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/Support/Path.h>

#include <algorithm>
#include <array>

namespace banyan::compile_db {
namespace {

// GCC flags that Clang 19 rejects or that change nothing it reports. A name ending in '=' or '*' is a prefix.
constexpr std::array kGccOnly = {"-fconcepts",
                                 "-fconcepts-ts",
                                 "-fmodules-ts",
                                 "-fno-gnu-unique",
                                 "-fgnu-unique",
                                 "-fno-var-tracking*",
                                 "-fvar-tracking*",
                                 "-fconserve-stack",
                                 "-fno-conserve-stack",
                                 "-flto*",
                                 "-fno-lto*",
                                 "-fuse-linker-plugin",
                                 "-fno-use-linker-plugin",
                                 "-fno-fat-lto-objects",
                                 "-ffat-lto-objects",
                                 "-fanalyzer*",
                                 "-fno-analyzer*",
                                 "-fimplicit-constexpr",
                                 "-fno-implicit-constexpr",
                                 "-fpermissive",
                                 "-fno-ipa-*",
                                 "-fipa-*",
                                 "-fno-tree-*",
                                 "-ftree-*",
                                 "-fno-reorder-*",
                                 "-freorder-*",
                                 "-fno-schedule-*",
                                 "-fschedule-*",
                                 "-fno-sched-*",
                                 "-fsched-*",
                                 "-fno-gcse*",
                                 "-fgcse*",
                                 "-fno-cse-*",
                                 "-fcse-*",
                                 "-fira-*",
                                 "-fno-ira-*",
                                 "-flive-range-shrinkage",
                                 "-fno-partial-inlining",
                                 "-fpartial-inlining",
                                 "-fno-aggressive-loop-optimizations",
                                 "-fno-crossjumping",
                                 "-fno-guess-branch-probability",
                                 "-fno-if-conversion*",
                                 "-fno-isolate-*",
                                 "-fmax-include-depth=*",
                                 "-fno-allow-store-data-races",
                                 "-fallow-store-data-races",
                                 "-fno-stack-clash*",
                                 "-fno-canonical-system-headers",
                                 "-fcanonical-system-headers",
                                 "-fno-extern-tls-init",
                                 "-fextern-tls-init",
                                 "-fno-branch-count-reg",
                                 "-fdeduce-init-list",
                                 "-fno-deduce-init-list",
                                 "-fno-weak",
                                 "-fno-nonansi-builtins",
                                 "-fno-pretty-templates",
                                 "-fabi-compat-version=*",
                                 "-fno-enforce-eh-specs",
                                 "-fno-implement-inlines",
                                 "-fno-implicit-inline-templates",
                                 "-fno-default-inline",
                                 "-fno-keep-inline-dllexport",
                                 "-fkeep-inline-functions",
                                 "-fno-optimize-sibling-calls-*",
                                 "-fdump-*",
                                 "-fprofile-*",
                                 "-fno-profile-*",
                                 "-fbranch-probabilities",
                                 "-fplugin=*",
                                 "-fplugin-arg-*",
                                 "-fcallgraph-info*",
                                 "-fstack-usage",
                                 "-fmem-report*",
                                 "-fopt-info*",
                                 "-fpch-preprocess",
                                 "-fpch-deps",
                                 "-fpreprocessed",
                                 "-fdirectives-only",
                                 "-fcondition-coverage",
                                 "-fno-checking",
                                 "-fchecking*",
                                 "-frounding-math-*",
                                 "-fdiagnostics-*",
                                 "-fno-diagnostics-*",
                                 "-fmessage-length=*",
                                 "-fcompare-debug*",
                                 "-frandom-seed=*",
                                 "-fno-devirtualize*",
                                 "-fdevirtualize*",
                                 "-fstrict-volatile-bitfields",
                                 "-fno-strict-volatile-bitfields",
                                 "-fno-printf-return-value",
                                 "-fno-semantic-interposition-*",
                                 "-fno-toplevel-reorder",
                                 "-ftrivial-auto-var-init=*",
                                 "-fzero-call-used-regs=*",
                                 "-fhardened",
                                 "-fno-omit-frame-pointer-*",
                                 "-fselective-*",
                                 "-fno-peephole*",
                                 "-fmerge-all-*",
                                 "-fno-plt-*",
                                 "-fexcess-precision=standard",
                                 "-fcf-protection-*",
                                 "-mno-fp-ret-in-387",
                                 "-mindirect-branch*",
                                 "-mfunction-return=*",
                                 "-mpreferred-stack-boundary=*",
                                 "-mincoming-stack-boundary=*",
                                 "-maccumulate-outgoing-args",
                                 "-mno-avx256-*",
                                 "-mrecord-mcount",
                                 "-mskip-rax-setup",
                                 "-mno-align-stringops",
                                 "-mabi=apcs-gnu",
                                 "-mthumb-interwork",
                                 "-mno-thumb-interwork",
                                 "-specs=*",
                                 "--specs=*",
                                 "-no-canonical-prefixes",
                                 "-pass-exit-codes",
                                 "-wrapper",
                                 "-Wa,*",
                                 "-Wl,*",
                                 "-Wp,-M*",
                                 "-save-temps*",
                                 "-time",
                                 "-pipe",
                                 "-gsplit-dwarf*",
                                 "-ggnu-pubnames",
                                 "-gno-*",
                                 "-grecord-*",
                                 "-gz*",
                                 "-pg",
                                 "-p"};

// Flags with a separate value that is dropped with them.
constexpr std::array kWithValue = {"-o",
                                   "-MF",
                                   "-MT",
                                   "-MQ",
                                   "-MJ",
                                   "--param",
                                   "-aux-info",
                                   "-dumpbase",
                                   "-dumpdir",
                                   "-dumpbase-ext",
                                   "-wrapper",
                                   "-index-store-path",
                                   "--serialize-diagnostics",
                                   "-fmodule-mapper",
                                   "-Xlinker",
                                   "-Xassembler",
                                   "-T",
                                   "-z",
                                   "-u",
                                   "-l",
                                   "-L"};
// Flags with a separate value that is kept.
constexpr std::array kKeptWithValue = {"-I",
                                       "-isystem",
                                       "-iquote",
                                       "-idirafter",
                                       "-include",
                                       "-imacros",
                                       "-D",
                                       "-U",
                                       "-x",
                                       "-isysroot",
                                       "--sysroot",
                                       "-iprefix",
                                       "-iwithprefix",
                                       "-iwithprefixbefore",
                                       "-target",
                                       "-Xclang",
                                       "-arch",
                                       "-cxx-isystem",
                                       "-Xpreprocessor",
                                       "-Xarch_host",
                                       "-imultilib",
                                       "-iframework",
                                       "-framework",
                                       "-F",
                                       "-mllvm"};
constexpr std::array kWrappers = {"ccache", "distcc", "sccache",   "icecc", "icerun",    "buildcache",
                                  "gomacc", "recc",   "rewrapper", "goma",  "fastbuild", "colorgcc"};
constexpr std::array kDependencies = {"-M", "-MM", "-MG", "-MP", "-MD", "-MMD", "-MV", "-c", "-S", "-E"};

template <class Table>
bool listed(const Table& table, llvm::StringRef flag) {
  return std::any_of(table.begin(), table.end(), [&](llvm::StringRef entry) {
    return entry.ends_with("*") || entry.ends_with("=") ? flag.starts_with(entry.rtrim('*')) : flag == entry;
  });
}

bool is_wrapper(llvm::StringRef argument) {
  const llvm::StringRef name = llvm::sys::path::stem(argument);
  return listed(kWrappers, name);
}

// Warnings do not change facts, and GCC's names only add noise. -Wno-enum-constexpr-conversion is added
// later.
bool is_warning(llvm::StringRef flag) {
  return flag.starts_with("-W") && !flag.starts_with("-Wp,") && !flag.starts_with("-Wa,") &&
         !flag.starts_with("-Wl,");
}

bool is_quiet_drop(llvm::StringRef flag) {
  return listed(kDependencies, flag) || is_warning(flag) || flag == "-w" || flag.starts_with("-o") ||
         flag == "-pedantic" || flag == "-pedantic-errors" || flag.starts_with("-MF") ||
         flag.starts_with("-MT") || flag.starts_with("-MQ") || flag.starts_with("-l") ||
         flag.starts_with("-L") || flag == "-pipe";
}

struct Reader {
  const std::vector<std::string>& arguments;
  Adjusted out{};
  std::size_t i = 0;

  llvm::StringRef next() const {
    return i + 1 < arguments.size() ? llvm::StringRef(arguments[i + 1]) : llvm::StringRef();
  }

  void drop(bool with_value) {
    const llvm::StringRef flag = arguments[i];
    if (!is_quiet_drop(flag)) out.dropped.push_back(flag.str());
    if (with_value) ++i;
  }

  void keep_with_value() {
    const std::string& flag = arguments[i];
    out.flags.push_back(flag);
    if (i + 1 >= arguments.size()) return;
    if (flag == "-include") out.forced_includes.push_back(arguments[i + 1]);
    out.language_given = out.language_given || flag == "-x";
    out.flags.push_back(arguments[++i]);
  }

  void flag(std::string_view listed_file) {
    const llvm::StringRef argument = arguments[i];
    if (argument.starts_with("-fmodule-mapper") || argument == "-fmodules-ts")
      out.module_map = out.module_map || argument != "-fmodules-ts";
    if (argument == "--") return;
    if (listed(kWithValue, argument)) return drop(true);
    if (listed(kKeptWithValue, argument)) return keep_with_value();
    if (is_quiet_drop(argument) || listed(kGccOnly, argument)) return drop(false);
    if (argument.starts_with("-include") && argument.size() > 8)
      out.forced_includes.push_back(argument.substr(8).str());
    if (argument.starts_with("-x")) out.language_given = true;
    if (!argument.starts_with("-") &&
        (argument == llvm::StringRef(listed_file) || looks_like_source(arguments[i]))) {
      out.sources.push_back(arguments[i]);
    } else if (!argument.starts_with("-")) {
      out.dropped.push_back(arguments[i]);  // objects, libraries, linker scripts
    } else {
      out.flags.push_back(arguments[i]);
    }
  }
};

}  // namespace

bool looks_like_source(std::string_view name) {
  const llvm::StringRef extension = llvm::sys::path::extension(llvm::StringRef(name));
  return llvm::StringSwitch<bool>(extension)
      .Cases(".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".CPP", ".cp", true)
      .Cases(".m", ".mm", ".i", ".ii", ".ixx", ".cppm", ".cu", ".inl", true)
      .Cases(".s", ".S", ".asm", ".sx", true)
      .Default(false);
}

std::vector<std::string> driver_flags(std::string_view compiler) {
  llvm::StringRef name = llvm::sys::path::filename(llvm::StringRef(compiler));
  name.consume_back(".exe");
  while (!name.empty() && (llvm::isDigit(name.back()) || name.back() == '.' || name.back() == '-'))
    name = name.drop_back();
  std::vector<std::string> out;
  const bool cl = name == "cl" || name.ends_with("clang-cl");
  if (cl) return {"--driver-mode=cl"};
  for (llvm::StringRef mode : {"clang++", "g++", "c++", "clang", "gcc", "cc"}) {
    if (!name.consume_back(mode)) continue;
    if (name.count('-') >= 2 && name.consume_back("-")) out.push_back("--target=" + name.str());
    if (mode.ends_with("++")) out.emplace_back("--driver-mode=g++");
    break;
  }
  return out;
}

std::string flag_family(const std::string& flag) {
  const auto equals = flag.find('=');
  return equals == std::string::npos || flag.empty() || flag[0] != '-' ? flag
                                                                       : flag.substr(0, equals + 1) + "...";
}

Adjusted adjust(const std::vector<std::string>& arguments, std::string_view listed_file) {
  Reader reader{arguments};
  while (reader.i + 1 < arguments.size() && is_wrapper(arguments[reader.i])) {
    ++reader.i;  // ccache may be followed by its own settings: CCACHE_DIR=... g++
    while (reader.i + 1 < arguments.size() && llvm::StringRef(arguments[reader.i]).contains('=')) ++reader.i;
  }
  if (reader.i < arguments.size()) {
    reader.out.driver = arguments[reader.i];
    for (++reader.i; reader.i < arguments.size(); ++reader.i) reader.flag(listed_file);
  }
  return std::move(reader.out);
}

}  // namespace banyan::compile_db
