#include "common/client/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <curl/curl.h>
#include <deque>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

#include "common/base/clock.hpp"

namespace im::client {

namespace {

using std::chrono::milliseconds;
constexpr std::size_t kMaxHead = 8 * 1024;
constexpr milliseconds kIdle{1000};  // how long the thread sleeps when nobody wakes it

/// One call, from send() to its answer. The client's thread only, once it is queued.
struct Transfer {
  HttpCall call;
  HttpClient::Done done;
  TimePoint until;
  std::size_t max_answer = 0;
  HttpAnswer answer;
  std::size_t head_bytes = 0;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  char error[CURL_ERROR_SIZE] = {};

  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
};
using TransferRef = std::shared_ptr<Transfer>;

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* transfer) {
  auto& to = *static_cast<Transfer*>(transfer);
  if (to.answer.body.size() + size * count > to.max_answer) return 0;  // ends the transfer
  to.answer.body.append(data, size * count);
  return size * count;
}

std::size_t on_head(char* data, std::size_t size, std::size_t count, void* transfer) {
  auto& to = *static_cast<Transfer*>(transfer);
  const std::string_view line(data, size * count);
  if (line.starts_with("HTTP/")) to.head_bytes = 0;  // another head: the one before was informational
  to.head_bytes += line.size();
  return to.head_bytes > kMaxHead ? 0 : line.size();
}

std::string url_text(const Url& url) {
  return (url.tls ? "https://" : "http://") + url.address.text() + (url.target.empty() ? "/" : url.target);
}

bool one_line(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

bool clean(const HttpCall& call) {
  return one_line(call.method) && one_line(call.url.target) &&
         std::ranges::all_of(call.headers, [](const auto& one) { return one_line(one.first) && one_line(one.second); });
}

void set_headers(Transfer& transfer) {
  // curl would ask "Expect: 100-continue" before large bodies and wait for servers that do not know it.
  transfer.headers = curl_slist_append(nullptr, "Expect:");
  const auto typed = [](const auto& one) { return curl_strequal(one.first.c_str(), "Content-Type") != 0; };
  // Else curl would call every body a form.
  if (std::ranges::none_of(transfer.call.headers, typed))
    transfer.headers = curl_slist_append(transfer.headers, "Content-Type:");
  for (const auto& [name, value] : transfer.call.headers)
    transfer.headers = curl_slist_append(transfer.headers, (name + ": " + value).c_str());
  curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, transfer.headers);
}

void set_request(Transfer& transfer) {
  CURL* easy = transfer.easy;
  const HttpCall& call = transfer.call;
  curl_easy_setopt(easy, CURLOPT_URL, url_text(call.url).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  if (call.method == "HEAD") {
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

/// The system's word where there is one ("connection refused"), else curl's.
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

}  // namespace

struct HttpClient::Impl {
  explicit Impl(HttpClientConfig wanted) : config(std::move(wanted)) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    multi = ready == CURLE_OK ? curl_multi_init() : nullptr;
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(config.connections));
    thread = std::thread([this] { run(); });
  }
  ~Impl() { curl_multi_cleanup(multi); }

  void settle(const TransferRef& transfer, Result<HttpAnswer> result) {
    open_calls.fetch_sub(1);
    transfer->done(std::move(result));
  }

  void run() {
    while (!stopped) {
      take_new();
      expire_waiting();
      while (!waiting.empty() && running.size() < config.connections) {
        begin(waiting.front());
        waiting.pop_front();
      }
      int handles = 0;
      curl_multi_perform(multi, &handles);
      if (end_finished()) continue;
      curl_multi_poll(multi, nullptr, 0, static_cast<int>(patience().count()), nullptr);
    }
    abandon();
  }

  void take_new() {
    const std::lock_guard lock(mutex);
    std::ranges::move(incoming, std::back_inserter(waiting));
    incoming.clear();
  }

  void expire_waiting() {
    const TimePoint now = monotonic_now();
    while (true) {
      const auto late = std::ranges::find_if(waiting, [now](const TransferRef& one) { return one->until <= now; });
      if (late == waiting.end()) return;
      const TransferRef transfer = std::move(*late);
      waiting.erase(late);
      settle(transfer, Error{Error::Code::kTimeout, "no answer in time"});
    }
  }

  milliseconds patience() const {
    milliseconds wait = kIdle;
    for (const TransferRef& one : waiting)
      wait = std::min(wait, std::chrono::duration_cast<milliseconds>(one->until - monotonic_now()) + milliseconds(1));
    return std::max(wait, milliseconds(0));
  }

  void begin(const TransferRef& transfer) {
    transfer->easy = curl_easy_init();
    transfer->max_answer = config.max_answer;
    set_rules(*transfer, config);
    set_request(*transfer);
    curl_multi_add_handle(multi, transfer->easy);
    running.push_back(transfer);
  }

  bool end_finished() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      const CURLcode code = message->data.result;
      const auto found =
          std::ranges::find_if(running, [easy = message->easy_handle](const auto& one) { return one->easy == easy; });
      const TransferRef transfer = std::move(*found);
      running.erase(found);
      curl_multi_remove_handle(multi, transfer->easy);
      end(transfer, code);
    }
    return any;
  }

  void end(const TransferRef& transfer, CURLcode code) {
    if (code != CURLE_OK) return settle(transfer, error_of(*transfer, code));
    long status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    transfer->answer.status = static_cast<int>(status);
    settle(transfer, std::move(transfer->answer));
  }

  void abandon() {
    take_new();
    for (const TransferRef& one : running) curl_multi_remove_handle(multi, one->easy);
    for (auto* calls : {&running, &waiting})
      for (const TransferRef& one : *calls) settle(one, Error{Error::Code::kUnavailable, "stopping"});
    running.clear();
    waiting.clear();
  }

  const HttpClientConfig config;
  std::atomic<std::size_t> open_calls{0};
  std::atomic<bool> stopped{false};
  CURLM* multi = nullptr;
  std::mutex mutex;
  bool closed = false;                       ///< guarded: nothing is taken any more
  std::vector<TransferRef> incoming;         ///< guarded
  std::deque<TransferRef> waiting, running;  ///< the client's thread only
  std::thread thread;
};

HttpClient::HttpClient(HttpClientConfig config) : impl_(std::make_unique<Impl>(std::move(config))) {}
HttpClient::~HttpClient() { stop(); }

void HttpClient::send(HttpCall call, Done done) {
  Impl& impl = *impl_;
  if (!clean(call)) return done(Error{Error::Code::kInvalid, "a line break in a request"});
  if (impl.open_calls.fetch_add(1) >= impl.config.connections + impl.config.waiting) {
    impl.open_calls.fetch_sub(1);
    return done(Error{Error::Code::kOverloaded, "too many calls wait for an answer"});
  }
  const auto transfer = std::make_shared<Transfer>();
  transfer->until = monotonic_now() + call.deadline;
  transfer->call = std::move(call);
  transfer->done = std::move(done);
  {
    const std::lock_guard lock(impl.mutex);
    if (!impl.closed) impl.incoming.push_back(transfer);
    if (!impl.closed) curl_multi_wakeup(impl.multi);
    if (!impl.closed) return;
  }
  impl.settle(transfer, Error{Error::Code::kUnavailable, "stopping"});
}

std::size_t HttpClient::open() const { return impl_->open_calls; }

void HttpClient::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    if (std::exchange(impl_->closed, true)) return;
  }
  impl_->stopped = true;
  curl_multi_wakeup(impl_->multi);
  if (impl_->thread.joinable()) impl_->thread.join();
}

}  // namespace im::client
