#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "common/http/http_server.hpp"
#include "tests/unit/http/raw_client.hpp"

namespace im {

inline HttpResponse text(std::string body) {
  return {.status = 200, .content_type = "text/plain", .body = std::move(body), .headers = {}};
}

/// A server on a free port with handlers of every temper.
class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() { config.linger_timeout_ms = 100; }
  ~HttpServerTest() override {
    const std::lock_guard lock(mutex_);
    held_.clear();
  }

  void start() {
    server = std::make_unique<HttpServer>(config);
    server->route("GET", "/hello", [](const HttpRequest&, const HttpReply& reply) { reply(text("hello")); });
    server->route("POST", "/body",
                  [](const HttpRequest& request, const HttpReply& reply) { reply(text(request.body)); });
    server->route("GET", "/drop", [](const HttpRequest&, const HttpReply&) {});
    server->route("GET", "/throw", [](const HttpRequest&, const HttpReply&) { throw std::runtime_error("broken"); });
    server->route("GET", "/later", [this](const HttpRequest& request, HttpReply reply) {
      const std::lock_guard lock(mutex_);
      held_[*request.parameter("id")] = std::move(reply);
      arrived_.notify_all();
    });
    server->start();
  }
  /// Answers the request /later?id=ID, which may still be under way.
  void answer(const std::string& id) {
    HttpReply reply;
    {
      std::unique_lock lock(mutex_);
      ASSERT_TRUE(arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return held_.contains(id); }));
      reply = std::move(held_[id]);
      held_.erase(id);
    }
    reply(text(id));
  }
  void wait_for_request(const std::string& id) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(arrived_.wait_for(lock, std::chrono::seconds(10), [&] { return held_.contains(id); }));
  }
  RawClient connect() const { return RawClient(server->port()); }
  static std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
  }
  /// Sends it on a connection of its own: this status, and the connection closed.
  void expect_refused(const std::string& bytes, int status, const std::string& message) {
    RawClient client(server->port());
    client.send(bytes);
    const RawResponse response = client.response();
    EXPECT_EQ(response.status, status) << bytes;
    EXPECT_NE(response.body.find(message), std::string::npos) << response.body;
    EXPECT_NE(response.head.find("Connection: close\r\n"), std::string::npos) << response.head;
    EXPECT_TRUE(client.closed()) << bytes;
  }

  HttpServerConfig config;
  std::unique_ptr<HttpServer> server;

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::string, HttpReply> held_;
};

}  // namespace im
