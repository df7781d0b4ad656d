// Puts the modules together: schema, hooks, routes, seed data.
#pragma once

#include <string>

namespace shop::core {

class Database;
class Router;

// Opens the database, creates what is missing, hangs the modules into each other. Once a process (tests: once a file).
void start_modules(const std::string& db_path);

void register_all_routes(Router& router);
void register_admin_routes(Router& router);
void register_pages(Router& router);

// The same shop every time. Does nothing when there are customers already; returns whether it did.
bool seed_all(Database& db);

}  // namespace shop::core
