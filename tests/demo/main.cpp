// banyan-demo: the whole product on the sample shop, told and checked. `./banyan demo` runs it.
#include <signal.h>

#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "tests/demo/pictures.hpp"
#include "tests/demo/story.hpp"

namespace {

using namespace banyan::demo;

volatile sig_atomic_t interrupted = 0;

void on_signal(int) {
  // The children die with this process (PR_SET_PDEATHSIG); nothing else has to be undone.
  interrupted = 1;
  _exit(130);
}

constexpr const char* help = R"(banyan-demo [--keep] [--browser] [--dir DIR] [--bin DIR]

Analyzes the sample shop, puts the router in front of it, moves the inventory reads to their service under load, breaks
that service, rolls back, finishes; then lets the monolith go without its stock and places orders as sagas over four
services while one is killed and the bank declines and loses answers. Checks all of it.

  --keep      leave everything running at the end, print the URLs, wait for Ctrl-C
  --browser   leave pictures of the router's page beside the logs, taken by Chromium between the chapters
  --dir DIR   where databases, logs and configuration go (default build/demo; emptied first)
  --bin DIR   where the programs are (default: beside this one)
)";

void tell_story(World& world, Narrator& narrator, Pictures& pictures) {
  analyze_the_sample(world, narrator);
  start_everything(world, narrator);
  compare_every_read(world, narrator);
  Load load(load_plan(world));
  find_a_difference(world, narrator, load);
  shadow(world, narrator, load);
  pictures.take(world, "shadow");
  raise_to_half(world, narrator, load);
  pictures.take(world, "half");
  survive_a_crash(world, narrator, load);
  break_and_roll_back(world, narrator, load);
  pictures.take(world, "rolled-back");
  bad_release(world, narrator, load);
  finish(world, narrator, load);
  pictures.take(world, "finished");
  load.stop();
  let_go_of_the_stock(world, narrator);
  orders_as_a_saga(world, narrator);
  explain_a_request(world, narrator);
}

void keep_running(const World& world, const Narrator& narrator) {
  narrator.tell("");
  narrator.tell("Still running (Ctrl-C ends it):");
  for (const auto& line : world.process_lines()) narrator.tell("  " + line);
  narrator.tell("  report      " + world.file("analysis/report.html").string());
  while (interrupted == 0) pause();
}

int run(const std::filesystem::path& bin, const std::filesystem::path& dir, bool keep, bool browser) {
  Narrator narrator;
  World world(bin, dir);
  bool ok = false;
  try {
    Pictures pictures(browser);
    tell_story(world, narrator, pictures);
    narrator.chapter("What was checked");
    ok = narrator.table();
  } catch (const std::exception& error) {
    narrator.check("the story was told to its end", false, error.what());
    narrator.table();
  }
  if (keep) keep_running(world, narrator);
  world.stop();
  narrator.tell("Everything this run wrote is in " + dir.string() + "; open " + (dir / "analysis/report.html").string());
  return ok ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path bin = std::filesystem::canonical("/proc/self/exe").parent_path();
  std::filesystem::path dir = "build/demo";
  bool keep = false, browser = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--keep") {
      keep = true;
    } else if (argument == "--browser") {
      browser = true;
    } else if (argument == "--help" || argument == "-h") {
      std::fputs(help, stdout);
      return 0;
    } else if ((argument == "--dir" || argument == "--bin") && i + 1 < argc) {
      (argument == "--dir" ? dir : bin) = argv[++i];
    } else {
      std::fprintf(stderr, "error: unknown option '%s'\n%s", argv[i], help);
      return 2;
    }
  }
  signal(SIGINT, on_signal);
  signal(SIGTERM, on_signal);
  signal(SIGHUP, on_signal);
  return run(bin, std::filesystem::absolute(dir), keep, browser);
}
