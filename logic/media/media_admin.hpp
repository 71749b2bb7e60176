#pragma once

#include "common/base/blocking_pool.hpp"
#include "logic/media/media_check.hpp"
#include "logic/part.hpp"

namespace im::logic::media {

/// What operators ask of media: whether rows and bytes fit, a part of them at a time.
class MediaAdmin {
 public:
  MediaAdmin(MediaCheck check, BlockingPool& pool) : check_(std::move(check)), pool_(pool) {}
  void add_routes(HttpServer& ops);

 private:
  void run(const HttpRequest& request, HttpReply reply, bool mends);
  HttpResponse checked(const std::string& begin, bool mends);

  MediaCheck check_;
  BlockingPool& pool_;
};

}  // namespace im::logic::media
