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

  /// The device of a member. All before the first message.
  void member(Device device, Conv conv);
  void sent(const std::string& text, Device from, TimePoint at);
  void acked(const std::string& text, Conv conv, Seq seq, TimePoint at);
  void refused(const std::string& text);
  /// This device is there, and knows all there is; or is not.
  void present(Device device, bool there, TimePoint at);
  void heard(Device device, const chat_client::Row& row, TimePoint at);
  void shown(Device device, const chat_client::Row& row, TimePoint at);
  /// The store went back on purpose: what was shown until now does not count.
  void reset(Device device);

  struct Counters {
    std::uint64_t sent = 0, acked = 0, refused = 0;
    std::uint64_t lost = 0;      ///< acknowledged, and not in the store, or not shown by a device of a member
    std::uint64_t dup = 0;       ///< one message in two rows, or one row shown twice
    std::uint64_t reorder = 0;   ///< a row shown after a later one
    std::uint64_t gap = 0;       ///< a row that was never shown although later ones were
    std::uint64_t phantom = 0;   ///< shown or stored, and never sent; or another text than what was acknowledged
    std::uint64_t unpushed = 0;  ///< acknowledged, and a device that was there all the time never heard of it
    std::uint64_t judged = 0;    ///< pairs of a message and a device that was there
    std::uint64_t copies = 0;    ///< events that came again; allowed
    bool good() const { return lost + dup + reorder + gap + phantom + unpushed == 0; }
  };
  /// `store`: the rows of each conversation, as a reader finds them at the end.
  Counters judge(const std::map<Conv, std::vector<chat_client::Row>>& store) const;
  /// Messages of which a device that was there has not heard. Cheap enough to be asked while waiting.
  std::uint64_t unheard() const;
  std::uint64_t open() const;  ///< sent, neither acknowledged nor refused

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

  bool stayed(Device device, const Message& message) const;
  void judge_store(const std::map<Conv, std::vector<chat_client::Row>>& store, Counters& out) const;
  void judge_view(const View& view, const std::map<Seq, std::string>& store, Counters& out) const;
  std::uint64_t pairs(bool only_unheard) const;

  std::unordered_map<std::string, Message> messages_;
  std::map<Conv, std::vector<Device>> members_;
  std::map<Device, std::vector<Stay>> stays_;
  std::map<std::pair<Device, Conv>, View> views_;
  std::uint64_t copies_ = 0;
  std::vector<double> ack_ms_, push_ms_;
};

}  // namespace im::imctl
