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
  /// Every name there is, in no order.
  virtual Status each(const std::function<void(const std::string& name)>& see) = 0;
};

}  // namespace im::logic::media
