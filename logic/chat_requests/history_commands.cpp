#include "logic/chat_requests/history_commands.hpp"

#include <charconv>
#include <limits>

#include "logic/chat_requests/chat_json.hpp"

namespace im::logic {

namespace {

namespace json = boost::json;
using chat::Actor;
using chat::ConvId;
using Work = ChatCommands::Work;

constexpr std::int64_t kPage = 200;
constexpr std::size_t kMaxMarks = 2000;
constexpr std::size_t kMaxQuery = 512;
constexpr std::size_t kMaxType = 32;

chat::Search search_in(Fields& fields) {
  chat::Search search;
  search.text = fields.text("q", kMaxQuery);
  search.conv = ConvId(fields.number_or("conv_id", 1, kMostId, 0));
  search.from = Uid(fields.number_or("from", 1, kMostId, 0));
  search.type = fields.text_or("type", kMaxType, "");
  search.limit = static_cast<int>(fields.number_or("limit", 1, kPage, 50));
  return search;
}

}  // namespace

std::map<ConvId, chat::Seq> read_marks(Fields& fields) {
  std::map<ConvId, chat::Seq> marks;
  const json::object object = fields.object("marks");
  if (object.size() > kMaxMarks) fields.refuse("marks", "an object of at most 2000 conversations");
  for (const auto& [name, value] : object) {
    std::int64_t conv = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), conv);
    const bool good = error == std::errc{} && end == name.data() + name.size() && conv > 0 && value.is_int64() &&
                      value.get_int64() >= 0;
    if (!good) fields.refuse("marks", "an object of conv_id and seq");
    if (good) marks.emplace(ConvId(conv), value.get_int64());
  }
  return marks;
}

void add_history_commands(ChatCommands& commands, chat::HistoryService& history) {
  commands.on("sync", [&history](const Actor& actor, Fields& fields) -> Work {
    return [&history, actor, conv = ConvId(fields.number("conv_id", 1, kMostId)),
            after = fields.number_or("after_seq", 0, kMostId, 0),
            limit = static_cast<int>(fields.number_or("limit", 1, kPage, kPage))] {
      return as_json(history.sync(actor, conv, after, limit),
                     [&actor](const chat::Page& page) { return page_json(page, actor.uid); });
    };
  });
  commands.on("history", [&history](const Actor& actor, Fields& fields) -> Work {
    return [&history, actor, conv = ConvId(fields.number("conv_id", 1, kMostId)),
            before = fields.number_or("before_seq", 0, kMostId, 0),
            limit = static_cast<int>(fields.number_or("limit", 1, kPage, 50))] {
      return as_json(history.history(actor, conv, before, limit),
                     [&actor](const chat::Page& page) { return page_json(page, actor.uid); });
    };
  });
  commands.on("sync.all", [&history](const Actor& actor, Fields& fields) -> Work {
    return [&history, actor, marks = read_marks(fields), since = fields.number_or("since_ts", 0, kMostId, 0)] {
      return as_json(history.sync_all(actor, marks, since),
                     [&actor](const chat::SyncAll& all) { return sync_all_json(all, actor.uid); });
    };
  });
  commands.on("conv.list", [&history](const Actor& actor, Fields&) -> Work {
    return [&history, actor] {
      return as_json(history.sync_all(actor, {}, 0),
                     [&actor](const chat::SyncAll& all) { return sync_all_json(all, actor.uid); });
    };
  });
  commands.on("conv.get", [&history](const Actor& actor, Fields& fields) -> Work {
    return [&history, actor, conv = ConvId(fields.number("conv_id", 1, kMostId))] {
      return as_json(history.summary(actor, conv),
                     [&actor](const chat::ConvSummary& one) { return summary_json(one, actor.uid); });
    };
  });
  commands.on("search", [&history](const Actor& actor, Fields& fields) -> Work {
    return [&history, actor, search = search_in(fields)] {
      return as_json(history.search(actor, search), [&actor](const std::vector<chat::Message>& rows) {
        return json::object{{"messages", messages_json(rows, actor.uid)}};
      });
    };
  });
}

}  // namespace im::logic
