#pragma once

#include <string>

#include "common/s3/file_part.hpp"
#include "common/s3/s3_client.hpp"

namespace im::s3 {

/// PUT of some bytes of a file. `etag`: what the store calls them, where it is wanted. Blocks.
Status put_part(S3Client& client, const std::string& target, const FilePart& part, std::string* etag);

/// A file in parts (multipart upload): nobody sees it before it is whole. Blocks; one thread.
class PartsUpload {
 public:
  PartsUpload(S3Client& client, std::string path) : client_(client), path_(std::move(path)) {}

  /// When it fails, the store keeps nothing of it, if it can still be told so.
  Status put(const LocalFileRef& file, std::uint64_t part_bytes);
  /// Gone already: fine.
  Status abort(const std::string& id);

 private:
  Result<std::string> begin();
  Status put_parts(const LocalFileRef& file, std::uint64_t part_bytes);
  Status complete();

  S3Client& client_;
  const std::string path_;
  std::string id_;
  std::string parts_;  ///< XML of those that are there
};

}  // namespace im::s3
