#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/base/clock.hpp"
#include "common/chat_client/row.hpp"

namespace im::imctl {

/// What was sent, what was acknowledged, who heard of it and who showed it; and what of the promises of chat
/// (docs/chat.md) was not kept. Pure: times are passed in. Messages are told apart by their text.
class ChatLedger {
 public:
  using Device = std::size_t;
  using Conv = chat_client::ConvId;
  using Seq = chat_client::Seq;
  using Uid = std::int64_t;
  /// The rows of each conversation, as a reader finds them at the end.
  using Store = std::map<Conv, std::vector<chat_client::Row>>;

  /// The device of a member. All before the first message.
  void member(Device device, Conv conv, Uid uid);
  void sent(const std::string& text, Device from, TimePoint at);
  void acked(const std::string& text, Conv conv, Seq seq, TimePoint at);
  void refused(const std::string& text);
  /// This device is there, and knows all there is; or is not.
  void present(Device device, bool there, TimePoint at);
  void heard(Device device, const chat_client::Row& row, TimePoint at);
  void shown(Device device, const chat_client::Row& row, TimePoint at);
  /// This device marked as read up to there; or was told that it did.
  void reading(Device device, Conv conv, Seq seq);
  void read(Device device, Conv conv, Seq seq);
  /// What the device's list of conversations says at the end.
  void counted(Device device, Conv conv, Seq read_seq, std::int64_t unread);
  /// The store went back on purpose: what was shown until now does not count.
  void reset(Device device);
  /// The end is read from now on: what comes later is not what was promised until here, only counted() is taken.
  void close() { closed_ = true; }

  struct Counters {
    std::uint64_t sent = 0, acked = 0, refused = 0;
    std::uint64_t lost = 0;      ///< acknowledged, and not in the store, or not shown by a device of a member
    std::uint64_t dup = 0;       ///< one message in two rows, or one row shown twice
    std::uint64_t reorder = 0;   ///< a row shown after a later one
    std::uint64_t gap = 0;       ///< a row that was never shown although later ones were
    std::uint64_t phantom = 0;   ///< shown or stored, and never sent; or another text than what was acknowledged
    std::uint64_t unpushed = 0;  ///< acknowledged, and a device that was there all the time never heard of it
    std::uint64_t miscount = 0;  ///< a read mark that is not what was kept, on all devices of a user the same; unread
                                 ///< messages that are not those of others behind it
    std::uint64_t counts = 0;    ///< pairs of a device and a conversation whose counts were judged
    std::uint64_t judged = 0;    ///< pairs of a message and a device that was there
    std::uint64_t copies = 0;    ///< events that came again; allowed
    bool good() const { return lost + dup + reorder + gap + phantom + unpushed + miscount == 0; }
  };
  Counters judge(const Store& store) const;
  /// Messages of which a device that was there has not heard. Cheap enough to be asked while waiting.
  std::uint64_t unheard() const;
  std::uint64_t open() const;  ///< sent, neither acknowledged nor refused
  /// Grows with every answer and every row that a device hears of or shows for the first time, not with copies.
  std::uint64_t news() const { return news_; }

  /// Milliseconds: from the send to the acknowledgement, and to the event at others.
  const std::vector<double>& ack_ms() const { return ack_ms_; }
  const std::vector<double>& push_ms() const { return push_ms_; }

 private:
  struct Message {
    Device from = 0;
    TimePoint at, acked_at;
    Conv conv = 0;
    Seq seq = 0;  ///< 0: not acknowledged
    bool refused = false;
    std::set<Device> heard;
  };
  struct Stay {
    TimePoint from, to;
  };
  struct View {
    std::vector<std::pair<Seq, std::string>> rows;
  };

  struct Mark {
    Seq asked = 0, kept = 0;
  };
  struct Count {
    Seq read_seq = 0;
    std::int64_t unread = 0;
  };

  bool stayed(Device device, const Message& message) const;
  Duration push_time() const;
  void judge_store(const Store& store, Counters& out) const;
  void judge_view(const View& view, const std::map<Seq, std::string>& store, Counters& out) const;
  void judge_counts(const Store& store, Counters& out) const;
  bool right(const Count& count, Uid uid, Conv conv, const Store& store) const;
  std::uint64_t pairs(bool only_unheard) const;

  std::unordered_map<std::string, Message> messages_;
  std::map<Conv, std::vector<Device>> members_;
  std::map<Device, std::vector<Stay>> stays_;
  std::map<std::pair<Device, Conv>, View> views_;
  std::map<Device, Uid> users_;
  std::map<std::pair<Uid, Conv>, Mark> marks_;
  std::map<std::pair<Device, Conv>, Count> counts_;
  std::uint64_t copies_ = 0, news_ = 0;
  bool closed_ = false;
  double slowest_push_ms_ = 0;
  std::vector<double> ack_ms_, push_ms_;
};

}  // namespace im::imctl
