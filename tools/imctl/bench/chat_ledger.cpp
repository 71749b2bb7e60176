#include "tools/imctl/bench/chat_ledger.hpp"

#include <algorithm>

namespace im::imctl {

namespace {

/// A device that leaves earlier may miss an event that was on its way; at least this long.
constexpr std::chrono::seconds kPushTime{15};
/// Of the slowest event that came: one that did not come may have been slower.
constexpr double kSlower = 2;

double ms_between(TimePoint from, TimePoint to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

}  // namespace

void ChatLedger::member(Device device, Conv conv, Uid uid) {
  users_[device] = uid;
  members_[conv].push_back(device);
  views_[{device, conv}];
}

void ChatLedger::sent(const std::string& text, Device from, TimePoint at) {
  Message& message = messages_[text];
  message.from = from;
  message.at = at;
}

void ChatLedger::acked(const std::string& text, Conv conv, Seq seq, TimePoint at) {
  const auto found = messages_.find(text);
  if (closed_ || found == messages_.end()) return;
  ++news_;
  Message& message = found->second;
  message.conv = conv;
  message.seq = seq;
  message.acked_at = at;
  ack_ms_.push_back(ms_between(message.at, at));
}

void ChatLedger::refused(const std::string& text) {
  const auto found = messages_.find(text);
  if (closed_ || found == messages_.end()) return;
  ++news_;
  found->second.refused = true;
}

void ChatLedger::present(Device device, bool there, TimePoint at) {
  if (closed_) return;
  auto& stays = stays_[device];
  const bool was = !stays.empty() && stays.back().to == TimePoint::max();
  if (there && !was) stays.push_back({at, TimePoint::max()});
  if (!there && was) stays.back().to = at;
}

void ChatLedger::heard(Device device, const chat_client::Row& row, TimePoint at) {
  if (closed_ || row.kind != "message") return;
  const auto found = messages_.find(row.body);
  if (found == messages_.end()) return;
  if (!found->second.heard.insert(device).second) {
    ++copies_;
    return;
  }
  ++news_;
  if (device == found->second.from) return;
  push_ms_.push_back(ms_between(found->second.at, at));
  slowest_push_ms_ = std::max(slowest_push_ms_, push_ms_.back());
}

void ChatLedger::shown(Device device, const chat_client::Row& row, TimePoint) {
  if (closed_) return;
  ++news_;
  views_[{device, row.conv}].rows.emplace_back(row.seq, row.body);
}

void ChatLedger::reading(Device device, Conv conv, Seq seq) {
  Seq& asked = marks_[{users_.at(device), conv}].asked;
  asked = std::max(asked, seq);
}

void ChatLedger::read(Device device, Conv conv, Seq seq) {
  if (closed_) return;
  Seq& kept = marks_[{users_.at(device), conv}].kept;
  kept = std::max(kept, seq);
}

void ChatLedger::counted(Device device, Conv conv, Seq read_seq, std::int64_t unread) {
  counts_[{device, conv}] = {read_seq, unread};
}

void ChatLedger::reset(Device device) {
  if (closed_) return;
  for (auto& [key, view] : views_)
    if (key.first == device) view.rows.clear();
}

/// A device that left hears of nothing until it is back, and may then find it with `sync`.
bool ChatLedger::stayed(Device device, const Message& message) const {
  const auto found = stays_.find(device);
  if (found == stays_.end()) return false;
  const TimePoint until = message.acked_at + push_time();
  return std::any_of(found->second.begin(), found->second.end(), [&](const Stay& stay) {
    return stay.from < message.at && (stay.to == TimePoint::max() || stay.to > until);
  });
}

Duration ChatLedger::push_time() const {
  const std::chrono::duration<double, std::milli> slow(kSlower * slowest_push_ms_);
  return std::max<Duration>(kPushTime, std::chrono::duration_cast<Duration>(slow));
}

std::uint64_t ChatLedger::pairs(bool only_unheard) const {
  std::uint64_t count = 0;
  for (const auto& [text, message] : messages_) {
    if (message.seq == 0) continue;
    const auto devices = members_.find(message.conv);
    if (devices == members_.end()) continue;
    for (const Device device : devices->second) {
      if (device == message.from || (only_unheard && message.heard.contains(device))) continue;
      count += stayed(device, message) ? 1 : 0;
    }
  }
  return count;
}

std::uint64_t ChatLedger::unheard() const { return pairs(true); }

std::uint64_t ChatLedger::open() const {
  return static_cast<std::uint64_t>(std::count_if(messages_.begin(), messages_.end(), [](const auto& item) {
    return item.second.seq == 0 && !item.second.refused;
  }));
}

ChatLedger::Counters ChatLedger::judge(const Store& store) const {
  Counters out;
  for (const auto& [text, message] : messages_) {
    ++out.sent;
    out.acked += message.seq > 0 ? 1 : 0;
    out.refused += message.refused ? 1 : 0;
  }
  judge_store(store, out);
  static const std::map<Seq, std::string> kNothing;
  std::map<Conv, std::map<Seq, std::string>> texts;
  for (const auto& [conv, rows] : store)
    for (const auto& row : rows) texts[conv].emplace(row.seq, row.body);
  for (const auto& [key, view] : views_) {
    const auto found = texts.find(key.second);
    judge_view(view, found == texts.end() ? kNothing : found->second, out);
  }
  judge_counts(store, out);
  out.unpushed = unheard();
  out.judged = pairs(false);
  out.copies = copies_;
  return out;
}

/// The store against what was acknowledged and sent. What the server says itself (system) is nobody's message.
void ChatLedger::judge_store(const Store& store, Counters& out) const {
  std::map<std::string, std::pair<Conv, Seq>> places;
  for (const auto& [conv, rows] : store) {
    Seq expected = 1;
    for (const auto& row : rows) {
      out.gap += row.seq == expected ? 0 : 1;
      expected = row.seq + 1;
      if (row.kind != "message" || row.type == "system") continue;
      const auto message = messages_.find(row.body);
      out.phantom += message == messages_.end() || message->second.refused ? 1 : 0;
      out.dup += places.emplace(row.body, std::pair{conv, row.seq}).second ? 0 : 1;
    }
  }
  for (const auto& [text, message] : messages_) {
    if (message.seq == 0) continue;
    const auto place = places.find(text);
    out.lost += place == places.end() || place->second != std::pair{message.conv, message.seq} ? 1 : 0;
  }
}

/// What one device showed of one conversation against the store.
void ChatLedger::judge_view(const View& view, const std::map<Seq, std::string>& store, Counters& out) const {
  std::set<Seq> seen;
  Seq newest = 0;
  for (const auto& [seq, text] : view.rows) {
    if (!seen.insert(seq).second) {
      ++out.dup;
      continue;
    }
    out.reorder += seq < newest ? 1 : 0;
    newest = std::max(newest, seq);
    const auto stored = store.find(seq);
    out.phantom += stored == store.end() || stored->second != text ? 1 : 0;
  }
  for (const auto& [seq, text] : store) {
    if (seen.contains(seq)) continue;
    ++(seq < newest ? out.gap : out.lost);
  }
}

/// The lists against the store, and those of a user against each other.
void ChatLedger::judge_counts(const Store& store, Counters& out) const {
  for (const auto& [conv, devices] : members_) {
    std::map<Uid, Seq> read;
    for (const Device device : devices) {
      const Uid uid = users_.at(device);
      const auto count = counts_.find({device, conv});
      ++out.counts;
      const bool good = count != counts_.end() && right(count->second, uid, conv, store) &&
                        read.emplace(uid, count->second.read_seq).first->second == count->second.read_seq;
      out.miscount += good ? 0 : 1;
    }
  }
}

bool ChatLedger::right(const Count& count, Uid uid, Conv conv, const Store& store) const {
  const auto mark = marks_.find({uid, conv});
  const Mark known = mark == marks_.end() ? Mark() : mark->second;
  if (count.read_seq < known.kept || count.read_seq > known.asked) return false;
  const auto rows = store.find(conv);
  if (rows == store.end()) return count.unread == 0;
  return count.unread == std::count_if(rows->second.begin(), rows->second.end(), [&](const chat_client::Row& row) {
           return row.kind == "message" && row.seq > count.read_seq && row.sender != uid;
         });
}

}  // namespace im::imctl
