#include "common/s3/s3_upload.hpp"

#include <algorithm>

#include "common/keys/digest.hpp"

namespace im::s3 {

namespace {

constexpr std::uint64_t kMostParts = 10000;  // S3 takes no more

void set_hash(client::HttpCall& call, const std::string& hash) { call.headers.front().second = hash; }

/// In text of an element.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

}  // namespace

Status put_part(S3Client& client, const std::string& target, const FilePart& part, std::string* etag) {
  auto call = client.call("PUT", target);
  const auto hash = part.sha256();
  if (!hash) return hash.error();
  set_hash(call, hash.value());
  call.reader = std::make_shared<FilePart>(part);
  const auto answer = client.ask(call);
  if (!answer) return answer.error();
  if (etag == nullptr) return Ok{};
  for (const auto& [name, value] : answer.value().headers)
    if (name == "etag") *etag = value;
  return etag->empty() ? Status(Error{Error::Code::kUnavailable, "the S3 store gives no ETag"}) : Status(Ok{});
}

Result<std::string> PartsUpload::begin() {
  auto call = client_.call("POST", path_ + "?uploads=");
  const auto answer = client_.ask(call);
  if (!answer) return answer.error();
  std::string id = element(answer.value().body, "UploadId");
  if (id.empty()) return Error{Error::Code::kUnavailable, "the S3 store begins no upload"};
  return id;
}

Status PartsUpload::put_parts(const LocalFileRef& file, std::uint64_t part_bytes) {
  const std::uint64_t most = std::max(part_bytes, file->size() / kMostParts + 1);
  int number = 0;
  for (std::uint64_t at = 0; at < file->size(); at += most) {
    const std::string name = std::to_string(++number);
    std::string etag;
    const FilePart part(file, at, std::min(most, file->size() - at));
    const std::string target = path_ + "?partNumber=" + name + "&uploadId=" + client::percent_encode(id_);
    if (auto put = put_part(client_, target, part, &etag); !put) return put;
    parts_ += "<Part><PartNumber>" + name + "</PartNumber><ETag>" + escaped(etag) + "</ETag></Part>";
  }
  return Ok{};
}

/// 200 may come before the store knows; then the body says that it failed.
Status PartsUpload::complete() {
  auto call = client_.call("POST", path_ + "?uploadId=" + client::percent_encode(id_));
  call.body = "<CompleteMultipartUpload>" + parts_ + "</CompleteMultipartUpload>";
  set_hash(call, sha256_hex(call.body));
  const auto answer = client_.ask(call);
  if (!answer) return answer.error();
  if (answer.value().body.find("<CompleteMultipartUploadResult") != std::string::npos) return Ok{};
  return Error{Error::Code::kUnavailable, "the S3 store does not complete an upload"};
}

Status PartsUpload::put(const LocalFileRef& file, std::uint64_t part_bytes) {
  auto id = begin();
  if (!id) return id.error();
  id_ = std::move(id.value());
  auto done = put_parts(file, part_bytes);
  if (done) done = complete();
  if (!done) abort(id_);
  return done;
}

Status PartsUpload::abort(const std::string& id) {
  const auto gone = client_.ask(client_.call("DELETE", path_ + "?uploadId=" + client::percent_encode(id)));
  return gone || gone.error().code == Error::Code::kNotFound ? Status(Ok{}) : Status(gone.error());
}

}  // namespace im::s3
