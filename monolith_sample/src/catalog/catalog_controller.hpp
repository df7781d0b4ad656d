#pragma once

#include "core/http.hpp"

namespace shop::core {
class Router;
class Database;
}  // namespace shop::core

namespace shop::catalog {

class CatalogController {
 public:
  core::Response list(const core::Request& request) const;
  core::Response show(const core::Request& request) const;
  core::Response create(const core::Request& request) const;
  core::Response update(const core::Request& request) const;
  core::Response categories(const core::Request& request) const;
  core::Response reviews(const core::Request& request) const;
  core::Response add_review(const core::Request& request) const;
  core::Response search(const core::Request& request) const;
  core::Response search_help(const core::Request& request) const;
};

void register_routes(core::Router& router);
void seed(core::Database& db);

}  // namespace shop::catalog
