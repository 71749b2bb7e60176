#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/breaker.hpp"
#include "common/client/http_client.hpp"
#include "common/s3/s3_answers.hpp"
#include "common/s3/s3_config.hpp"

namespace im::s3 {

/// Objects of one bucket below one prefix. What blocks, blocks no longer than three deadlines, but put() and what
/// lists, which are many calls. Where three calls in a row had no answer, those that follow fail at once (kTimeout);
/// one in five seconds (S3Config::probe) finds out whether the store answers again (decision 116). A call for which no
/// connection was free in time (kOverloaded) was never sent and is not among the three. Any thread.
class S3Client {
 public:
  explicit S3Client(S3Config config);

  /// The bytes of a local file; of a large one in parts. What an attempt that was cut off left of it goes.
  Status put(const std::string& name, const std::string& path);
  /// kNotFound.
  Result<std::uint64_t> size(const std::string& name);
  /// `done`: those bytes, on the client's thread; must not block.
  void read(const std::string& name, std::uint64_t first, std::uint64_t count,
            std::function<void(Result<std::string>)> done);
  /// With what an unfinished put() left. Not there: fine.
  Status remove(const std::string& name);
  using See = std::function<bool(const std::string& name)>;
  /// Every name that begins so, in order, a thousand with a call, until `see` says false.
  Status each(const std::string& begin, const See& see);
  /// The same of the names of which an unfinished put() left something.
  Status each_unfinished(const std::string& begin, const See& see);
  /// That goes; an object of this name stays.
  Status remove_unfinished(const std::string& name);
  /// Calls fail at once. The log has one line when that begins and one when it ends.
  bool is_silent() const { return breaker_.is_open(); }
  /// Calls that failed so.
  std::uint64_t unasked() const { return breaker_.refused(); }
  /// Calls under way end with kUnavailable.
  void stop() { http_.stop(); }

  /// For s3_upload.cpp: one call, again while the store fails but answers. A status that is no success is an Error.
  Result<client::HttpAnswer> ask(const client::HttpCall& call);
  client::HttpCall call(const std::string& method, const std::string& target) const;
  std::string path_of(const std::string& name) const { return "/" + config_.bucket + "/" + config_.prefix + name; }

 private:
  /// Every call goes through it; `done` comes on any thread.
  void send(client::HttpCall call, client::HttpClient::Done done);
  void note(const Result<client::HttpAnswer>& answer, TimePoint begun);
  Result<client::HttpAnswer> ask_once(const client::HttpCall& call);
  Status each_upload(const std::string& begin, const std::function<bool(const OpenUpload&)>& see);
  Result<OpenUploads> uploads(const std::string& begin, const OpenUpload& behind);
  Result<Listed> page(const std::string& begin, const std::string& from);

  const S3Config config_;
  Breaker breaker_;
  client::HttpClient http_;  ///< goes first: its thread uses the rest
};

}  // namespace im::s3
