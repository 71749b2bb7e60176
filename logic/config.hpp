#pragma once

#include "common/config/options.hpp"
#include "common/pki/tls_section.hpp"
#include "logic/accounts/accounts_config.hpp"
#include "logic/calls/calls_config.hpp"
#include "logic/console/console_config.hpp"
#include "logic/goim/nodes_config.hpp"
#include "logic/hooks/hooks_config.hpp"
#include "logic/http_config.hpp"
#include "logic/identity/identity_config.hpp"
#include "logic/media/media_config.hpp"
#include "logic/push/kafka_config.hpp"
#include "logic/push_api/push_api_config.hpp"
#include "logic/requests/requests_config.hpp"
#include "logic/routers/routers_config.hpp"
#include "logic/store/store_config.hpp"
#include "logic/web/web_config.hpp"
#include "logic/webim/webim_config.hpp"

namespace im::logic {

constexpr int kOpsPort = 3112;

/// Keys of the logic daemon; chapter "logic" of docs/configuration.md. Each slice is described by the folder that uses
/// it.
struct Config {
  HttpConfig http;
  GrpcConfig grpc;
  pki::TlsSection grpc_tls;
  RoutersConfig routers;
  KafkaConfig kafka;
  PushApiConfig push_api;
  IdentityConfig identity;
  ClientConfig client;
  AccountsConfig accounts;
  RequestsConfig requests;
  StoreConfig store;
  CallsConfig calls;
  MediaConfig media;
  MediaS3Config media_s3;
  webim::WebimConfig webim;
  HooksConfig hooks;
  NodePolicy nodes;
  WebConfig web;
  AdminPageConfig admin;
};

void describe(config::Options& options, Config& config);

}  // namespace im::logic
