#pragma once

#include <memory>
#include <string>

#include "logic/media/blob_store.hpp"
#include "logic/media/media_config.hpp"

namespace im {
class BlockingPool;
}

namespace im::logic::media {

/// The store that the configuration names: a bucket, or `folder`. Throws std::runtime_error when it cannot be used; a
/// bucket is not asked yet.
std::unique_ptr<BlobStore> make_blob_store(const MediaS3Config& s3, const std::string& folder, BlockingPool& pool);

}  // namespace im::logic::media
