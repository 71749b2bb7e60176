#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/client/address.hpp"

namespace im::s3 {

/// An S3-compatible store, and where in it.
struct S3Config {
  client::Url endpoint;  ///< "https://s3.example.com"; buckets are the first part of its paths
  std::string region = "us-east-1", bucket, prefix;
  std::string key_id, secret;
  std::string ca_file;                        ///< PEM; empty = whom the system believes
  std::chrono::milliseconds deadline{30000};  ///< of one call
  std::chrono::milliseconds quick{5000};      ///< the same of one that has no bytes (HEAD, DELETE), where that is less
  std::chrono::milliseconds probe{5000};      ///< of a silent store one call in so long finds out whether it answers
  std::uint64_t part_bytes = 8ULL << 20;      ///< larger files go up in parts of so many bytes
};

/// "" or what is wrong with it: names that would have to be escaped in an address.
std::string problem_of(const S3Config& config);

}  // namespace im::s3
