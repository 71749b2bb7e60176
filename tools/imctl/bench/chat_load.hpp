#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/chat_client/chat_client.hpp"
#include "tools/imctl/bench/chat_ledger.hpp"
#include "tools/imctl/bench/chat_users.hpp"

namespace im::imctl {

struct ChatLoadSettings {
  std::vector<client::Address> comets;
  std::size_t conversations = 50;
  double rate = 500;                ///< messages per second
  double churn = 0;                 ///< connections per second that are cut and made again on the next comet
  std::chrono::seconds length{60};  ///< 0: until stop()
  std::chrono::seconds settle{60};  ///< at most, for what was not answered or not heard yet
  std::uint64_t seed = 1;
};

/// Users who write to each other in pairs at a fixed rate, open loop, over connections that come back; everything goes
/// into a ledger. One thread, that of the context.
class ChatLoad {
 public:
  ChatLoad(boost::asio::io_context& context, ChatLoadSettings settings, const std::vector<ChatUser>& users);
  ~ChatLoad();

  /// `begun` is called when all devices are there, `ended` when nothing more is expected, or the time for it is over.
  void start(std::function<void()> begun, std::function<void()> ended);
  /// Ends the sending early.
  void stop() { sending_until_ = {}; }

  /// Everything of every conversation, read anew; `then` gets false when it could not be read.
  void read_store(std::function<void(bool)> then);
  ChatLedger::Counters judge() const { return ledger_.judge(store_); }
  const ChatLedger& ledger() const { return ledger_; }
  std::size_t devices() const { return devices_.size(); }
  std::size_t present() const;
  std::uint64_t held() const { return held_; }
  std::uint64_t resets() const { return resets_; }
  std::uint64_t losses() const { return losses_; }

 private:
  struct Device {
    std::unique_ptr<chat_client::ChatClient> client;
    bool there = false;
  };
  struct Pair {
    std::vector<std::size_t> devices;  ///< of both users
    std::vector<std::int64_t> peers;   ///< whom each of them writes to
    ChatLedger::Conv conv = 0;
  };

  void add_device(const ChatTokens& tokens);
  void open_pair(std::size_t index);
  void send_due();
  void send_one();
  void cut_one();
  void after(std::chrono::milliseconds wait, void (ChatLoad::*then)());
  void begin();
  void settle();
  void give_up_reading();
  void read_page(std::size_t pair, chat_client::Seq after_seq);

  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  ChatLoadSettings settings_;
  std::mt19937_64 random_;
  ChatLedger ledger_;
  std::vector<Device> devices_;
  std::vector<Pair> pairs_;
  std::map<ChatLedger::Conv, std::vector<chat_client::Row>> store_;
  std::function<void()> begun_, ended_;
  std::function<void(bool)> read_;
  TimePoint started_, sending_until_, settle_until_, next_cut_;
  std::uint64_t made_ = 0, held_ = 0, resets_ = 0, losses_ = 0;
  std::size_t opened_ = 0;
  bool settling_ = false;
};

}  // namespace im::imctl
