#pragma once

#include <memory>
#include <string>

#include "common/base/reason_log.hpp"
#include "logic/chat/actor.hpp"
#include "logic/chat/rights.hpp"
#include "logic/media/content_range.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/media/media_config.hpp"
#include "logic/media/media_shaper.hpp"
#include "logic/media/media_table.hpp"
#include "logic/media/media_token.hpp"
#include "logic/media/outcome.hpp"
#include "logic/media/upload_end.hpp"
#include "logic/media/upload_progress.hpp"
#include "logic/media/upload_quota.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// What a client says of a file before its bytes.
struct BeginAsk {
  std::string name, mime, sha256;
  std::int64_t size = 0;
  chat::ConvId conv;  ///< what it is meant for
};
struct Begun {
  Progress progress;
  std::string token;
  std::int64_t until_ms = 0;
};

/// Uploads from `begin` to the finished file. What was answered is on the disk; how far an upload is, its file says, so
/// nothing is lost with a logic. Blocking, any thread but an I/O thread.
class UploadService {
 public:
  struct Uses {
    store::Store& store;
    const IncomingFolder& incoming;
    const MediaShaper& shaper;
    const TokenSigner& signer;
  };
  UploadService(const MediaConfig& config, Uses uses) : config_(config), uses_(uses), rights_({}) {}

  Outcome<Begun> begin(const chat::Actor& actor, const BeginAsk& ask);
  Outcome<Progress> progress(const UploadTicket& ticket);
  /// Held for this request; the range is the next one.
  Outcome<std::shared_ptr<IncomingFile>> open(const UploadTicket& ticket, const ContentRange& range);
  /// After the bytes of a request: they are on the disk. Where they did not get there, none of the upload are kept.
  Outcome<Progress> keep(const UploadTicket& ticket, IncomingFile& file);
  /// After the last ones of all: the file is made of them, which may take as long as a picture takes.
  Outcome<Progress> complete(const UploadTicket& ticket, IncomingFile& file);
  bool is_picture(const IncomingFile& file) const { return uses_.shaper.is_picture(file); }
  UploadStats& stats() { return stats_; }
  const UploadStats& stats() const { return stats_; }

 private:
  std::optional<Failure> problem(const BeginAsk& ask);
  /// A begin() on its way through a lane, where it may run more than once: the disk is asked before, and a refusal is
  /// counted afterwards.
  struct Beginning {
    const chat::Actor& actor;
    const BeginAsk& ask;
    const Status room;                              ///< whether the disk has it
    const Result<UserRoom> user_room;               ///< what the user may have beside it
    std::optional<Failure> failure;                 ///< refused for a reason that no Error names
    std::atomic<std::uint64_t>* counter = nullptr;  ///< of why it was refused
  };
  static Error refuse(Beginning& the, Failure why, std::atomic<std::uint64_t>& counter);
  Result<MediaRow> row_for(store::Write& into, Beginning& the);
  Result<MediaRow> kept(store::Write& into, const MediaRow& row, const std::string& name) const;
  Result<MediaRow> added(store::Write& into, Beginning& the);
  Outcome<Begun> begun(const MediaRow& media);
  /// Finished, and the store still has it. What the store has lost its owner may send again, under the same id: the
  /// row stays as it is, and so do the messages that name it.
  void tell_lost(const std::string& id);
  Result<bool> is_there(const MediaRow& row);
  bool is_just_finished(const MediaRow& row) const;
  Result<std::optional<MediaRow>> row_of(const std::string& id);
  bool is_over(const std::string& id);
  void make_file_again(const std::string& id);
  Failure begins_anew(const UploadTicket& ticket, const Error& why);

  const MediaConfig config_;
  const Uses uses_;
  const UploadQuota quota_{config_};
  const chat::Rights rights_;
  UploadStats stats_;
  ReasonLog lost_, unkept_;
  UploadEnd end_{config_, {uses_.store, uses_.incoming, uses_.shaper}, stats_};
};

}  // namespace im::logic::media
