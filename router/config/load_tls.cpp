// `static.tls` and `upstreams.*.tls`: names of files and choices. The files themselves are read by router/tls.
#include "router/config/loading.hpp"

namespace banyan::config {
namespace {

void read_file(Context& context, const Value* value, FileName& out, const std::string& what) {
  if (!read(context, value, out.path, what)) return;
  out.line = value->place.line;
  out.column = value->place.column;
  out.length = value->place.length;
  out.source_line = context.line_text(value->place.line);
}

void read_version(Context& context, const Value* value, TlsVersion& out) {
  if (!value) return;
  if (value->kind == Value::Kind::scalar && value->text == "1.2")
    out = TlsVersion::v1_2;
  else if (value->kind == Value::Kind::scalar && value->text == "1.3")
    out = TlsVersion::v1_3;
  else
    context.expected(*value, "1.2 or 1.3", "older versions of TLS are broken and not offered");
}

void load_certificate(Context& context, const Value& value, const std::string& path, CertificateFiles& out) {
  Mapping section(context, value, path);
  read_file(context, section.require("chain", "a PEM file: the certificate, then its issuers"), out.chain,
            "a file name");
  read_file(context, section.require("key", "the PEM file of the certificate's private key"), out.key,
            "a file name");
}

void load_clients(Context& context, const Value* value, ListenerTls& out) {
  if (!value) return;
  Mapping section(context, *value, "static.tls.clients");
  out.clients = ListenerTls::Clients::required;
  read_file(context, section.require("ca", "a PEM file: who may vouch for clients"), out.client_ca,
            "a file name");
  std::string mode;
  const Value* chosen = section.find("certificate");
  if (!read(context, chosen, mode, "required or optional")) return;
  if (mode == "optional")
    out.clients = ListenerTls::Clients::optional;
  else if (mode != "required")
    context.expected(*chosen, "required or optional");
}

bool is_host(std::string_view text) {
  return is_name(text) && text.find('_') == std::string_view::npos && text.back() != '.';
}

}  // namespace

std::optional<ListenerTls> load_listener_tls(Context& context, const Value* value) {
  if (!value) return std::nullopt;
  ListenerTls out;
  Mapping section(context, *value, "static.tls");
  if (const Value* listen = section.find("listen")) {
    Address address;
    if (read(context, listen, address, true)) out.listen = address;
  }
  const Value* certificates =
      section.require("certificates", "a list such as [ { chain: site.pem, key: site.key } ]");
  if (certificates && certificates->kind == Value::Kind::sequence && certificates->items.empty())
    context.expected(*certificates, "at least one certificate");
  each_item(certificates, [&](const Value& item) {
    const std::string where = "static.tls.certificates[" + std::to_string(out.certificates.size()) + "]";
    load_certificate(context, item, where, out.certificates.emplace_back());
  });
  load_clients(context, section.find("clients"), out);
  read_version(context, section.find("min_version"), out.least);
  return out;
}

std::optional<UpstreamTls> load_upstream_tls(Context& context, const Value* value, const std::string& path) {
  if (!value) return std::nullopt;
  UpstreamTls out;
  if (value->kind == Value::Kind::scalar && !value->quoted && (value->text == "true" || value->text == "false")) {
    if (value->text == "false") return std::nullopt;
    return out;
  }
  if (value->kind != Value::Kind::mapping) {
    context.expected(*value, "true, or a mapping for '" + path + "'");
    return std::nullopt;
  }
  Mapping section(context, *value, path);
  read(context, section.find("verify"), out.verify);
  const Value* ca = section.find("ca");
  if (ca) read_file(context, ca, out.ca.emplace(), "a file name");
  if (ca && !out.verify)
    context.error(ca->place, "'" + path + ".ca' without verification says nothing", "remove verify: false");
  const Value* name = section.find("server_name");
  if (read(context, name, out.server_name, "a host name") && !is_host(out.server_name))
    context.expected(*name, "a host name", "without scheme and port, such as orders.internal");
  if (const Value* certificate = section.find("certificate"))
    load_certificate(context, *certificate, path + ".certificate", out.certificate.emplace());
  read_version(context, section.find("min_version"), out.least);
  return out;
}

}  // namespace banyan::config
