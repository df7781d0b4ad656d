#include "extracted_services/payments/bank_companion.hpp"

#include "extracted_services/courier/courier.hpp"
#include "extracted_services/payments/bank_calls.hpp"
#include "extracted_services/payments/charge_api.hpp"

#include <CLI/CLI.hpp>

namespace banyan::payments {
namespace {

std::string valid_address(const std::string& text) {
  return client::parse_upstream(text) ? std::string() : "must be HOST:PORT with a numeric address";
}

class BankCompanion : public service::Companion {
 public:
  void add_options(CLI::App& run) override {
    run.add_option("--bank", address_, "The bank, HOST:PORT; without it charges by key are refused")
        ->check(valid_address);
  }
  void add_endpoints(service::Api& api) const override {
    add_charges(api, [mailbox = mailbox_] { return mailbox->wake(); });
  }
  void start(store::Store& store) override {
    if (const auto bank = client::parse_upstream(address_)) mailbox_->open(store, calls_, {{"bank", *bank}});
  }
  void stop() override { mailbox_->close(); }

 private:
  std::string address_;
  BankCalls calls_;
  std::shared_ptr<courier::Mailbox> mailbox_ = std::make_shared<courier::Mailbox>();
};

}  // namespace

std::unique_ptr<service::Companion> make_bank_companion() { return std::make_unique<BankCompanion>(); }

}  // namespace banyan::payments
