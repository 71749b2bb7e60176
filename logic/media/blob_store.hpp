#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "common/http/content.hpp"
#include "logic/media/stored_bytes.hpp"

namespace im::logic::media {

/// For readers. Whoever runs the cluster finds the medium with `imctl media check`.
inline Error no_bytes() { return {Error::Code::kNotFound, "the bytes of this file are missing"}; }

/// Where finished bytes lie, by name: a media id, or that and ".small". Blocks; any thread.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// The bytes of a local file, for good when this has returned. A name that is there already is replaced. Where it
  /// fails, a file that the caller has not synced before is thrown away: it may be a whole one only until it is read.
  virtual Status put(const std::string& name, const std::string& path) = 0;
  /// kNotFound; kUnavailable.
  virtual Result<HttpContent> open(const std::string& name, const std::string& type) = 0;
  /// Not there: fine.
  virtual Status remove(const std::string& name) = 0;
  /// False: enough.
  using See = std::function<bool(const std::string& name)>;
  /// Every name that begins so, in no order.
  virtual Status each(const std::string& begin, const See& see) = 0;
  /// The names of which a put() that was cut off left something that only remove() or another put() takes away.
  virtual Status each_unfinished(const std::string& begin, const See& see) = 0;
  /// What lies among the names and is no file, or may not be read, where that can be: by its path below the store. It
  /// is not opened, not followed, and nobody of ours takes it away. Each belongs to one part of the names.
  virtual Status each_odd(const std::string&, const See&) { return Ok{}; }
  /// That goes; what has the name and is whole stays.
  virtual Status remove_unfinished(const std::string& name) = 0;
  /// What is removed becomes free on a disk that others of us use.
  virtual bool is_on_disk() const { return false; }
  /// Where it lies elsewhere: it does not answer, so that calls fail at once; and how many did so.
  struct Silence {
    bool is_silent = false;
    std::uint64_t unasked = 0;
  };
  virtual Silence silence() const { return {}; }
  /// Asks a silent one whether it answers again. False: it does not.
  virtual bool answers() { return true; }
  /// Calls under way end soon, and no others begin.
  virtual void stop() {}
};

/// Everything is there that a finished medium has, as long as it was. Blocks; any thread.
Result<bool> has_bytes(BlobStore& blobs, const Finished& medium);

}  // namespace im::logic::media
