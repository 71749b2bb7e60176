#include "tools/imctl/chat/chat_media.hpp"

#include <exception>
#include <filesystem>
#include <utility>

#include <boost/asio/post.hpp>

namespace im::imctl {

ChatMedia::ChatMedia(boost::asio::io_context& context, std::string server)
    : context_(context), server_(std::move(server)), thread_([this] { loop(); }) {}

ChatMedia::~ChatMedia() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ChatMedia::put(std::string token, std::string path, std::int64_t conv, Done done) {
  const auto job = [path = std::move(path), conv](const MediaClient& client) {
    return client.put(path, std::filesystem::path(path).filename().string(), "", conv);
  };
  run(std::move(token), job, std::move(done));
}

void ChatMedia::get(std::string token, std::string message, std::string path, Done done) {
  const auto job = [message = std::move(message), path = std::move(path)](const MediaClient& client) {
    const MediaClient::Saved saved = client.get(message, "file", path);
    return saved.path + ", " + std::to_string(saved.size) + " bytes";
  };
  run(std::move(token), job, std::move(done));
}

void ChatMedia::run(std::string token, Job job, Done done) {
  ++under_way_;
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({std::move(token), std::move(job), std::move(done)});
  }
  wake_.notify_one();
}

void ChatMedia::loop() {
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stop_ || !tasks_.empty(); });
    if (stop_) return;
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    perform(task);
  }
}

void ChatMedia::perform(const Task& task) {
  const MediaClient client(server_, task.token, kMediaPatience, &stop_);
  try {
    finish(task.done, task.job(client));
  } catch (const std::exception& failed) {
    finish(task.done, Error{Error::Code::kUnavailable, failed.what()});
  }
}

void ChatMedia::finish(const Done& done, const Result<std::string>& given) {
  if (stop_) return;
  boost::asio::post(context_, [this, done, given] {
    --under_way_;
    done(given);
  });
}

}  // namespace im::imctl
