// Which types cross with a signature, and which parts of it cannot. Internal to advice/.
#pragma once

#include "analyzer/advice/cpp_type.hpp"
#include "analyzer/advice/seam_api.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace banyan::advice {

enum class Role : std::uint8_t { result, parameter, field };

// Records that are only data: they have fields and none is private.
bool is_plain(const SymbolIndex& index, const facts::Symbol& record);

// Calls `hear` for every record or enumeration that `type` names, through aliases; `by_value` is false behind a
// pointer or reference.
void project_types(const SymbolIndex& index, const CppType& type,
                   const std::function<void(const facts::Symbol&, bool by_value)>& hear, int depth = 0);

class CrossingTypes {
 public:
  explicit CrossingTypes(const SymbolIndex& index) : index_(index) {}

  // `what` names the parameter or member, `at` where it is declared.
  void look_at(const CppType& type, Role role, const std::string& what, const Location& at,
               const std::vector<Location>& sites);
  void add(const facts::Symbol& type, const std::vector<Location>& sites);  // a record or enumeration that crosses

  std::vector<SeamType> types() const;
  std::vector<CannotCross> blockers;

 private:
  struct Use {
    Role role;
    const std::string& what;
    const Location& at;
    const std::vector<Location>& sites;
    int depth = 0;
    bool inside = false;  // of a container, or behind a pointer or reference that was judged
  };
  void walk(const CppType& type, Use use);
  void pointer(const CppType& type, Use use);
  void reference(const CppType& type, Use use);
  void named(const CppType& type, Use use);
  bool library(const CppType& type, const Use& use);
  void block(const Use& use, const char* kind, std::string why);
  bool live(const CppType& type) const;

  const SymbolIndex& index_;
  std::map<std::string, SeamType> types_;
};

}  // namespace banyan::advice
