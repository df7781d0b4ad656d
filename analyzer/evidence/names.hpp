// Parts of C++ names: shop::db::execSql -> execSql -> exec, sql.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace banyan::evidence {

std::string last_component(std::string_view qualified);      // without template arguments and object paths
std::vector<std::string> name_words(std::string_view name);  // lower case, split at _ and at capitals

}  // namespace banyan::evidence
