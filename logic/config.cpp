#include "logic/config.hpp"

namespace im::logic {

void describe(config::Options& options, Config& config) {
  describe(options, config.http);
  describe(options, config.grpc);
  describe(options, config.grpc_tls, pki::Role::kLogic,
           {{"grpc.bind", &config.grpc.bind, &config.grpc.port},
            {"push_api.grpc_bind", &config.push_api.grpc_bind, &config.push_api.grpc_port}},
           {{"router.addresses", &config.routers.addresses}});
  describe(options, config.routers);
  describe(options, config.kafka);
  describe(options, config.push_api);
  describe(options, config.identity);
  describe(options, config.client);
  describe(options, config.requests);
  describe(options, config.store);
  describe(options, config.accounts);
  describe(options, config.calls);
  describe(options, config.media);
  describe(options, config.media_s3);
  webim::describe(options, config.webim);
  describe(options, config.hooks);
  options.check([&config]() -> std::string {
    if (config.identity.kind == "accounts" && config.store.dsn.empty())
      return "store.dsn: identity accounts needs a store, for example sqlite:/var/lib/im/im.db";
    if (config.webim.enabled && config.store.dsn.empty())
      return "store.dsn: webim.enabled needs a store, for example sqlite:/var/lib/im/im.db";
    if (config.webim.enabled && config.webim.stay_grace < std::chrono::seconds(1))
      return "webim.stay_grace: at least 1s, since a login takes a moment to be known";
    if (config.admin.enabled && config.store.dsn.empty()) return "store.dsn: admin.enabled needs a store";
    if (config.hooks.any() && config.store.dsn.empty()) return "store.dsn: hooks need a store";
    return "";
  });
  describe(options, config.nodes);
  describe(options, config.web);
  describe(options, config.admin);
}

}  // namespace im::logic
