#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/chat_client/conversation.hpp"
#include "common/chat_client/request_queue.hpp"

namespace im::chat_client {

/// All conversations of a user: where rows are missing it asks `sync`, and which conversations there are `sync.all`.
/// Another epoch means that the store went back: everything begins anew. Pure.
class ChatSync {
 public:
  struct Rules {
    std::chrono::milliseconds gap_wait{200};   ///< rows that are on their way may still close a gap
    std::chrono::milliseconds again{1000};     ///< after an answer that did not help
    std::chrono::milliseconds refresh{60000};  ///< finds a newest row of which no event came
    bool from_read = false;  ///< conversations begin behind the user's read mark, not at their first row
  };
  struct Told {
    std::function<void(const Row&)> row;  ///< each row of each conversation once, in order
    std::function<void()> reset{};        ///< rows come anew, from the beginning
  };
  ChatSync(RequestQueue& queue, Rules rules, Told told);

  /// What the client has, for `hello`.
  boost::json::object resume() const;
  void greeted(const boost::json::object& hello, TimePoint now);
  /// A row from an event or of the user's own; `epoch` is empty when it is not known.
  void take(Row row, const std::string& epoch, TimePoint now);
  /// There is a row with this number.
  void note(ConvId conv, Seq seq, TimePoint now);
  void tick(TimePoint now);
  /// Asks for what is newer, although nobody told.
  void look() { ask_all(); }
  std::optional<TimePoint> due() const;

  Seq mark(ConvId conv) const;
  /// What was shown up to now, as a later start takes it.
  boost::json::object marks() const;
  void begin(const std::string& epoch, const boost::json::object& marks);
  const std::string& epoch() const { return epoch_; }
  /// Nothing is missing, as far as is known.
  bool whole() const { return gaps_.empty() && !asking_all_ && !epoch_.empty(); }

 private:
  void show(ConvId conv, Row row);
  void look_at(ConvId conv);
  void ask_all();
  void on_all(const boost::json::object& answer);
  void ask(ConvId conv);
  void on_page(ConvId conv, const boost::json::object& answer);
  void on_failed_page(ConvId conv, const boost::json::object& answer);
  bool same_epoch(const std::string& epoch);
  void delay(ConvId conv);

  RequestQueue& queue_;
  Rules rules_;
  Told told_;
  std::string epoch_;
  TimePoint now_;
  TimePoint refresh_at_;
  std::uint64_t generation_ = 0;  ///< answers to questions of before a reset say nothing
  bool asking_all_ = false;
  bool more_ = false;  ///< of sync.all, once the gaps are closed
  std::map<ConvId, Conversation> conversations_;
  std::set<ConvId> gaps_;
  std::set<ConvId> asking_;
};

}  // namespace im::chat_client
