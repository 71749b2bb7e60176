#include "common/s3/s3_client.hpp"

#include <algorithm>
#include <future>
#include <thread>

#include "common/base/log.hpp"
#include "common/s3/pages_seen.hpp"
#include "common/s3/s3_upload.hpp"

namespace im::s3 {

namespace {

constexpr std::size_t kConnections = 64, kWaiting = 4096;
constexpr std::size_t kMostAnswer = 4U << 20;
constexpr int kTries = 3;
constexpr int kUnanswered = 3;
constexpr std::chrono::milliseconds kPause{200};
// Of no bytes.
constexpr const char* kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

client::HttpClientConfig http_config(const S3Config& config) {
  client::HttpClientConfig http;
  http.connections = kConnections;
  http.waiting = kWaiting;
  http.max_answer = kMostAnswer;
  http.ca_file = config.ca_file;
  return http;
}

std::string text_of(const OpenUpload& upload) { return upload.key.empty() ? "" : upload.key + "\n" + upload.id; }

bool is_success(int status) { return status >= 200 && status < 300; }

/// Worth another try at once: the store says that it has a bad moment.
bool may_pass(const Result<client::HttpAnswer>& answer) {
  return answer ? answer.value().status >= 500 : answer.error().code == Error::Code::kUnavailable;
}

}  // namespace

S3Client::S3Client(S3Config config)
    : config_(std::move(config)),
      breaker_({.unanswered = kUnanswered, .pause = config_.probe}),
      http_(http_config(config_)) {}

client::HttpCall S3Client::call(const std::string& method, const std::string& target) const {
  client::HttpCall call;
  call.method = method;
  call.url = config_.endpoint;
  call.url.target = target;
  call.headers = {{"x-amz-content-sha256", kEmptyHash}, {"Content-Type", "application/octet-stream"}};
  call.deadline = method == "HEAD" || method == "DELETE" ? std::min(config_.quick, config_.deadline) : config_.deadline;
  call.sign = client::AwsKey{config_.key_id, config_.secret, config_.region, "s3"};
  return call;
}

void S3Client::send(client::HttpCall call, client::HttpClient::Done done) {
  const TimePoint begun = monotonic_now();
  if (!breaker_.admit(begun)) return done(Error{Error::Code::kTimeout, "the S3 store does not answer"});
  http_.send(std::move(call), [this, begun, done = std::move(done)](Result<client::HttpAnswer> answer) {
    note(answer, begun);
    done(std::move(answer));
  });
}

/// A store that refuses connections neither answers nor keeps anybody waiting.
void S3Client::note(const Result<client::HttpAnswer>& answer, TimePoint begun) {
  const bool is_silence = !answer && answer.error().code == Error::Code::kTimeout;
  if (is_silence && breaker_.unanswered(monotonic_now(), begun))
    log::warn("the S3 store does not answer: calls fail at once until it does", {{"bucket", config_.bucket}});
  if (answer && breaker_.answered(monotonic_now()))
    log::info("the S3 store answers again", {{"bucket", config_.bucket}, {"unasked", breaker_.refused()}});
}

Result<client::HttpAnswer> S3Client::ask_once(const client::HttpCall& call) {
  std::promise<Result<client::HttpAnswer>> said;
  send(call, [&said](Result<client::HttpAnswer> answer) { said.set_value(std::move(answer)); });
  return said.get_future().get();
}

Result<client::HttpAnswer> S3Client::ask(const client::HttpCall& call) {
  for (int tried = 1;; ++tried) {
    auto answer = ask_once(call);
    if (answer && is_success(answer.value().status)) return answer;
    if (!may_pass(answer) || tried == kTries) return answer ? error_of(answer.value()) : answer.error();
    std::this_thread::sleep_for(kPause * tried);
  }
}

Status S3Client::put(const std::string& name, const std::string& path) {
  auto file = LocalFile::open(path);
  if (!file) return file.error();
  if (file.value()->size() <= config_.part_bytes)
    return put_part(*this, path_of(name), {file.value(), 0, file.value()->size()}, nullptr);
  if (auto aborted = remove_unfinished(name); !aborted) return aborted;
  return PartsUpload(*this, path_of(name)).put(file.value(), config_.part_bytes);
}

Result<std::uint64_t> S3Client::size(const std::string& name) {
  const auto answer = ask(call("HEAD", path_of(name)));
  if (!answer) return answer.error();
  for (const auto& [field, value] : answer.value().headers)
    if (field == "content-length") return std::strtoull(value.c_str(), nullptr, 10);
  return Error{Error::Code::kUnavailable, "the S3 store does not say how long a thing is"};
}

void S3Client::read(const std::string& name, std::uint64_t first, std::uint64_t count,
                    std::function<void(Result<std::string>)> done) {
  auto get = call("GET", path_of(name));
  get.headers.emplace_back("Range", "bytes=" + std::to_string(first) + "-" + std::to_string(first + count - 1));
  send(std::move(get), [count, done = std::move(done)](Result<client::HttpAnswer> answer) {
    if (!answer) return done(answer.error());
    if (!is_success(answer.value().status)) return done(error_of(answer.value()));
    if (answer.value().body.size() != count)
      return done(Error{Error::Code::kUnavailable, "the S3 store gives other bytes than asked for"});
    done(std::move(answer.value().body));
  });
}

Status S3Client::remove(const std::string& name) {
  if (auto aborted = remove_unfinished(name); !aborted) return aborted;
  const auto gone = ask(call("DELETE", path_of(name)));
  return gone || gone.error().code == Error::Code::kNotFound ? Status(Ok{}) : Status(gone.error());
}

Result<Listed> S3Client::page(const std::string& begin, const std::string& from) {
  const std::string token = from.empty() ? "" : "continuation-token=" + client::percent_encode(from) + "&";
  // In the order in which they are signed.
  const auto answer = ask(call("GET", "/" + config_.bucket + "?" + token + "list-type=2&max-keys=1000&prefix=" +
                                          client::percent_encode(config_.prefix + begin)));
  if (!answer) return answer.error();
  return read_list(answer.value().body);
}

Status S3Client::each(const std::string& begin, const See& see) {
  std::string from;
  PagesSeen seen;
  do {
    auto listed = page(begin, from);
    if (!listed) return listed.error();
    const auto& keys = listed.value().keys;
    if (auto moved = seen.add(keys.empty() ? "" : keys.front(), listed.value().next); !moved) return moved;
    for (const std::string& key : keys)
      if (key.starts_with(config_.prefix) && !see(key.substr(config_.prefix.size()))) return Ok{};
    from = listed.value().next;
  } while (!from.empty());
  return Ok{};
}

Result<OpenUploads> S3Client::uploads(const std::string& begin, const OpenUpload& behind) {
  // In the order in which they are signed.
  std::string query = "max-uploads=1000&prefix=" + client::percent_encode(config_.prefix + begin);
  if (!behind.key.empty())
    query = "key-marker=" + client::percent_encode(behind.key) + "&" + query +
            "&upload-id-marker=" + client::percent_encode(behind.id);
  const auto answer = ask(call("GET", "/" + config_.bucket + "?" + query + "&uploads="));
  if (!answer) return answer.error();
  return read_uploads(answer.value().body);
}

Status S3Client::each_upload(const std::string& begin, const std::function<bool(const OpenUpload&)>& see) {
  OpenUpload behind;
  PagesSeen seen;
  do {
    auto open = uploads(begin, behind);
    if (!open) return open.error();
    const auto& found = open.value().uploads;
    if (auto moved = seen.add(found.empty() ? "" : text_of(found.front()), text_of(open.value().next)); !moved)
      return moved;
    for (const OpenUpload& upload : found)
      if (upload.key.starts_with(config_.prefix) && !see(upload)) return Ok{};
    behind = std::move(open.value().next);
  } while (!behind.key.empty());
  return Ok{};
}

Status S3Client::each_unfinished(const std::string& begin, const See& see) {
  return each_upload(begin, [&](const OpenUpload& open) { return see(open.key.substr(config_.prefix.size())); });
}

Status S3Client::remove_unfinished(const std::string& name) {
  std::vector<std::string> ids;
  auto seen = each_upload(name, [&](const OpenUpload& open) {
    if (open.key == config_.prefix + name) ids.push_back(open.id);
    return true;
  });
  if (!seen) return seen;
  for (const std::string& id : ids)
    if (auto gone = PartsUpload(*this, path_of(name)).abort(id); !gone) return gone;
  return Ok{};
}

}  // namespace im::s3
