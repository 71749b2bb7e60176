#pragma once

#include <functional>
#include <utility>

#include "logic/media/blob_store.hpp"

namespace im::logic::media {

/// A store of which some bytes cannot be taken away, as on a disk that can only be read.
class StuckBlobs final : public BlobStore {
 public:
  StuckBlobs(BlobStore& ours, std::function<bool(const std::string& name)> is_stuck)
      : ours_(ours), is_stuck_(std::move(is_stuck)) {}
  Status put(const std::string& name, const std::string& path) override { return ours_.put(name, path); }
  Result<HttpContent> open(const std::string& name, const std::string& type) override { return ours_.open(name, type); }
  Status remove(const std::string& name) override {
    return is_stuck_(name) ? Status(Error{Error::Code::kUnavailable, "it can only be read"}) : ours_.remove(name);
  }
  Status each(const std::string& begin, const See& see) override { return ours_.each(begin, see); }
  Status each_unfinished(const std::string& begin, const See& see) override {
    return ours_.each_unfinished(begin, see);
  }
  Status remove_unfinished(const std::string& name) override { return ours_.remove_unfinished(name); }

 private:
  BlobStore& ours_;
  const std::function<bool(const std::string& name)> is_stuck_;
};

}  // namespace im::logic::media
