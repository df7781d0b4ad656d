// Conformance cases over TLS: an authority of the test's own, files in a folder that goes away with the test.
#pragma once
#include "tests/conformance/router_fixture.hpp"
#include "tests/support/certificates.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <thread>

namespace banyan::conformance {

class TlsConformance : public Conformance {
 protected:
  TlsConformance() {
    std::string name = (std::filesystem::temp_directory_path() / "banyan-tls-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    write("ca.pem", authority.certificate());
  }
  ~TlsConformance() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& bytes) const {
    // As careful renewals do it: never half a file under the name.
    std::ofstream(path(name + ".new"), std::ios::binary) << bytes;
    std::filesystem::rename(path(name + ".new"), path(name));
  }
  // NAME.pem and NAME.key; the entry for a list of certificates.
  std::string put(const std::string& name, const support::Pem& pem) const {
    write(name + ".pem", pem.certificate);
    write(name + ".key", pem.key);
    return "{ chain: \"" + path(name + ".pem") + "\", key: \"" + path(name + ".key") + "\" }";
  }
  std::string make(const std::string& name, const support::Order& order) const { return put(name, authority.issue(order)); }
  std::string site() const { return "certificates: [ " + make("site", {"shop.test", {"DNS:shop.test"}}) + " ]"; }

  TlsSide client() const { return {.ca = authority.certificate()}; }
  Wire dial(const TlsSide& side, const std::string& name = "shop.test") {
    auto wire = Wire::connect(router().tls_port());
    wire.start_tls(make_context(false, side), false, name);
    return wire;
  }
  Wire dial() { return dial(client()); }

  support::Authority authority{"Test Authority"};

 private:
  std::filesystem::path folder_;
};

inline const std::string get_shop = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

}  // namespace banyan::conformance
