#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "common/chat_client/chat_core.hpp"

namespace im::chat_client {

namespace json = boost::json;
using std::chrono::milliseconds;
inline constexpr TimePoint kStart{std::chrono::hours(1)};

inline json::object object(const std::string& text) { return json::parse(text).as_object(); }

inline std::string row_text(Seq seq, const std::string& more = "") {
  return R"({"msg_id":"5:)" + std::to_string(seq) + R"(","conv_id":5,"seq":)" + std::to_string(seq) +
         R"(,"prev_seq":)" + std::to_string(seq - 1) + R"(,"kind":"message","type":"text","sender":2,"body":"m)" +
         std::to_string(seq) + R"(","ts":9)" + more + "}";
}

inline std::string page(const std::vector<Seq>& seqs, Seq last, bool more = false, const std::string& epoch = "e1") {
  std::string rows;
  for (const Seq seq : seqs) rows += (rows.empty() ? "" : ",") + row_text(seq);
  return R"({"ok":true,"messages":[)" + rows + R"(],"has_more":)" + (more ? "true" : "false") + R"(,"last_seq":)" +
         std::to_string(last) + R"(,"epoch":")" + epoch + R"("})";
}

/// A core and the other end of its connection.
struct Talk {
  explicit Talk(bool from_read = false) : core(config(from_read), ports()) {}

  static ChatCore::Config config(bool from_read) {
    ChatCore::Config config{"phone", "cli", {}, {}};
    config.sync.from_read = from_read;
    return config;
  }
  ChatCore::Ports ports() {
    ChatCore::Ports out;
    out.write = [this](std::int32_t number, std::string_view body) {
      asked.push_back({number, object(std::string(body))});
    };
    out.row = [this](const Row& row) { shown.push_back(std::to_string(row.seq) + row.body); };
    out.reset = [this] { ++resets; };
    out.event = [this](const json::object& event) { events.push_back(text_of(event, "cmd")); };
    out.drop = [this](const std::string& why) { dropped = why; };
    return out;
  }

  /// The oldest request that was not looked at yet.
  json::object next(const std::string& cmd) {
    EXPECT_FALSE(asked.empty()) << "no " << cmd;
    if (asked.empty()) return {};
    seq = asked.front().first;
    const json::object body = asked.front().second;
    asked.pop_front();
    EXPECT_EQ(text_of(body, "cmd"), cmd);
    return body;
  }
  void answer(const std::string& text) { core.packet(101, seq, text, now); }
  void event(const std::string& members) { core.packet(102, 0, members, now); }
  void message(Seq number, const std::string& epoch = "e1") {
    event(R"({"cmd":"msg.new","epoch":")" + epoch + "\"," + row_text(number).substr(1));
  }
  void pass(int ms) {
    now += milliseconds(ms);
    core.tick(now);
  }
  /// Logged in, with nothing in the store.
  void begin() {
    core.connected(now);
    next("hello");
    answer(R"({"ok":true,"uid":1,"epoch":"e1"})");
    next("sync.all");
    answer(R"({"ok":true,"conversations":[],"has_more":false,"epoch":"e1"})");
  }

  TimePoint now = kStart;
  std::int32_t seq = 0;
  std::deque<std::pair<std::int32_t, json::object>> asked;
  std::vector<std::string> shown, events;
  std::string dropped;
  int resets = 0;
  ChatCore core;
};

}  // namespace im::chat_client
