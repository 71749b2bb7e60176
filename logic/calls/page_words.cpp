#include "logic/calls/page_words.hpp"

#include <algorithm>
#include <charconv>

#include "logic/calls/call_event.hpp"
#include "logic/calls/call_names.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
namespace pb = im::calls;

/// A number when it is one: pages without WebSocket have 32 hex digits.
json::value fd_value(const std::string& fd) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(fd.data(), fd.data() + fd.size(), number);
  if (error == std::errc() && end == fd.data() + fd.size()) return number;
  return json::value(fd);
}

std::string page_of_callee(const pb::Record& record, std::int64_t uid) {
  const auto found = std::ranges::find_if(record.callees(), [uid](const pb::Callee& one) { return one.uid() == uid; });
  return found == record.callees().end() ? std::string() : found->page();
}

std::string page_of_party(const pb::Record& record, std::uint32_t id) {
  const auto found = std::ranges::find_if(record.parties(), [id](const pb::Party& one) { return one.id() == id; });
  return found == record.parties().end() ? std::string() : found->device().page();
}

/// A page shows "refused" and begins anew: told to who called, before somebody answered, and not of its own word. Who
/// is called hears of no end: there is no word for it.
bool is_refusal(const pb::Event& event, const pb::Record& record) {
  return event.kind() == call_event::kEnded && record.answered_by() == 0 && record.callees_size() > 0 &&
         event.uid() == record.caller() && event.by() != record.caller();
}

}  // namespace

json::object page_word(std::int64_t from, const std::string& fd, std::string_view kind, std::string_view data) {
  return {{"cmd", "fromMsg"}, {"from", from}, {"to", fd_value(fd)}, {"channal", 1}, {"type", kind}, {"data", data}};
}

json::value page_words(const pb::Event& event, const pb::Record& record) {
  const bool to_party = event.to_party() != 0;
  const std::string fd = to_party ? page_of_party(record, event.to_party()) : page_of_callee(record, event.uid());
  if (fd.empty()) return nullptr;
  const std::string_view kind = kind_text(record.kind());
  if (event.kind() == call_event::kIncoming) {
    json::object ask = page_word(event.by(), fd, kind, "ask");
    ask["room"] = record.room();
    return ask;
  }
  const bool answered = event.kind() == call_event::kAccepted && event.word().empty();
  if (to_party && answered) return page_word(event.by(), fd, kind, "ok");
  if (to_party && is_refusal(event, record)) return page_word(record.callees(0).uid(), fd, kind, "gg");
  return nullptr;
}

}  // namespace im::logic
