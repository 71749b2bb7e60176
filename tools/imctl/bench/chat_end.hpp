#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/imctl/bench/chat_ledger.hpp"
#include "tools/imctl/bench/patient_reader.hpp"

namespace im::imctl {

/// What is there when all is said: every row of every conversation, read anew, and what the list of each device says
/// (read mark, unread). One thread.
class ChatEnd {
 public:
  struct Conversation {
    ChatLedger::Conv conv = 0;
    std::vector<ChatLedger::Device> devices;  ///< of its members
  };
  ChatEnd(const std::vector<Conversation>& conversations, PatientReader::Ask ask, PatientReader::Times times);
  ChatEnd(const ChatEnd&) = delete;
  ChatEnd& operator=(const ChatEnd&) = delete;

  PatientReader& reader() { return reader_; }
  const ChatLedger::Store& store() const { return store_; }
  /// Tells the ledger what the lists say.
  void tell(ChatLedger& ledger) const;

 private:
  struct Line {
    ChatLedger::Device device;
    ChatLedger::Conv conv;
    ChatLedger::Seq read_seq;
    std::int64_t unread;
  };
  void add_page(const Conversation& from, ChatLedger::Seq after);
  void add_list(ChatLedger::Device device);
  bool take_page(const Conversation& from, const boost::json::object& answer);
  bool take_list(ChatLedger::Device device, const boost::json::object& answer);

  PatientReader reader_;
  ChatLedger::Store store_;
  std::vector<Line> lines_;
};

}  // namespace im::imctl
