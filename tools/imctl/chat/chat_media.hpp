#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "common/base/result.hpp"
#include "tools/imctl/media_client.hpp"

namespace im::imctl {

/// Files of messages, up and down, while the chat goes on: one after the other, on a thread of its own. Its methods:
/// the context's thread.
class ChatMedia {
 public:
  /// What the job gave, on the context's thread; not called any more once this has ended.
  using Done = std::function<void(const Result<std::string>& given)>;
  ChatMedia(boost::asio::io_context& context, std::string server);
  /// What is under way is given up.
  ~ChatMedia();
  ChatMedia(const ChatMedia&) = delete;
  ChatMedia& operator=(const ChatMedia&) = delete;

  /// A file for a conversation; gives the id of the medium.
  void put(std::string token, std::string path, std::int64_t conv, Done done);
  /// What hangs on a message ("CONV:SEQ"), into the file `path`, if any; gives "PATH, N bytes".
  void get(std::string token, std::string message, std::string path, Done done);
  bool busy() const { return under_way_ > 0; }
  int under_way() const { return under_way_; }

 private:
  using Job = std::function<std::string(const MediaClient& client)>;
  struct Task {
    std::string token;
    Job job;
    Done done;
  };
  void run(std::string token, Job job, Done done);
  void loop();
  void perform(const Task& task);
  void finish(const Done& done, const Result<std::string>& given);

  boost::asio::io_context& context_;
  const std::string server_;
  int under_way_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;  ///< under mutex_
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace im::imctl
