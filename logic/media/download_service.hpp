#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "logic/chat/actor.hpp"
#include "logic/chat/attachment.hpp"
#include "logic/chat/message_access.hpp"
#include "logic/media/blob_store.hpp"
#include "logic/media/lost_book.hpp"
#include "logic/media/media_config.hpp"
#include "logic/media/media_table.hpp"
#include "logic/media/media_token.hpp"
#include "logic/media/outcome.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// Which message is meant.
struct MessageAt {
  chat::ConvId conv;
  chat::Seq seq = 0;
};
/// Addresses of what hangs on a message, good for a short time.
struct Links {
  boost::json::object urls;  ///< by variant: file, small, large, poster
  std::int64_t until_ms = 0;
  std::string name;
  std::int64_t size = 0;      ///< of the file that is served
  boost::json::object sizes;  ///< of each address, as far as rows say it
  MediaRow media;
};
/// The bytes, and how a browser is to take them.
struct Download {
  HttpContent content;
  std::string file_name;
  bool inline_shown = false;  ///< pictures that were made here, sound and video
};

struct DownloadStats {
  std::atomic<std::uint64_t> links{0}, served{0}, refused{0}, gone{0};
  std::atomic<std::uint64_t> lost{0};  ///< the bytes are missing, or not as many as the row says
  std::atomic<std::uint64_t> away{0};  ///< rows or bytes could not be asked
};

/// Who may read what hangs on a message: whoever may read the message, when the address is made and again when the
/// bytes are asked for. Blocking, any thread but an I/O thread.
class DownloadService {
 public:
  DownloadService(const MediaConfig& config, store::Store& store, BlobStore& blobs, const TokenSigner& signer)
      : config_(config), store_(store), blobs_(blobs), signer_(signer), rights_({}) {}

  Outcome<Links> links(const chat::Actor& actor, const MessageAt& at);
  /// kForbidden: the reader is not in the conversation any more, or is erased; kNotFound: nothing hangs there any more
  /// (the message was recalled, or whose file it is is erased), or its bytes are not there, all of them.
  Outcome<Download> open(const LinkTicket& ticket);
  DownloadStats& stats() { return stats_; }
  const DownloadStats& stats() const { return stats_; }

 private:
  struct Found {
    std::string name;
    MediaRow row;
  };
  /// What the rows say; its connection is free again before the bytes are asked for, which may take long.
  Outcome<Found> find(const LinkTicket& ticket);
  Outcome<chat::NamedMedia> named_by(sql::Connection& db, const chat::Actor& actor, const MessageAt& at);
  Outcome<HttpContent> whole(const MediaRow& row, const std::string& variant);
  Failure lost(const std::string& name, std::optional<std::uint64_t> wanted, std::optional<std::uint64_t> found);
  Failure counted(Failure failure);
  Result<bool> may_read(sql::Connection& db, const LinkTicket& ticket) const;
  Outcome<MediaRow> ready(sql::Connection& db, const std::string& id);
  std::string url_of(const LinkTicket& ticket) const;

  const MediaConfig config_;
  store::Store& store_;
  BlobStore& blobs_;
  const TokenSigner& signer_;
  const chat::Rights rights_;
  LostBook lost_;
  DownloadStats stats_;
};

}  // namespace im::logic::media
