#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "logic/media/blob_store.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/media/media_table.hpp"
#include "logic/store/store.hpp"

namespace im::logic::media {

/// What does not fit together, of the media whose ids begin alike.
struct CheckReport {
  bool too_many = false;                ///< nothing was looked at: ask for the sixteen parts of this one
  std::int64_t rows = 0, files = 0;     ///< looked at
  std::vector<std::string> lost;        ///< media whose bytes are not all there
  std::vector<std::string> strays;      ///< bytes in the store of which no row knows
  std::vector<std::string> left_over;   ///< files of no upload among those of uploads
  std::vector<std::string> half_put;    ///< bytes that the store holds of a put() that was cut off, of no upload
  std::vector<std::string> miscounted;  ///< media whose number of messages is wrong
  std::map<std::string, Uid> owners;    ///< of the media in `lost` and `miscounted`
  std::vector<std::string> odd;         ///< paths below media.dir or in the store: no file, or none that may be read

  void loses(const media_table::CountedRow& row) {
    lost.push_back(row.medium.id);
    owners.emplace(row.medium.id, row.owner);
  }
  void miscounts(const media_table::CountedRow& row) {
    miscounted.push_back(row.medium.id);
    owners.emplace(row.medium.id, row.owner);
  }
};

class KnownRows;

/// Compares rows and bytes while all others go on with their work. Blocking, any thread.
class MediaCheck {
 public:
  /// `unused_ms`: media.unused_ttl, by which a row says when it was finished.
  MediaCheck(store::Store& store, const IncomingFolder& incoming, BlobStore& blobs, std::int64_t unused_ms)
      : store_(store), incoming_(incoming), blobs_(blobs), unused_ms_(unused_ms) {}

  /// `begin`: letters of ids. With two of them there is never too much.
  Result<CheckReport> look(const std::string& begin);
  /// Bytes without a row go, numbers are counted anew, and what is lost goes where no message names it and it is not
  /// just finished. How many things it did.
  Result<int> mend(const CheckReport& report);

 private:
  struct Names {
    bool too_many = false;
    std::vector<std::string> files, coming, half_put, odd;
  };
  // Their connection is free again before the bytes are asked for, which may take long.
  Result<std::vector<media_table::CountedRow>> rows_of(const std::string& begin);
  Result<std::optional<MediaRow>> row_of(const std::string& id);
  Result<bool> has_many_rows(const std::string& begin);
  Result<Names> names_there(const std::string& begin);
  void add_incoming(const std::string& name, Names& names) const;
  Status find_lost(const std::vector<media_table::CountedRow>& rows, CheckReport& report);
  Status find_strays(const Names& names, const KnownRows& rows, CheckReport& report);
  /// Its bytes are under way for the first time, or once more because the store has lost them.
  Result<bool> is_coming(const std::string& id);
  /// What the report says is true only while nobody works on the upload (decision 117): it is looked at again when it
  /// is held. False: somebody works on it, or what goes by `name` is needed now, and stays for a later check.
  using Asks = Result<bool> (MediaCheck::*)(const std::string& id);
  Result<bool> take_away(const std::string& name, Asks is_needed, const std::function<Result<bool>()>& take);
  Result<bool> take_left_over(const std::string& name);
  Result<bool> take_stray(const std::string& name);
  Result<bool> take_half_put(const std::string& name);
  Result<bool> has_row(const std::string& id);
  Result<bool> recount(const std::string& id);
  Result<bool> let_go_lost(const std::string& id);

  store::Store& store_;
  const IncomingFolder& incoming_;
  BlobStore& blobs_;
  const std::int64_t unused_ms_;
};

}  // namespace im::logic::media
