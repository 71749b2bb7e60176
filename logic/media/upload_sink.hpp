#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "common/http/http_message.hpp"
#include "logic/media/turn_queue.hpp"
#include "logic/media/upload_service.hpp"

namespace im::logic::media {

/// What a PUT asks for, found out from its head.
struct PutAsk {
  UploadTicket ticket;
  ContentRange range;
};

/// Where what blocks runs: readers and bytes on their way never wait behind the end of an upload, which is long, nor
/// files behind pictures, which are longest. In each of them users take turns.
struct UploadPools {
  TurnQueue& bytes;
  TurnQueue& files;     ///< what came is made a file
  TurnQueue& pictures;  ///< the same of pictures
};
/// Whose turn it is.
inline std::string sender_of(Uid uid) { return std::to_string(uid.value()); }

/// Takes the bytes of a PUT to their file, one piece in memory at a time. How it ended is kept for the answer.
class UploadSink final : public HttpSink, public std::enable_shared_from_this<UploadSink> {
 public:
  UploadSink(UploadService& uploads, UploadPools pools, PutAsk ask)
      : uploads_(uploads), pools_(pools), ask_(std::move(ask)), sender_(sender_of(ask_.ticket.owner)) {}

  void write(std::string piece, Done done) override;
  void finish(Done done) override;
  /// After finish(), or after a call of either failed; nothing: the server gave up waiting.
  /// A copy: the server may give up waiting for a call that is still under way.
  std::optional<Outcome<Progress>> outcome() const;

 private:
  Status take(std::string_view piece);
  /// The bytes of this request are on the disk; where they were not the last, that is all.
  Status end();
  /// They were: the file is made of them.
  Status complete();
  void complete_later(Done done);
  Status told(const Status& status);
  Status not_begun(const Error& error);
  bool is_finished();
  Status hold();
  Status refuse(Failure failure);
  Status refuse_range(const char* why);
  void tell(Outcome<Progress> outcome);

  UploadService& uploads_;
  const UploadPools pools_;
  const PutAsk ask_;
  const std::string sender_;
  std::shared_ptr<IncomingFile> file_;
  std::uint64_t taken_ = 0;
  mutable std::mutex mutex_;
  std::optional<Outcome<Progress>> outcome_;
};

}  // namespace im::logic::media
