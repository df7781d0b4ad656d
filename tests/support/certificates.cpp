#include "tests/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace banyan::support {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;

Key fresh_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

std::string to_pem(X509* certificate) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(memory, certificate);
  return text_of(memory);
}

std::string to_pem(EVP_PKEY* key) {
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(memory, key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(memory);
}

void extend(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
  if (extension == nullptr) throw std::runtime_error("bad extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Without an issuer it signs itself.
Certificate make(const Order& order, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Certificate out(X509_new(), X509_free);
  X509_set_version(out.get(), 2);
  std::uint32_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(out.get()), serial);
  constexpr long day = 24L * 60 * 60;
  X509_gmtime_adj(X509_getm_notBefore(out.get()), order.from_days * day);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), order.to_days * day);
  X509_NAME* name = X509_get_subject_name(out.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(order.common_name.c_str()),
                             -1, -1, 0);
  X509_set_issuer_name(out.get(), issuer != nullptr ? X509_get_subject_name(issuer) : name);
  X509_set_pubkey(out.get(), key);
  X509* parent = issuer != nullptr ? issuer : out.get();
  extend(out.get(), parent, NID_basic_constraints, order.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (order.authority) extend(out.get(), parent, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(out.get(), parent, NID_subject_key_identifier, "hash");
  std::string names;
  for (const auto& one : order.names) names += (names.empty() ? "" : ",") + one;
  if (!names.empty()) extend(out.get(), parent, NID_subject_alt_name, names);
  X509_sign(out.get(), issuer_key, EVP_sha256());
  return out;
}

}  // namespace

Authority::Authority(const std::string& name) : key_(fresh_key()) {
  own_ = make({name, {}, -1, 3650, true}, key_.get(), nullptr, key_.get());
}

Authority Authority::below(const std::string& name) const {
  Authority lower;
  lower.key_ = fresh_key();
  lower.own_ = make({name, {}, -1, 3650, true}, lower.key_.get(), own_.get(), key_.get());
  return lower;
}

Pem Authority::issue(const Order& order) const {
  const auto key = fresh_key();
  return {to_pem(make(order, key.get(), own_.get(), key_.get()).get()), to_pem(key.get())};
}

std::string Authority::certificate() const { return to_pem(own_.get()); }

Pem self_signed(const Order& order) {
  const auto key = fresh_key();
  return {to_pem(make(order, key.get(), nullptr, key.get()).get()), to_pem(key.get())};
}

std::string encrypted_key(const std::string& pem, const std::string& passphrase) {
  BIO* source = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  const Key key(PEM_read_bio_PrivateKey(source, nullptr, nullptr, nullptr), EVP_PKEY_free);
  BIO_free(source);
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(memory, key.get(), EVP_aes_256_cbc(), passphrase.data(),
                                static_cast<int>(passphrase.size()), nullptr, nullptr);
  return text_of(memory);
}

}  // namespace banyan::support
