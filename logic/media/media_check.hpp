#pragma once

#include <string>
#include <vector>

#include "logic/media/blob_store.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// What does not fit together, of the media whose ids begin alike.
struct CheckReport {
  std::int64_t rows = 0, files = 0;     ///< looked at
  std::vector<std::string> lost;        ///< media whose bytes are not all there
  std::vector<std::string> strays;      ///< bytes of which no row knows
  std::vector<std::string> half_put;    ///< bytes that the store holds of a put() that was cut off, of no upload
  std::vector<std::string> miscounted;  ///< media whose number of messages is wrong
};

class KnownRows;

/// Compares rows and bytes while all others go on with their work. Blocking, any thread.
class MediaCheck {
 public:
  MediaCheck(store::Store& store, const IncomingFolder& incoming, BlobStore& blobs)
      : store_(store), incoming_(incoming), blobs_(blobs) {}

  /// `begin`: two or more letters of ids.
  Result<CheckReport> look(const std::string& begin);
  /// Bytes without a row go, numbers are counted anew, and what is lost goes where no message names it. How many things
  /// it did.
  Result<int> mend(const CheckReport& report);

 private:
  struct Names {
    std::vector<std::string> files, coming, half_put;
  };
  Result<Names> names_there(const std::string& begin);
  Result<bool> is_lost(const std::string& id, const std::string& kind);
  Status find_strays(const Names& names, const KnownRows& rows, CheckReport& report);
  Result<bool> let_go_lost(const std::string& id);

  store::Store& store_;
  const IncomingFolder& incoming_;
  BlobStore& blobs_;
};

}  // namespace im::logic::media
