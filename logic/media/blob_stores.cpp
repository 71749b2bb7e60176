#include "logic/media/blob_stores.hpp"

#include <stdexcept>

#include "common/base/secret_file.hpp"
#include "logic/media/folder_store.hpp"
#include "logic/media/s3_store.hpp"

namespace im::logic::media {

namespace {

std::string secret_in(const std::string& path) {
  const auto text = read_secret_file(path);
  if (!text) throw std::runtime_error("media_s3.secret_file: " + path + " " + text.error().message);
  std::string line = text.value().substr(0, text.value().find('\n'));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

s3::S3Config s3_config(const MediaS3Config& config) {
  s3::S3Config s3;
  const auto endpoint = client::parse_url(config.endpoint);
  if (!endpoint) throw std::runtime_error("media_s3.endpoint: " + endpoint.error().message);
  s3.endpoint = endpoint.value();
  s3.region = config.region;
  s3.bucket = config.bucket;
  s3.prefix = config.prefix;
  s3.key_id = config.key_id;
  s3.secret = secret_in(config.secret_file);
  s3.ca_file = config.ca_file;
  s3.deadline = config.deadline;
  if (const auto why = s3::problem_of(s3); !why.empty()) throw std::runtime_error("media_s3: " + why);
  return s3;
}

}  // namespace

Result<bool> has_bytes(BlobStore& blobs, const Finished& medium) {
  for (const StoredBytes& stored : stored_bytes_of(medium)) {
    const auto there = blobs.open(stored.name, "");
    if (!there && there.error().code != Error::Code::kNotFound) return there.error();
    if (!there || (stored.count && there.value().size != *stored.count)) return false;
  }
  return true;
}

std::unique_ptr<BlobStore> make_blob_store(const MediaS3Config& s3, const std::string& folder, BlockingPool& pool) {
  if (!s3.endpoint.empty()) return std::make_unique<S3Store>(s3_config(s3));
  return std::make_unique<FolderStore>(folder, pool);
}

}  // namespace im::logic::media
