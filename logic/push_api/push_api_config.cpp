#include "logic/push_api/push_api_config.hpp"

#include "common/keys/api_key_file.hpp"

namespace im::logic {

void describe(config::Options& options, PushApiConfig& config) {
  options.section("push_api", "The push API with keys: /v1/push (docs/push-api.md).");
  options.add("keys_file", config.keys_file,
              "File of the API keys, made by `imctl key add`; followed when it changes. Empty: every call is refused.");
  options.must([&config]() -> std::string {
    if (config.keys_file.empty()) return "";
    const auto keys = read_api_keys(config.keys_file);
    // `imctl key add` may make it later.
    return keys.ok() || keys.error().code == Error::Code::kNotFound ? "" : keys.error().message;
  });
  options.add("public", config.on_public_port, "Serves /v1/push on the public port too, not only on the push port.");
  options.add("grpc_bind", config.grpc_bind, "Address of its gRPC twin.");
  options.add("grpc_port", config.grpc_port, "Port of its gRPC twin; -1 turns it off.", -1);
  options.listens(config.grpc_bind, config.grpc_port);
}

}  // namespace im::logic
