#pragma once

#include <functional>
#include <string>

#include "common/http/content.hpp"

namespace im::logic::media {

/// Where finished bytes lie, by name: a media id, or that and ".small". Blocks; any thread.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// The bytes of a local file, for good when this has returned. A name that is there already is replaced.
  virtual Status put(const std::string& name, const std::string& path) = 0;
  /// kNotFound; kUnavailable.
  virtual Result<HttpContent> open(const std::string& name, const std::string& type) = 0;
  /// Not there: fine.
  virtual Status remove(const std::string& name) = 0;
  using See = std::function<void(const std::string& name)>;
  /// Every name that begins so (two letters or more), in no order.
  virtual Status each(const std::string& begin, const See& see) = 0;
  /// The names of which a put() that was cut off left something that only remove() or another put() takes away.
  virtual Status each_unfinished(const std::string& begin, const See& see) = 0;
  /// Calls under way end soon, and no others begin.
  virtual void stop() {}
};

}  // namespace im::logic::media
