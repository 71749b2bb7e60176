#pragma once

#include <optional>

#include "logic/media/incoming_folder.hpp"
#include "logic/media/media_config.hpp"
#include "logic/media/media_shaper.hpp"
#include "logic/media/upload_progress.hpp"
#include "logic/media/upload_quota.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// All bytes of an upload have come: they are hashed, made what is kept, and counted. Blocking, any thread but an I/O
/// thread.
class UploadEnd {
 public:
  struct Uses {
    store::Store& store;
    const IncomingFolder& incoming;
    const MediaShaper& shaper;
  };
  /// `stats`: of the uploads; outlives this, like `config`.
  UploadEnd(const MediaConfig& config, Uses uses, UploadStats& stats)
      : config_(config), uses_(uses), stats_(stats), quota_(config) {}

  /// `file`: held. `row`: one that is not gone, as it was just now.
  Outcome<Progress> finish(const IncomingFile& file, MediaRow row);

 private:
  /// By an end that was refused: a picture is not made once more to be refused again.
  Result<std::optional<Failure>> still_over(const MediaRow& row);
  Result<UserRoom> room_for(const MediaRow& row);
  /// `over`: why the user's bytes do not allow it.
  Result<bool> make_ready(store::Write& into, MediaRow& row, const UserRoom& room, std::optional<Failure>& over) const;
  void take_back(const MediaRow& row);
  Outcome<Progress> not_shaped(const MediaRow& row, const Error& why);
  Outcome<Progress> refuse_grown(const MediaRow& row, const Failure& over);
  Outcome<Progress> drop(const MediaRow& row, const std::string& why);

  const MediaConfig& config_;
  const Uses uses_;
  UploadStats& stats_;
  const UploadQuota quota_;
};

}  // namespace im::logic::media
