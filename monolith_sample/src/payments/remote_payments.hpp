// The payments as a service of their own, asked over HTTP: the port's other adapter. What moves money goes through
// RemoteCharges. Nothing of it touches this shop's payments and refunds tables any more; what else reads them (reports)
// sees them as they were on the day of the move.
#pragma once

#include "core/remote.hpp"
#include "payments/payment_port.hpp"
#include "payments/remote_charges.hpp"

namespace shop::payments {

class RemotePayments : public PaymentPort {
 public:
  using Port = PaymentPort;

  // The database must be open. Throws std::invalid_argument for a bad address.
  RemotePayments(const std::string& address, const std::string& db_path, core::RemoteOptions options = {});

  Payment get(std::int64_t id) override;
  std::vector<Payment> list(std::optional<std::int64_t> order_id, std::int64_t limit, std::int64_t offset) override;
  std::vector<Refund> refunds(std::int64_t payment_id) override;
  Totals totals() override;

  Payment charge(const orders::Order& order, const std::string& method, const std::string& token) override;
  Payment pay(std::int64_t order_id, const std::string& method, const std::string& token) override;
  // Written down first; id 0 when the service could not be told at once.
  Refund refund(std::int64_t payment_id, std::optional<std::int64_t> amount_cents, const std::string& reason) override;
  void refund_rest(const orders::Order& order, const std::string& reason) override;

 private:
  Payment with_all_told(std::int64_t payment_id);
  // In a transaction of its own; the service is told after it.
  RemoteCharges::Owed write_down(std::int64_t payment_id, std::optional<std::int64_t> amount_cents, const std::string& reason);

  core::RemoteService service_;
  RemoteCharges charges_;
};

}  // namespace shop::payments
