#include "tests/conformance/foreign_proxy.hpp"

#include "tests/conformance/wire.hpp"

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace banyan::conformance {
namespace {

std::string nginx_config(const std::string& folder, std::uint16_t port, std::uint16_t upstream) {
  std::string temp;
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    temp += " " + std::string(kind) + "_temp_path " + folder + "/" + kind + ";\n";
  return "daemon off; master_process off; worker_processes 1; pid " + folder + "/pid; error_log stderr crit;\n"
         "events { worker_connections 1024; }\nhttp {\n access_log off;\n" + temp +
         " map $http_upgrade $hop { default upgrade; '' ''; }\n"
         " upstream legacy { server 127.0.0.1:" + std::to_string(upstream) + "; keepalive 16; }\n"
         " server {\n  listen 127.0.0.1:" + std::to_string(port) + ";\n"
         "  client_header_timeout 5s; client_body_timeout 5s; keepalive_timeout 5s; client_max_body_size 0;\n"
         "  location / {\n   proxy_pass http://legacy; proxy_http_version 1.1; proxy_buffering off;\n"
         "   proxy_request_buffering off; proxy_connect_timeout 2s; proxy_read_timeout 5s; proxy_send_timeout 5s;\n"
         "   proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $hop;\n"
         "   proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;\n"
         "   proxy_set_header X-Forwarded-Host $http_host;\n  }\n }\n}\n";
}

std::string haproxy_config(std::uint16_t port, std::uint16_t upstream) {
  return "global\n nbthread 1\n maxconn 1000\ndefaults\n mode http\n timeout client 5s\n timeout http-request 5s\n"
         " timeout http-keep-alive 5s\n timeout server 5s\n timeout connect 2s\n timeout tunnel 5s\n option forwardfor\n"
         " http-reuse always\nfrontend in\n bind 127.0.0.1:" + std::to_string(port) +
         "\n http-request set-header X-Forwarded-Proto http\n http-request set-header X-Forwarded-Host %[req.hdr(host)]\n"
         " default_backend legacy\nbackend legacy\n server one 127.0.0.1:" + std::to_string(upstream) + "\n";
}

bool accepts(std::uint16_t port) {
  try {
    Wire::connect(port);
    return true;
  } catch (const WireError&) {
    return false;
  }
}

}  // namespace

std::optional<std::string> foreign_proxy_name() {
  const char* name = std::getenv("BANYAN_CONFORMANCE_PROXY");
  return name == nullptr || *name == '\0' ? std::nullopt : std::optional<std::string>(name);
}

ForeignProxy::ForeignProxy(const std::string& name, std::uint16_t upstream_port) : port_(support::free_port()) {
  const bool nginx = name == "nginx";
  if (!nginx && name != "haproxy") throw std::invalid_argument("BANYAN_CONFORMANCE_PROXY: nginx or haproxy, not " + name);
  const std::string program = nginx ? "/usr/sbin/nginx" : "/usr/sbin/haproxy";
  if (!std::filesystem::exists(program)) throw NotApplicable(program + " is not installed");
  const std::string folder = folder_.path().string(), file = folder + "/config";
  support::write_file(file, nginx ? nginx_config(folder, port_, upstream_port) : haproxy_config(port_, upstream_port));
  const std::vector<std::string> argv = nginx ? std::vector<std::string>{program, "-p", folder, "-c", file}
                                              : std::vector<std::string>{program, "-db", "-f", file};
  process_ = std::make_unique<support::Process>(argv, folder_ / "log");
  if (!support::eventually([&] { return accepts(port_) || !process_->running(); }) || !process_->running())
    throw std::runtime_error(name + " did not start:\n" + process_->log_text());
}

}  // namespace banyan::conformance
