// The demo's chapters, in order. Each tells what it does and records checks with the narrator.
#pragma once

#include <string>
#include <vector>

#include "tests/demo/load.hpp"
#include "tests/demo/narrator.hpp"
#include "tests/demo/world.hpp"

namespace banyan::demo {

void analyze_the_sample(World& world, Narrator& narrator);
void start_everything(World& world, Narrator& narrator);
void compare_every_read(World& world, Narrator& narrator);
void find_a_difference(World& world, Narrator& narrator, Load& load);
void shadow(World& world, Narrator& narrator, Load& load);
void raise_to_half(World& world, Narrator& narrator, Load& load);
void survive_a_crash(World& world, Narrator& narrator, Load& load);
void break_and_roll_back(World& world, Narrator& narrator, Load& load);
void bad_release(World& world, Narrator& narrator, Load& load);
void finish(World& world, Narrator& narrator, Load& load);
void let_go_of_the_stock(World& world, Narrator& narrator);
void orders_as_a_saga(World& world, Narrator& narrator);
// What one order caused, from its caller to the last event: build/demo/trace.json and trace.svg.
void draw_one_trace(World& world, Narrator& narrator, const std::string& trace_id, const std::vector<std::string>& last_events);
void explain_a_request(World& world, Narrator& narrator);

// Routes such as "GET /api/products/{id}" that the analyzer found to write: asked twice, they may answer differently.
std::vector<std::string> writing_gets(const World& world);

LoadPlan load_plan(const World& world);

}  // namespace banyan::demo
