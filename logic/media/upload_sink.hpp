#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "common/base/blocking_pool.hpp"
#include "common/http/http_message.hpp"
#include "logic/media/picture_queue.hpp"
#include "logic/media/upload_service.hpp"

namespace im::logic::media {

/// What a PUT asks for, found out from its head.
struct PutAsk {
  UploadTicket ticket;
  ContentRange range;
};

/// Where what blocks runs: readers and bytes on their way never wait behind the end of an upload, which is long, nor
/// files behind pictures, which are longest.
struct UploadPools {
  BlockingPool& bytes;
  BlockingPool& files;     ///< what came is made a file
  PictureQueue& pictures;  ///< the same of pictures, whose senders take turns
};

/// Takes the bytes of a PUT to their file, one piece in memory at a time. How it ended is kept for the answer.
class UploadSink final : public HttpSink, public std::enable_shared_from_this<UploadSink> {
 public:
  UploadSink(UploadService& uploads, UploadPools pools, PutAsk ask)
      : uploads_(uploads), pools_(pools), ask_(std::move(ask)) {}

  void write(std::string piece, Done done) override;
  void finish(Done done) override;
  /// After finish(), or after a call of either failed; nothing: what failed is not the upload's fault.
  /// A copy: the server may give up waiting for a call that is still under way.
  std::optional<Outcome<Progress>> outcome() const;

 private:
  Status take(std::string_view piece);
  /// The bytes of this request are on the disk; where they were not the last, that is all.
  Status end();
  /// They were: the file is made of them.
  Status complete();
  void complete_later(Done done);
  Status not_begun(const Error& error);
  bool is_finished();
  Status hold();
  Status refuse(Failure failure);
  Status refuse_range(const char* why);
  void tell(Outcome<Progress> outcome);

  UploadService& uploads_;
  const UploadPools pools_;
  const PutAsk ask_;
  std::shared_ptr<IncomingFile> file_;
  std::uint64_t taken_ = 0;
  mutable std::mutex mutex_;
  std::optional<Outcome<Progress>> outcome_;
};

}  // namespace im::logic::media
