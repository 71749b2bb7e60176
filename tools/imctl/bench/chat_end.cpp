#include "tools/imctl/bench/chat_end.hpp"

#include <set>
#include <utility>

#include <boost/json/array.hpp>

namespace im::imctl {

namespace json = boost::json;
using chat_client::flag_of;
using chat_client::number_of;

namespace {

const json::array* list_of(const json::object& answer, std::string_view name) {
  const json::value* list = answer.if_contains(name);
  return list == nullptr ? nullptr : list->if_array();
}

}  // namespace

ChatEnd::ChatEnd(const std::vector<Conversation>& conversations, PatientReader::Ask ask, PatientReader::Times times)
    : reader_(std::move(ask), times) {
  std::set<ChatLedger::Device> devices;
  for (const Conversation& one : conversations) {
    devices.insert(one.devices.begin(), one.devices.end());
    add_page(one, 0);
  }
  for (const ChatLedger::Device device : devices) add_list(device);
}

void ChatEnd::add_page(const Conversation& from, ChatLedger::Seq after) {
  reader_.add({"conversation " + std::to_string(from.conv) + " after row " + std::to_string(after),
               from.devices,
               {{"cmd", "sync"}, {"conv_id", from.conv}, {"after_seq", after}},
               [this, from](const json::object& answer) { return take_page(from, answer); }});
}

void ChatEnd::add_list(ChatLedger::Device device) {
  reader_.add({"conversations of device " + std::to_string(device),
               {device},
               {{"cmd", "conv.list"}},
               [this, device](const json::object& answer) { return take_list(device, answer); }});
}

bool ChatEnd::take_page(const Conversation& from, const json::object& answer) {
  const json::array* list = list_of(answer, "messages");
  const bool more = flag_of(answer, "has_more");
  if (list == nullptr || (list->empty() && more)) return false;
  std::vector<chat_client::Row> rows;
  for (const json::value& value : *list) {
    auto row = value.is_object() ? chat_client::read_row(value.get_object()) : std::nullopt;
    if (!row) return false;
    rows.push_back(std::move(*row));
  }
  if (more) add_page(from, rows.back().seq);
  auto& all = store_[from.conv];
  all.insert(all.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  return true;
}

/// Users of a bench have few conversations: their list comes whole.
bool ChatEnd::take_list(ChatLedger::Device device, const json::object& answer) {
  const json::array* list = list_of(answer, "conversations");
  if (list == nullptr || flag_of(answer, "has_more")) return false;
  for (const json::value& value : *list) {
    if (!value.is_object()) return false;
    const json::object& line = value.get_object();
    lines_.push_back({device, number_of(line, "conv_id"), number_of(line, "read_seq"), number_of(line, "unread", -1)});
  }
  return true;
}

void ChatEnd::tell(ChatLedger& ledger) const {
  for (const Line& line : lines_) ledger.counted(line.device, line.conv, line.read_seq, line.unread);
}

}  // namespace im::imctl
