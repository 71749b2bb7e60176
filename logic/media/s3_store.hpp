#pragma once

#include <string>

#include "common/base/reason_log.hpp"
#include "common/s3/s3_client.hpp"
#include "logic/media/blob_store.hpp"

namespace im::logic::media {

/// Objects in a bucket of an S3-compatible store. Whatever it fails with is kUnavailable here, and in the log, each
/// reason at most once a minute.
class S3Store final : public BlobStore {
 public:
  explicit S3Store(s3::S3Config config) : client_(std::move(config)) {}

  Status put(const std::string& name, const std::string& path) override;
  Result<HttpContent> open(const std::string& name, const std::string& type) override;
  Status remove(const std::string& name) override;
  Status each(const std::string& begin, const See& see) override;
  Status each_unfinished(const std::string& begin, const See& see) override;
  Status remove_unfinished(const std::string& name) override;
  Silence silence() const override { return {client_.is_silent(), client_.unasked()}; }
  bool answers() override;
  void stop() override { client_.stop(); }

 private:
  Error away(const std::string& what, const std::string& name, const Error& why);

  ReasonLog failing_;
  s3::S3Client client_;  ///< goes first: its thread uses the rest
};

}  // namespace im::logic::media
