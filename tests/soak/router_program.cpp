#include "tests/soak/router_program.hpp"

#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace banyan::soak {
namespace {

using conformance::Wire;

std::string yaml(const RouterOptions& options) {
  std::ostringstream out;
  out << "version: 1\nstatic:\n  listen: \"127.0.0.1:0\"\n  admin: \"127.0.0.1:0\"\n  state: \"state.db\"\n"
      << "  workers: " << options.workers << "\n"
      << "  timeouts: { header: 60s, body: 60s, keepalive: 120s, tunnel: 120s, drain: 20s }\n";
  if (!options.limits.empty()) out << "  limits: { " << options.limits << " }\n";
  out << "upstreams:\n  all:\n    endpoints: [";
  for (const char* comma = " "; const auto port : options.upstream) {
    out << comma << "\"127.0.0.1:" << port << "\"";
    comma = ", ";
  }
  out << " ]\n    timeouts: { connect: 5s, response: 60s, idle: 60s }\n" << options.upstream_extra << options.upstreams
      << "default: all\n" << options.cutovers;
  return out.str();
}

std::uint16_t port_in(const std::string& address) {
  return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

}  // namespace

RouterProgram::RouterProgram(const std::string& program, const RouterOptions& options) {
  rewrite(options);
  process_.emplace(std::vector<std::string>{BANYAN_BINARY_DIR "/bin/" + program, "run", "-c", folder_ / "router.yaml"},
                   folder_ / "router.log");
  port_ = port_in(process_->wait_for_line("listening on http://"));
  admin_ = port_in(process_->wait_for_line("admin on http://"));
}

void RouterProgram::rewrite(const RouterOptions& options) const {
  auto text = yaml(options);
  const std::string relative = "\"state.db\"";
  text.replace(text.find(relative), relative.size(), "\"" + (folder_ / "state.db").string() + "\"");
  // Renamed into place, as editors do: the router must never read half a file.
  support::write_file(folder_ / "router.yaml.new", text);
  std::filesystem::rename(folder_ / "router.yaml.new", folder_ / "router.yaml");
}

std::size_t RouterProgram::status_kib(const std::string& field) const {
  std::istringstream lines(support::read_file("/proc/" + std::to_string(process_->pid()) + "/status"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(field)) return std::stoul(line.substr(field.size()));
  throw std::runtime_error("no " + field + " in the process's status: is it gone?");
}

void RouterProgram::forget_peak() const {
  support::write_file("/proc/" + std::to_string(process_->pid()) + "/clear_refs", "5");  // proc(5)
}

std::size_t RouterProgram::descriptors() const {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(process_->pid()) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::string RouterProgram::get(const std::string& target) const {
  auto wire = Wire::connect(admin_);
  wire.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  return wire.read_message().body;
}

int RouterProgram::post(const std::string& target, const std::string& body) const {
  auto wire = Wire::connect(admin_);
  auto token = support::read_file(folder_ / "state.db.token");
  token.erase(token.find_last_not_of(" \n") + 1);
  wire.send("POST " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
  return wire.read_message().status();
}

bool RouterProgram::ends_well() {
  process_->send(SIGTERM);
  return process_->wait() == 0;
}

std::size_t times(const char* variable, std::size_t usual) {
  const char* value = std::getenv(variable);
  return value ? std::stoul(value) : usual;
}

}  // namespace banyan::soak
