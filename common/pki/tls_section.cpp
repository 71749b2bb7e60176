#include "common/pki/tls_section.hpp"

#include "common/base/address.hpp"
#include "common/base/ip_address.hpp"
#include "common/config/rules.hpp"

namespace im::pki {

namespace {

bool on_this_machine(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto ip = parse_ip(host);
  return host == "localhost" || (ip && is_loopback(*ip));
}

std::string files_fault(const TlsSection& section, Role role) {
  if (!section.on()) return "";
  const ClusterFiles& files = section.files;
  for (const auto& [key, file] : {std::pair("certificate", &files.certificate), {"key", &files.key}, {"ca", &files.ca}})
    if (file->empty())
      return std::string("grpc_tls.") + key +
             ": is empty; TLS between the daemons needs grpc_tls.certificate, grpc_tls.key and grpc_tls.ca";
  const auto read = read_cluster_files(files, role);
  return read.ok() ? "" : "grpc_tls.certificate: " + read.error().message;
}

std::string beyond(const std::string& key, const std::string& value) {
  return key + ": \"" + value +
         "\" is beyond this machine, and without a certificate all that daemons say is in plain text: name "
         "grpc_tls.certificate, grpc_tls.key and grpc_tls.ca (docs/mtls.md; `imctl cert` makes them), or allow it "
         "with grpc_tls.plain_text = true";
}

std::string plain_text_fault(const TlsSection& section, const std::vector<GrpcPort>& ports,
                             const std::vector<GrpcPeers>& peers) {
  if (section.on() || section.plain_text) return "";
  for (const GrpcPort& port : ports)
    if (*port.port >= 0 && !on_this_machine(*port.bind)) return beyond(port.key, *port.bind);
  for (const GrpcPeers& some : peers)
    for (const std::string& text : *some.addresses) {
      const auto address = parse_address(text);  // what is none is told by its own rule
      if (address && !on_this_machine(address.value().host)) return beyond(some.key, text);
    }
  return "";
}

}  // namespace

void describe(config::Options& options, TlsSection& section, Role role, std::vector<GrpcPort> ports,
              std::vector<GrpcPeers> peers) {
  options.section("grpc_tls",
                  "TLS between the daemons, both ends with a certificate (docs/mtls.md). All three files or none; all "
                  "daemons of a cluster or none. Read again at SIGHUP.");
  options.add("certificate", section.files.certificate,
              std::string("PEM file: this daemon's certificate, then those that lead to its root. Its only URI is "
                          "spiffe://CLUSTER/") +
                  to_string(role) + "/ID.");
  options.must(config::file_or_empty(section.files.certificate));
  options.add("key", section.files.key, "PEM file with its private key; mode 0600, or a credential.");
  options.must(config::secret_or_empty(section.files.key));
  options.add("ca", section.files.ca,
              "PEM file with the authorities of the cluster: who shows a certificate of another one is refused.");
  options.must(config::file_or_empty(section.files.ca));
  options.add(
      "plain_text", section.plain_text,
      "Without a certificate, allows gRPC ports that are bound beyond this machine, and calls to daemons there: "
      "whoever reaches such a port is believed, and whoever listens reads along.");
  options.check([&section, role] { return files_fault(section, role); });
  options.check([&section, ports = std::move(ports), peers = std::move(peers)] {
    return plain_text_fault(section, ports, peers);
  });
}

}  // namespace im::pki
