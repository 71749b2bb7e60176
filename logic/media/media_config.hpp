#pragma once

#include <string>

#include "common/config/options.hpp"

namespace im::logic {

/// An S3-compatible store for the finished bytes, in place of the folder.
struct MediaS3Config {
  std::string endpoint;
  std::string region = "us-east-1", bucket, prefix, key_id, secret_file, ca_file;
  config::Millis deadline{30000};
};
/// Section "media_s3".
void describe(config::Options& options, MediaS3Config& config);

struct MediaConfig {
  std::string dir;
  std::string origin;
  std::string picture_program;
  config::Bytes max_size{256ULL << 20};
  config::Bytes image_size{32ULL << 20}, voice_size{32ULL << 20}, group_size{0};
  config::Bytes picture_bytes{32ULL << 20};
  config::Bytes day_bytes{2ULL << 30};
  config::Bytes user_bytes{20ULL << 30};
  config::Bytes keep_free{256ULL << 20};
  int user_uploads = 20;
  config::Millis unfinished_ttl{3600000};
  config::Millis unused_ttl{86400000};
  config::Millis link_ttl{300000};
};
/// Section "media".
void describe(config::Options& options, MediaConfig& config);

/// Where the bytes go: media.dir, or "FILE.media" beside the file of an SQLite store; empty: no media.
std::string media_folder(const MediaConfig& config, const std::string& dsn);

}  // namespace im::logic
