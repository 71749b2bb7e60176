#pragma once

#include <memory>
#include <optional>

#include "common/base/blocking_pool.hpp"
#include "common/http/http_message.hpp"
#include "logic/media/upload_service.hpp"

namespace im::logic::media {

/// What a PUT asks for, found out from its head.
struct PutAsk {
  UploadTicket ticket;
  ContentRange range;
};

/// Takes the bytes of a PUT to their file, one piece in memory at a time. How it ended is kept for the answer.
class UploadSink final : public HttpSink, public std::enable_shared_from_this<UploadSink> {
 public:
  UploadSink(UploadService& uploads, BlockingPool& pool, PutAsk ask)
      : uploads_(uploads), pool_(pool), ask_(std::move(ask)) {}

  void write(std::string piece, Done done) override;
  void finish(Done done) override;
  /// After finish(), or after a call of either failed; nothing: what failed is not the upload's fault.
  const std::optional<Outcome<Progress>>& outcome() const { return outcome_; }

 private:
  Status take(std::string_view piece);
  Status end();
  bool is_finished();
  Status hold();
  Status refuse(Failure failure);

  UploadService& uploads_;
  BlockingPool& pool_;
  const PutAsk ask_;
  std::shared_ptr<IncomingFile> file_;
  std::uint64_t taken_ = 0;
  std::optional<Outcome<Progress>> outcome_;
};

}  // namespace im::logic::media
