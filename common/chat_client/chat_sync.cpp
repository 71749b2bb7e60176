#include "common/chat_client/chat_sync.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <boost/json/array.hpp>

namespace im::chat_client {

namespace json = boost::json;

namespace {

constexpr std::size_t kMostMarks = 2000;
constexpr std::int64_t kForbidden = 4403;
constexpr std::int64_t kNotThere = 4404;

const json::array& array_of(const json::object& object, std::string_view name) {
  static const json::array kNone;
  const json::value* value = object.if_contains(json::string_view(name.data(), name.size()));
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

}  // namespace

ChatSync::ChatSync(RequestQueue& queue, Rules rules, Told told)
    : queue_(queue), rules_(rules), told_(std::move(told)) {}

json::object ChatSync::marks() const {
  json::object out;
  for (const auto& [conv, state] : conversations_) {
    if (out.size() == kMostMarks) break;
    out[std::to_string(conv)] = state.mark();
  }
  return out;
}

json::object ChatSync::resume() const {
  if (epoch_.empty()) return {};
  return {{"epoch", epoch_}, {"marks", marks()}};
}

void ChatSync::begin(const std::string& epoch, const json::object& marks) {
  epoch_ = epoch;
  for (const auto& [name, value] : marks) {
    ConvId conv = 0;
    std::from_chars(name.data(), name.data() + name.size(), conv);
    if (conv > 0 && value.is_int64()) conversations_[conv].begin_after(value.get_int64());
  }
}

void ChatSync::greeted(const json::object& hello, TimePoint now) {
  now_ = now;
  refresh_at_ = now + rules_.refresh;
  if (!same_epoch(text_of(hello, "epoch"))) return;
  if (flag_of(hello, "recovered")) return;
  const json::array& named = array_of(hello, "sync");
  if (named.empty()) return ask_all();
  for (const json::value& conv : named) {
    if (!conv.is_int64() || conv.get_int64() < 1) continue;
    if (!conversations_.contains(conv.get_int64()) && rules_.from_read) return ask_all();
    ask(conv.get_int64());
  }
}

/// What is told may be older than what we have: the answer of sync.all decides.
void ChatSync::take(Row row, const std::string& epoch, TimePoint now) {
  now_ = now;
  if (!epoch.empty() && epoch != epoch_) return ask_all();
  const ConvId conv = row.conv;
  if (rules_.from_read && !conversations_.contains(conv)) {
    if (!epoch.empty()) return ask_all();
    conversations_[conv].begin_after(row.seq - 1);
  }
  show(conv, std::move(row));
  look_at(conv);
}

void ChatSync::note(ConvId conv, Seq seq, TimePoint now) {
  now_ = now;
  conversations_[conv].note(seq, now);
  look_at(conv);
}

void ChatSync::tick(TimePoint now) {
  now_ = now;
  for (const ConvId conv : std::set<ConvId>(gaps_)) {
    if (!asking_.contains(conv) && conversations_[conv].gap_since() + rules_.gap_wait <= now) ask(conv);
  }
  if (epoch_.empty() || now < refresh_at_) return;
  refresh_at_ = now + rules_.refresh;
  ask_all();
}

std::optional<TimePoint> ChatSync::due() const {
  std::optional<TimePoint> first;
  if (!epoch_.empty()) first = refresh_at_;
  for (const ConvId conv : gaps_) {
    const TimePoint at = conversations_.at(conv).gap_since() + rules_.gap_wait;
    if (!asking_.contains(conv) && (!first || at < *first)) first = at;
  }
  return first;
}

Seq ChatSync::mark(ConvId conv) const {
  const auto found = conversations_.find(conv);
  return found == conversations_.end() ? 0 : found->second.mark();
}

void ChatSync::show(ConvId conv, Row row) {
  for (const Row& next : conversations_[conv].take(std::move(row), now_)) told_.row(next);
}

void ChatSync::look_at(ConvId conv) {
  if (conversations_[conv].gap()) {
    gaps_.insert(conv);
    return;
  }
  gaps_.erase(conv);
  if (gaps_.empty() && std::exchange(more_, false)) ask_all();
}

void ChatSync::ask_all() {
  if (std::exchange(asking_all_, true)) return;
  json::object body{{"cmd", "sync.all"}, {"marks", marks()}};
  const auto done = [this, asked = generation_](const json::object& answer) {
    if (asked == generation_) on_all(answer);
  };
  if (!queue_.add({std::move(body), done})) asking_all_ = false;
}

void ChatSync::on_all(const json::object& answer) {
  asking_all_ = false;
  if (!flag_of(answer, "ok")) {
    refresh_at_ = now_ + rules_.again;
    return;
  }
  if (!same_epoch(text_of(answer, "epoch"))) return;
  for (const json::value& value : array_of(answer, "conversations")) {
    if (!value.is_object()) continue;
    const json::object& line = value.get_object();
    const ConvId conv = number_of(line, "conv_id");
    if (conv < 1) continue;
    const bool known = conversations_.contains(conv);
    Conversation& state = conversations_[conv];
    if (!known && rules_.from_read) state.begin_after(number_of(line, "read_seq"));
    state.note(number_of(line, "last_seq"), now_);
    if (!state.gap()) continue;
    gaps_.insert(conv);
    ask(conv);
  }
  more_ = flag_of(answer, "has_more") && !gaps_.empty();
}

void ChatSync::ask(ConvId conv) {
  if (!asking_.insert(conv).second) return;
  json::object body{{"cmd", "sync"}, {"conv_id", conv}, {"after_seq", conversations_[conv].mark()}};
  const auto done = [this, conv, asked = generation_](const json::object& answer) {
    if (asked == generation_) on_page(conv, answer);
  };
  if (queue_.add({std::move(body), done})) return;
  asking_.erase(conv);
  delay(conv);
}

void ChatSync::on_page(ConvId conv, const json::object& answer) {
  asking_.erase(conv);
  if (!flag_of(answer, "ok")) return on_failed_page(conv, answer);
  if (!same_epoch(text_of(answer, "epoch"))) return;
  const Seq before = mark(conv);
  // What was before is not there (any more) for this user: nothing to wait for.
  if (const Seq first = number_of(answer, "first_seq"); first > 0) conversations_[conv].begin_after(first - 1);
  for (const json::value& value : array_of(answer, "messages")) {
    auto row = value.is_object() ? read_row(value.get_object()) : std::nullopt;
    if (row && row->conv == conv) show(conv, std::move(*row));
  }
  conversations_[conv].note(number_of(answer, "last_seq"), now_);
  look_at(conv);
  if (!conversations_[conv].gap()) return;
  if (mark(conv) > before) {
    ask(conv);
  } else {
    delay(conv);
  }
}

void ChatSync::on_failed_page(ConvId conv, const json::object& answer) {
  const std::int64_t code = number_of(answer, "code");
  if (code != kForbidden && code != kNotThere) return delay(conv);
  gaps_.erase(conv);
  conversations_.erase(conv);
}

void ChatSync::delay(ConvId conv) { conversations_[conv].ask_again(now_ + rules_.again); }

bool ChatSync::same_epoch(const std::string& epoch) {
  if (epoch == epoch_) return true;
  const bool first = epoch_.empty();
  ++generation_;
  epoch_ = epoch;
  conversations_.clear();
  gaps_.clear();
  asking_.clear();
  asking_all_ = more_ = false;
  if (!first && told_.reset) told_.reset();
  if (!epoch.empty()) ask_all();
  return false;
}

}  // namespace im::chat_client
