#pragma once

#include "common/http/cors.hpp"
#include "common/http/http_server.hpp"
#include "logic/identity/token_check.hpp"
#include "logic/part.hpp"
#include "logic/requests/request_router.hpp"

namespace im::logic {

/// The HTTP door of requests: POST /v1/COMMAND on the public port with `Authorization: Bearer TOKEN` and the request's
/// fields as JSON. The answer is that of op 101; the status is its code less 4000 (docs/requests.md). Any thread.
class ClientHttp final : public Part {
 public:
  /// `origins`: pages of other sites that may read the answers.
  ClientHttp(TokenCheck tokens, RequestRouter& router, std::vector<std::string> origins = {})
      : tokens_(tokens), router_(router) {
    pages(std::move(origins));
  }
  /// Other pages from here on; none: as if there were no other sites.
  void pages(std::vector<std::string> origins) { http::set_origins(*cors_, std::move(origins)); }
  /// One route for each command that is there by now.
  void add_routes(const Ports& ports) override;
  void call(const std::string& cmd, HttpRequest request, HttpReply reply);

 private:
  void run(const std::string& cmd, const Caller& caller, std::string_view body, HttpReply reply);

  TokenCheck tokens_;
  RequestRouter& router_;
  const std::shared_ptr<HttpCors> cors_ = std::make_shared<HttpCors>();
};

}  // namespace im::logic
