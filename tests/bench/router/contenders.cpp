#include "tests/bench/router/contenders.hpp"

#include "tests/support/loopback.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>

namespace banyan::bench {
namespace {

bool accepts(std::uint16_t port) {
  const int fd = support::tcp_socket();
  const bool yes = support::connect_to_loopback(fd, port);
  ::close(fd);
  return yes;
}

std::string origin_text(const Setup& setup) { return "127.0.0.1:" + std::to_string(setup.origin); }

std::string banyan_config(const Setup& setup, const std::string& name, std::uint16_t port, const std::string& more) {
  std::ostringstream out;
  out << "version: 1\nstatic:\n  listen: \"127.0.0.1:" << port << "\"\n  admin: \"127.0.0.1:0\"\n  workers: 1\n  state: \""
      << setup.folder << "/" << name << ".db\"\n  access_log: \"" << setup.folder << "/" << name << ".log\"\n" << more
      << "cohort: { key: [ \"header:X-Account-Id\" ], missing: legacy, salt: bench }\n"
      << "upstreams:\n  origin: { endpoints: [ \"" << origin_text(setup) << "\" ], idle_connections: 512 }\n"
      << "  other: { endpoints: [ \"" << origin_text(setup) << "\" ], idle_connections: 512 }\ndefault: origin\ncutovers:\n";
  for (unsigned i = 0; i < setup.rules; ++i)
    out << "  - { name: rule" << i << ", match: { methods: [ GET ], path: \"/rule" << i
        << "/**\" }, from: origin, to: other, plan: [ { stage: canary, percent: 50 }, { stage: live } ] }\n";
  return out.str();
}

std::string nginx_config(const Setup& setup, std::uint16_t port) {
  std::ostringstream out;
  out << "daemon off; master_process off; worker_processes 1; pid " << setup.folder << "/nginx.pid; error_log "
      << setup.folder << "/nginx.err warn;\nevents { worker_connections 4096; }\nhttp {\n access_log " << setup.folder
      << "/nginx.log combined buffer=64k flush=1s; client_body_temp_path " << setup.folder << "/b; proxy_temp_path "
      << setup.folder << "/p; fastcgi_temp_path " << setup.folder << "/f; uwsgi_temp_path " << setup.folder
      << "/u; scgi_temp_path " << setup.folder << "/s; keepalive_requests 100000000;\n upstream origin { server "
      << origin_text(setup) << "; keepalive 512; keepalive_requests 100000000; }\n server { listen 127.0.0.1:" << port
      << ";\n  proxy_http_version 1.1; proxy_set_header Connection \"\"; proxy_set_header Host $host;"
         " proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;"
         " proxy_set_header traceparent 00-$request_id-b7ad6b7169203331-01;\n";
  for (unsigned i = 0; i < setup.rules; ++i) out << "  location /rule" << i << "/ { proxy_pass http://origin; }\n";
  out << "  location / { proxy_pass http://origin; }\n }\n}\n";
  return out.str();
}

std::string haproxy_config(const Setup& setup, std::uint16_t port) {
  std::ofstream map(setup.folder + "/rules.map");
  for (unsigned i = 0; i < setup.rules; ++i) map << "/rule" << i << "/ origin\n";
  std::ostringstream out;
  out << "global\n nbthread 1\n maxconn 4096\n log stdout format raw local0\ndefaults\n mode http\n timeout client 60s\n"
         " timeout server 60s\n timeout connect 2s\n option httplog\n log global\n option forwardfor\n http-reuse always\n"
         "frontend in\n bind 127.0.0.1:" << port << "\n http-request set-header X-Forwarded-Proto http\n"
         " unique-id-format %[uuid()]\n unique-id-header X-Request-Id\n"
         " use_backend %[path,map_beg(" << setup.folder << "/rules.map,origin)]\nbackend origin\n server one "
      << origin_text(setup) << " pool-max-conn 512\n";
  return out.str();
}

void wait_until_accepting(Contender& contender) {
  if (!support::eventually([&] { return accepts(contender.port) || !contender.process->running(); }) ||
      !contender.process->running())
    throw std::runtime_error(contender.name + " did not start:\n" + contender.process->log_text());
}

std::string first_line_of(const std::vector<std::string>& argv) {
  const auto output = support::run(argv);
  const auto text = output.out.empty() ? output.err : output.out;
  return text.substr(0, text.find('\n'));
}

}  // namespace

Contender start_banyan(const Setup& setup, const std::string& name, const std::string& program, const std::string& more) {
  Contender one{name, "this build", nullptr, support::free_port()};
  const std::string config = setup.folder + "/" + name + ".yaml";
  support::write_file(config, banyan_config(setup, name, one.port, more));
  one.process = std::make_unique<support::Process>(std::vector<std::string>{setup.programs + "/" + program, "run", "-c", config},
                                                   setup.folder + "/" + name + ".out");
  wait_until_accepting(one);
  return one;
}

std::vector<Contender> start_contenders(const Setup& setup, std::vector<std::string>& missing) {
  std::vector<Contender> all;
  const auto add = [&](const std::string& name, const std::string& program, const std::string& version,
                       const std::function<std::vector<std::string>(std::uint16_t)>& command) {
    if (!std::filesystem::exists(program)) return missing.push_back(program);
    const auto port = support::free_port();
    auto argv = command(port);
    argv.insert(argv.begin(), program);
    auto& one = all.emplace_back(Contender{name, first_line_of({program, version}), nullptr, port});
    one.process = std::make_unique<support::Process>(argv, setup.folder + "/" + name + ".out");
    wait_until_accepting(one);
  };
  all.push_back(start_banyan(setup, "banyan-uring", "banyan-router-uring"));
  all.push_back(start_banyan(setup, "banyan-epoll", "banyan-router"));
  add("nginx", "/usr/sbin/nginx", "-v", [&](std::uint16_t port) {
    support::write_file(setup.folder + "/nginx.conf", nginx_config(setup, port));
    return std::vector<std::string>{"-p", setup.folder, "-c", setup.folder + "/nginx.conf"};
  });
  add("haproxy", "/usr/sbin/haproxy", "-v", [&](std::uint16_t port) {
    support::write_file(setup.folder + "/haproxy.cfg", haproxy_config(setup, port));
    return std::vector<std::string>{"-f", setup.folder + "/haproxy.cfg", "-db"};
  });
  return all;
}

double cpu_us(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace banyan::bench
