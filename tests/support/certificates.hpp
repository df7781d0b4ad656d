// Certificates for tests, made on the spot and never kept: P-256 keys, PEM texts. One thread per object.
#pragma once
#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace banyan::support {

struct Pem {
  std::string certificate;
  std::string key;
};

struct Order {
  std::string common_name;
  std::vector<std::string> names;  // "DNS:shop.test", "IP:127.0.0.1"
  int from_days = -1;              // relative to now
  int to_days = 365;
  bool authority = false;
};

class Authority {
 public:
  explicit Authority(const std::string& name);
  Pem issue(const Order& order) const;
  // An authority below this one; its certificates need `certificate()` of the intermediate in their chain.
  Authority below(const std::string& name) const;
  std::string certificate() const;

 private:
  Authority() = default;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> own_;
};

Pem self_signed(const Order& order);
std::string encrypted_key(const std::string& pem, const std::string& passphrase);

}  // namespace banyan::support
