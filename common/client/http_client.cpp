#include "common/client/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

#include "common/client/http_transfer.hpp"

namespace im::client {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kIdle{1000};  // how long the thread sleeps when nobody wakes it
using TransferRef = std::shared_ptr<Transfer>;

bool one_line(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

bool clean(const HttpCall& call) {
  return one_line(call.method) && one_line(call.url.target) &&
         std::ranges::all_of(call.headers, [](const auto& one) { return one_line(one.first) && one_line(one.second); });
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

  /// They were never sent: that says nothing of the other side.
  void expire_waiting() {
    const TimePoint now = monotonic_now();
    while (true) {
      const auto late = std::ranges::find_if(waiting, [now](const TransferRef& one) { return one->until <= now; });
      if (late == waiting.end()) return;
      const TransferRef transfer = std::move(*late);
      waiting.erase(late);
      settle(transfer, Error{Error::Code::kOverloaded, "no connection was free in time"});
    }
  }

  milliseconds patience() const {
    milliseconds wait = kIdle;
    for (const TransferRef& one : waiting)
      wait = std::min(wait, std::chrono::duration_cast<milliseconds>(one->until - monotonic_now()) + milliseconds(1));
    return std::max(wait, milliseconds(0));
  }

  void begin(const TransferRef& transfer) {
    prepare(*transfer, config);
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
