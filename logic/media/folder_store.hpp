#pragma once

#include <string>

#include "logic/media/blob_store.hpp"

namespace im {
class BlockingPool;
}

namespace im::logic::media {

/// Files in 256 folders by the first two letters of their names.
class FolderStore final : public BlobStore {
 public:
  /// `pool` reads for whoever downloads; outlives the store and its answers.
  FolderStore(std::string folder, BlockingPool& pool) : folder_(std::move(folder)), pool_(pool) {}

  Status put(const std::string& name, const std::string& path) override;
  Result<HttpContent> open(const std::string& name, const std::string& type) override;
  Status remove(const std::string& name) override;
  Status each(const std::string& begin, const See& see) override;
  Status each_odd(const std::string& begin, const See& see) override;
  Status each_unfinished(const std::string&, const See&) override { return Ok{}; }
  Status remove_unfinished(const std::string&) override { return Ok{}; }
  bool is_on_disk() const override { return true; }

 private:
  std::string folder_of(const std::string& name) const { return folder_ + "/" + name.substr(0, 2); }
  std::string path_of(const std::string& name) const { return folder_of(name) + "/" + name; }

  const std::string folder_;
  BlockingPool& pool_;
};

}  // namespace im::logic::media
