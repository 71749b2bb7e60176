#include "common/s3/s3_client.hpp"

#include <future>
#include <thread>

#include "common/s3/s3_upload.hpp"

namespace im::s3 {

namespace {

constexpr std::size_t kConnections = 64, kWaiting = 4096;
constexpr std::size_t kMostAnswer = 4U << 20;
constexpr int kTries = 3;
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

bool is_success(int status) { return status >= 200 && status < 300; }

/// Worth another try at once: the store says that it has a bad moment.
bool may_pass(const Result<client::HttpAnswer>& answer) {
  return answer ? answer.value().status >= 500 : answer.error().code == Error::Code::kUnavailable;
}

}  // namespace

S3Client::S3Client(S3Config config) : config_(std::move(config)), http_(http_config(config_)) {}

client::HttpCall S3Client::call(const std::string& method, const std::string& target) const {
  client::HttpCall call;
  call.method = method;
  call.url = config_.endpoint;
  call.url.target = target;
  call.headers = {{"x-amz-content-sha256", kEmptyHash}, {"Content-Type", "application/octet-stream"}};
  call.deadline = config_.deadline;
  call.sign = client::AwsKey{config_.key_id, config_.secret, config_.region, "s3"};
  return call;
}

Result<client::HttpAnswer> S3Client::ask_once(const client::HttpCall& call) {
  std::promise<Result<client::HttpAnswer>> said;
  http_.send(call, [&said](Result<client::HttpAnswer> answer) { said.set_value(std::move(answer)); });
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
  if (auto aborted = abort_uploads(name); !aborted) return aborted;
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
  http_.send(std::move(get), [count, done = std::move(done)](Result<client::HttpAnswer> answer) {
    if (!answer) return done(answer.error());
    if (!is_success(answer.value().status)) return done(error_of(answer.value()));
    if (answer.value().body.size() != count)
      return done(Error{Error::Code::kUnavailable, "the S3 store gives other bytes than asked for"});
    done(std::move(answer.value().body));
  });
}

Status S3Client::remove(const std::string& name) {
  if (auto aborted = abort_uploads(name); !aborted) return aborted;
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

Status S3Client::each(const std::string& begin, const std::function<void(const std::string& name)>& see) {
  std::string from;
  do {
    auto listed = page(begin, from);
    if (!listed) return listed.error();
    for (const std::string& key : listed.value().keys)
      if (key.starts_with(config_.prefix)) see(key.substr(config_.prefix.size()));
    from = listed.value().next;
  } while (!from.empty());
  return Ok{};
}

Result<std::vector<OpenUpload>> S3Client::uploads(const std::string& begin) {
  const auto answer = ask(
      call("GET", "/" + config_.bucket + "?prefix=" + client::percent_encode(config_.prefix + begin) + "&uploads="));
  if (!answer) return answer.error();
  return read_uploads(answer.value().body);
}

Result<std::vector<std::string>> S3Client::unfinished(const std::string& begin) {
  auto open = uploads(begin);
  if (!open) return open.error();
  std::vector<std::string> names;
  for (const OpenUpload& upload : open.value())
    if (upload.key.starts_with(config_.prefix)) names.push_back(upload.key.substr(config_.prefix.size()));
  return names;
}

Status S3Client::abort_uploads(const std::string& name) {
  auto open = uploads(name);
  if (!open) return open.error();
  for (const OpenUpload& upload : open.value())
    if (upload.key == config_.prefix + name)
      if (auto gone = PartsUpload(*this, path_of(name)).abort(upload.id); !gone) return gone;
  return Ok{};
}

}  // namespace im::s3
