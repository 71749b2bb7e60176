#pragma once

#include <string>

#include "logic/media/blob_store.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/media/media_table.hpp"
#include "logic/media/media_variants.hpp"
#include "logic/media/picture_maker.hpp"

namespace im::logic::media {

/// From what came to what is kept: what it is, by its bytes; pictures made anew, in three sizes. Blocking, any thread.
class MediaShaper {
 public:
  struct Limits {
    std::int64_t image_bytes = 0, voice_bytes = 0;
    std::uint64_t picture_bytes = 0;  ///< made of one picture, all its sizes together
  };
  MediaShaper(const IncomingFolder& incoming, BlobStore& blobs, const PictureMaker& pictures, Limits limits)
      : incoming_(incoming), blobs_(blobs), pictures_(pictures), limits_(limits) {}

  /// Everything is in the store; of `row` kind, mime, stored and facts are set. kInvalid: nothing that is kept.
  /// kUnavailable, too, where the name of `file`, by which it is stored, has become that of another one: then nothing
  /// of the medium stays in the store, since a row that is finished already would serve it.
  Status shape(const IncomingFile& file, MediaRow& row) const;
  /// By its first bytes. False, too, where they cannot be read.
  bool is_picture(const IncomingFile& file) const;
  /// False: some of it may still be there.
  bool remove(const std::string& id) const;
  /// The store has everything of a finished medium.
  Result<bool> has(const MediaRow& row) const { return has_bytes(blobs_, finished(row)); }

 private:
  Status keep(const IncomingFile& file, MediaRow& row) const;
  Status keep_recording(const IncomingFile& file, MediaRow& row) const;
  Status shape_picture(const IncomingFile& file, MediaRow& row) const;
  Result<VariantBytes> keep_pictures(const std::string& scratch, const std::string& id) const;

  const IncomingFolder& incoming_;
  BlobStore& blobs_;
  const PictureMaker& pictures_;
  const Limits limits_;
};

}  // namespace im::logic::media
