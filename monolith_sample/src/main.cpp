#include "core/app.hpp"
#include "core/config.hpp"
#include "core/database.hpp"
#include "core/http_server.hpp"
#include "core/log.hpp"
#include "core/router.hpp"
#include "core/util.hpp"
#include "inventory/remote_stock.hpp"
#include "payments/remote_payments.hpp"

#include <cstdio>
#include <exception>
#include <optional>
#include <string>

namespace {

const char kHelp[] =
    "banyan-shop: a web shop in one program and one SQLite file\n"
    "\n"
    "  banyan-shop --db FILE [--port N] [--listen ADDRESS] [--threads N] [--config FILE]\n"
    "              [--inventory URL] [--payments URL] [--seed | --seed-only]\n"
    "\n"
    "  --db FILE         the database, created when missing (default shop.db)\n"
    "  --port N          where to listen; 0 takes a free one (default 8081)\n"
    "  --listen ADDRESS  IP address to listen on (default 127.0.0.1)\n"
    "  --threads N       threads that answer requests (default: one per core, at least 2)\n"
    "  --config FILE     lines of 'key = value' (default shop.conf, when there is one)\n"
    "  --inventory URL   the inventory runs there as a service of its own (http://127.0.0.1:8091); it owns the stock then\n"
    "  --payments URL    the payments run there as a service of their own (http://127.0.0.1:8092), with a bank behind them\n"
    "  --seed            fill an empty database with the demo data first\n"
    "  --seed-only       fill it and end\n"
    "  --routes          list every route and end\n"
    "  --version, --help\n"
    "\n"
    "Says 'listening on ADDRESS:PORT' on stdout when it is ready. SIGTERM: finishes what it is answering, then ends.\n"
    "Environment: SHOP_LOG=debug|info|warn|error|off, SHOP_FRAUD_LIMIT_CENTS, SHOP_TRACE_SQL=FILE,\n"
    "SHOP_INVENTORY=URL, SHOP_PAYMENTS=URL.\n"
    "In the file of --config: inventory = URL, inventory_timeout_ms = N (2000: how long an order waits for it);\n"
    "payments = URL, payments_timeout_ms = N.\n"
    "\n"
    "Example:\n"
    "  banyan-shop --db /tmp/shop.db --seed --port 8081 &\n"
    "  curl -s http://127.0.0.1:8081/api/orders/2\n";

struct Options {
  std::string db = "shop.db";
  std::string listen = "127.0.0.1";
  std::string config = "shop.conf";
  std::string inventory, payments;
  std::int64_t port = 8081;
  std::int64_t threads = 0;
  bool seed = false;
  bool seed_only = false;
  bool routes = false;
};

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::int64_t number(const std::string& option, const std::string& text, std::int64_t most) {
  std::int64_t value = 0;
  if (!shop::core::parse_int(text, value) || value < 0 || value > most) {
    throw UsageError(option + " expects a number from 0 to " + std::to_string(most) + ", not '" + text + "'");
  }
  return value;
}

Options parse(const std::vector<std::string>& args) {
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    std::string name = args[i], value;
    const auto equals = name.find('=');
    const bool joined = equals != std::string::npos;
    if (joined) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    auto next = [&]() -> std::string {
      if (joined) return value;
      if (i + 1 == args.size()) throw UsageError(name + " expects a value");
      return args[++i];
    };
    if (name == "--db") options.db = next();
    else if (name == "--port") options.port = number(name, next(), 65535);
    else if (name == "--listen") options.listen = next();
    else if (name == "--threads") options.threads = number(name, next(), 256);
    else if (name == "--config") options.config = next();
    else if (name == "--inventory") options.inventory = next();
    else if (name == "--payments") options.payments = next();
    else if (name == "--seed") options.seed = true;
    else if (name == "--seed-only") options.seed = options.seed_only = true;
    else if (name == "--routes") options.routes = true;
    else throw UsageError("unknown option '" + args[i] + "'");
  }
  return options;
}

void print_routes() {
  shop::core::Router router;
  shop::core::register_all_routes(router);
  for (const auto& route : router.routes()) std::printf("%s %s\n", route.method.c_str(), route.path.c_str());
}

// A module's adapter, while the process lives; nothing: it runs in this process.
template <typename Remote>
class Choice {
 public:
  using Use = void (*)(typename Remote::Port*);

  Choice(const std::string& module, const char* variable, std::string url, const std::string& db, Use use) : use_(use) {
    auto& config = shop::core::Config::instance();
    if (url.empty()) url = shop::core::Config::env(variable, config.get(module));
    if (url.empty()) return;
    shop::core::RemoteOptions limits;
    limits.deadline = std::chrono::milliseconds(config.get_int(module + "_timeout_ms", limits.deadline.count()));
    // What an order has got there is on disk as safely as the line that named it.
    shop::core::Database::instance().exec("PRAGMA synchronous = FULL");
    remote_.emplace(url, db, limits);
    use_(&*remote_);
    shop::core::log_info("a service at " + url + " is asked: " + module);
  }
  ~Choice() { use_(nullptr); }

 private:
  const Use use_;
  std::optional<Remote> remote_;
};

struct CloseAtEnd {
  ~CloseAtEnd() { shop::core::Database::instance().close(); }
};

int serve(const Options& options) {
  using namespace shop::core;
  Config::instance().load_file(options.config);
  start_modules(options.db);
  const CloseAtEnd close_at_end;
  if (options.seed && seed_all(Database::instance())) log_info("seeded " + options.db);
  if (options.seed_only) return 0;
  const Choice<shop::inventory::RemoteStock> inventory("inventory", "SHOP_INVENTORY", options.inventory, options.db,
                                                       &shop::inventory::use_stock);
  const Choice<shop::payments::RemotePayments> payments("payments", "SHOP_PAYMENTS", options.payments, options.db,
                                                        &shop::payments::use_ledger);
  Router router;
  register_all_routes(router);
  HttpServer server(router, options.listen, static_cast<int>(options.port), static_cast<int>(options.threads));
  std::printf("listening on %s:%d\n", options.listen.c_str(), server.port());
  std::fflush(stdout);
  server.run(true);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  for (const auto& arg : args) {
    if (arg == "--help" || arg == "-h") {
      std::fputs(kHelp, stdout);
      return 0;
    }
    if (arg == "--version") {
      std::printf("banyan-shop 4.7.2\n");
      return 0;
    }
  }
  try {
    const Options options = parse(args);
    if (options.routes) {
      print_routes();
      return 0;
    }
    return serve(options);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "banyan-shop: %s\n  hint: banyan-shop --help\n", error.what());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "banyan-shop: %s\n", error.what());
  }
  return 2;
}
