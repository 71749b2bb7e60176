#include "common/client/http_transfer.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string_view>
#include <system_error>

namespace im::client {

namespace {

using std::chrono::milliseconds;
constexpr std::size_t kMaxHead = 8 * 1024;

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer) {
  auto& to = *static_cast<Transfer*>(transfer);
  if (to.answer.body.size() + size * count > to.max_answer) return 0;  // ends the transfer
  to.answer.body.append(data, size * count);
  return size * count;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  const auto last = text.find_last_not_of(" \t\r\n");
  return first == std::string_view::npos || last == std::string_view::npos || last < first
             ? ""
             : std::string(text.substr(first, last - first + 1));
}

std::size_t on_head(char* data, std::size_t size, std::size_t count, void* transfer) {
  auto& to = *static_cast<Transfer*>(transfer);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) to.head_bytes = 0;  // another head: the one before was informational
  if (line.starts_with("HTTP/")) to.answer.headers.clear();
  to.head_bytes += line.size();
  if (to.head_bytes > kMaxHead) return 0;
  if (const auto colon = line.find(':'); colon != std::string_view::npos)
    to.answer.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
  return line.size();
}

std::size_t on_send(char* into, std::size_t size, std::size_t count, void* transfer) {
  auto& from = *static_cast<Transfer*>(transfer);
  const auto left = from.call.reader->size() - from.sent;
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, size * count));
  if (most == 0) return 0;
  const std::size_t got = from.call.reader->read(from.sent, into, most);
  from.sent += got;
  return got == 0 ? CURL_READFUNC_ABORT : got;
}

/// A body is sent again from its beginning, over a new connection.
int on_seek(void* transfer, curl_off_t to, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Transfer*>(transfer)->sent = static_cast<std::uint64_t>(to);
  return CURL_SEEKFUNC_OK;
}

std::string url_text(const Url& url) {
  return (url.tls ? "https://" : "http://") + url.address.text() + (url.target.empty() ? "/" : url.target);
}

void set_headers(Transfer& transfer) {
  // curl would ask "Expect: 100-continue" before large bodies and wait for servers that do not know it. curl 7.88 signs
  // headers that are taken away so, as if they were sent: a signed call asks, and does not wait.
  if (transfer.call.sign) curl_easy_setopt(transfer.easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L);
  if (!transfer.call.sign) transfer.headers = curl_slist_append(nullptr, "Expect:");
  const auto typed = [](const auto& one) { return curl_strequal(one.first.c_str(), "Content-Type") != 0; };
  // Else curl would call every body a form.
  if (!transfer.call.sign && std::ranges::none_of(transfer.call.headers, typed))
    transfer.headers = curl_slist_append(transfer.headers, "Content-Type:");
  for (const auto& [name, value] : transfer.call.headers)
    transfer.headers = curl_slist_append(transfer.headers, (name + ": " + value).c_str());
  curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, transfer.headers);
}

void set_reader(Transfer& transfer) {
  CURL* easy = transfer.easy;
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(transfer.call.reader->size()));
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_send);
  curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &on_seek);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, &transfer);
}

void set_signature(const Transfer& transfer) {
  const AwsKey& key = *transfer.call.sign;
  curl_easy_setopt(transfer.easy, CURLOPT_AWS_SIGV4, ("aws:amz:" + key.region + ":" + key.service).c_str());
  curl_easy_setopt(transfer.easy, CURLOPT_USERNAME, key.id.c_str());
  curl_easy_setopt(transfer.easy, CURLOPT_PASSWORD, key.secret.c_str());
}

void set_request(Transfer& transfer) {
  CURL* easy = transfer.easy;
  const HttpCall& call = transfer.call;
  curl_easy_setopt(easy, CURLOPT_URL, url_text(call.url).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  if (call.sign) set_signature(transfer);
  if (call.reader) {
    set_reader(transfer);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  } else if (call.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (call.method != "GET" || !call.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
  }
  set_headers(transfer);
}

void set_rules(Transfer& transfer, const HttpClientConfig& config) {
  CURL* easy = transfer.easy;
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a name that is still looked up holds nobody up
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "webrtc-im");
  curl_easy_setopt(easy, CURLOPT_PROXY, config.proxy.c_str());  // "": none, and the environment is not asked
  if (!config.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, config.ca_file.c_str());
  const auto left = std::chrono::duration_cast<milliseconds>(transfer.until - monotonic_now());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, left.count())));
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_head);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
}

}  // namespace

Transfer::~Transfer() {
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
}

void prepare(Transfer& transfer, const HttpClientConfig& config) {
  transfer.easy = curl_easy_init();
  transfer.max_answer = config.max_answer;
  set_rules(transfer, config);
  set_request(transfer);
}

Error error_of(const Transfer& transfer, CURLcode code) {
  if (code == CURLE_OPERATION_TIMEDOUT) return {Error::Code::kTimeout, "no answer in time"};
  if (code == CURLE_WRITE_ERROR) return {Error::Code::kUnavailable, "the answer is too large"};
  if (code == CURLE_GOT_NOTHING) return {Error::Code::kUnavailable, "closed by the other side"};
  if (code == CURLE_PARTIAL_FILE) return {Error::Code::kUnavailable, "closed before the answer was complete"};
  long number = 0;
  curl_easy_getinfo(transfer.easy, CURLINFO_OS_ERRNO, &number);
  const bool system = code == CURLE_COULDNT_CONNECT && number != 0;
  std::string text = system ? std::generic_category().message(static_cast<int>(number))
                            : std::string(transfer.error[0] != 0 ? transfer.error : curl_easy_strerror(code));
  if (system) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return {Error::Code::kUnavailable, std::move(text)};
}

}  // namespace im::client
