#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/chat_client/chat_client.hpp"
#include "tools/imctl/bench/chat_end.hpp"
#include "tools/imctl/bench/chat_ledger.hpp"
#include "tools/imctl/bench/chat_talks.hpp"
#include "tools/imctl/bench/chat_users.hpp"
#include "tools/imctl/bench/settling.hpp"

namespace im::imctl {

struct ChatLoadSettings {
  std::vector<client::Address> comets;
  std::size_t conversations = 50;  ///< of two
  std::size_t groups = 5, members = 8;
  double rate = 500;                ///< messages per second
  double reads = 10;                ///< read marks per second
  double churn = 0;                 ///< connections per second that are cut and made again on the next comet
  std::chrono::seconds length{60};  ///< 0: until stop()
  std::chrono::seconds settle{60};  ///< without anything new, until what was not answered or not heard is missing
  std::uint64_t seed = 1;
};

/// Users who write to each other in pairs and groups at a fixed rate, and mark as read what they showed, open loop,
/// over connections that come back; everything goes into a ledger. One thread, that of the context.
class ChatLoad {
 public:
  ChatLoad(boost::asio::io_context& context, ChatLoadSettings settings, const std::vector<ChatUser>& users);
  ~ChatLoad();

  /// `begun` is called when all devices are there, `ended` when nothing more is expected, or the time for it is over.
  void start(std::function<void()> begun, std::function<void()> ended);
  /// Ends the sending early.
  void stop() { sending_until_ = {}; }

  /// Everything of every conversation and every list, read anew; `then` gets what could not be read, or "".
  void read_end(std::function<void(const std::string& problem)> then);
  ChatLedger::Counters judge();
  const ChatLedger& ledger() const { return ledger_; }
  std::size_t devices() const { return devices_.size(); }
  /// Devices that are there; of the moment in which the ledger was closed, once it is.
  std::size_t present() const;
  Duration settled_for() const { return settling_.lasted(); }
  std::uint64_t held() const { return held_; }
  std::uint64_t resets() const { return resets_; }
  std::uint64_t losses() const { return losses_; }

 private:
  struct Device {
    std::unique_ptr<chat_client::ChatClient> client;
    bool there = false;
  };
  struct Conversation {
    Talk talk;
    std::vector<std::size_t> devices;  ///< of all members
    ChatLedger::Conv conv = 0;
  };

  void add_device(const ChatTokens& tokens);
  void open(std::size_t index);
  boost::json::object opening(const Talk& talk) const;
  void do_due();
  void send_one();
  void read_one();
  void cut_one();
  void after(std::chrono::milliseconds wait, void (ChatLoad::*then)());
  void begin();
  void settle();
  bool all_is_told() const;
  void read_on();

  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  ChatLoadSettings settings_;
  std::mt19937_64 random_;
  ChatLedger ledger_;
  std::vector<Device> devices_;
  std::vector<std::int64_t> uids_;                 ///< of the users
  std::vector<std::vector<std::size_t>> of_user_;  ///< their devices
  std::vector<Conversation> conversations_;
  std::unique_ptr<ChatEnd> end_;
  std::function<void()> begun_, ended_;
  std::function<void(const std::string&)> read_;
  TimePoint started_, sending_until_, next_cut_, next_read_;
  Settling settling_;
  std::optional<std::size_t> present_at_end_;
  std::uint64_t made_ = 0, held_ = 0, resets_ = 0, losses_ = 0;
  std::size_t opened_ = 0;
  bool looked_ = false;
};

}  // namespace im::imctl
