#pragma once

#include "common/base/blocking_pool.hpp"
#include "common/http/http_server.hpp"
#include "logic/media/turn_queue.hpp"
#include "logic/webim/pictures.hpp"
#include "logic/webim/upload_seats.hpp"

namespace im::logic::webim {

/// The addresses of old pages' pictures on the public port: `POST /upload.php` and `POST /upload` as the page's servers
/// had them, `GET /upload/NAME`. A body goes to disk first, so few are in memory at once. Any thread.
class PictureHttp {
 public:
  /// `pool`: bytes up and down; `painters`: pictures are made, addresses take turns. `origin`: in front of the
  /// addresses that are given out, or empty.
  PictureHttp(Pictures& pictures, BlockingPool& pool, media::TurnQueue& painters, UploadSeats::Limits seats,
              std::string origin)
      : pictures_(pictures), pool_(pool), painters_(painters), seats_(seats), origin_(std::move(origin)) {}
  void add_routes(HttpServer& open);

 private:
  /// The bytes of the picture in a body; nothing: there is none.
  using Reader = std::optional<std::string> (*)(const HttpRequest& request, const std::string& body);
  /// The answer: the address, or why there is none.
  using Teller = HttpResponse (*)(const Result<std::string>& address);
  struct Way {
    Reader read;
    Teller tell;
  };
  HttpRoute upload(const char* path, Way way);
  std::optional<HttpResponse> admit(HttpRequest& head, Teller tell);
  Result<std::string> take(const HttpRequest& request, Reader read);
  void give(HttpRequest request, HttpReply reply);

  Pictures& pictures_;
  BlockingPool& pool_;
  media::TurnQueue& painters_;
  UploadSeats seats_;
  const std::string origin_;
};

}  // namespace im::logic::webim
