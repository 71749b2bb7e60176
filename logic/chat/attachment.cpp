#include "logic/chat/attachment.hpp"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/fault.hpp"
#include "logic/chat/check.hpp"
#include "logic/chat/file_name.hpp"

namespace im::logic::chat {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kMediaTypes = {"image", "voice", "video", "file"};
constexpr std::size_t kCaptionBytes = 4096, kIdBytes = 32, kBars = 256;
constexpr int kMostBar = 100;
constexpr sql::Query kMedium{
    "SELECT owner, kind, name, mime, CASE WHEN stored > 0 THEN size ELSE 0 END, facts FROM media WHERE id = ? AND "
    "state = 2",
    6};
constexpr sql::Query kNamedBy{"SELECT 1 FROM media_refs WHERE media_id = ? AND conv_id = ? AND seq = ?", 1};
constexpr sql::Query kNames{"SELECT media_id FROM media_refs WHERE conv_id = ? AND seq = ?", 1};
// What is over may have lost its bytes already.
constexpr const char* kOneMore =
    "UPDATE media SET refs = refs + 1 WHERE id = ? AND state = 2 AND (refs > 0 OR drop_ms > ?)";
constexpr const char* kRefer = "INSERT INTO media_refs (conv_id, seq, media_id) VALUES (?, ?, ?)";
// What goes has no names any more, also where it was let go of since they were read.
constexpr const char* kOneLess = "UPDATE media SET refs = refs - 1, drop_ms = ? WHERE id = ? AND state < 3";
constexpr const char* kUnrefer = "DELETE FROM media_refs WHERE conv_id = ? AND seq = ?";

Error wrong(const char* why) { return {Error::Code::kInvalid, why}; }
Error no_medium() { return {Error::Code::kNotFound, "no such medium"}; }

struct Medium {
  std::string kind, name, mime;
  std::int64_t size = 0;
  json::object facts;
};

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<json::object> object_of(std::string_view text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

/// A medium that the sender may name.
Result<Medium> medium_for(sql::Connection& db, const AttachAsk& ask, const std::string& id) {
  if (id.size() != kIdBytes) return wrong("body: \"media\" is no media id");
  auto rows = db.select(kMedium, {id});
  if (!rows) return rows.error();
  if (rows.value().empty()) return no_medium();
  const auto& row = rows.value().front();
  if (ask.from.value() > 0) {
    auto named = db.select(kNamedBy, {id, ask.from, ask.seq});
    if (!named) return named.error();
    if (named.value().empty()) return no_medium();
  } else if (row.id<Uid>(0) != ask.sender) {
    return no_medium();
  }
  Medium medium{row.text(1), row.text(2), row.text(3), row.number(4), {}};
  if (auto facts = object_of(row.text(5))) medium.facts = std::move(*facts);
  return medium;
}

/// Voice notes of browsers are containers that could hold pictures, too.
bool fits(std::string_view type, std::string_view kind) {
  return type == "file" || type == kind || (type == "voice" && kind == "video");
}

Status add_waveform(const json::object& said, json::object& out) {
  const auto* bars = said.if_contains("waveform");
  if (bars == nullptr || bars->is_null()) return Ok{};
  const auto* list = bars->if_array();
  if (list == nullptr || list->size() > kBars) return wrong("body: \"waveform\" is at most 256 numbers");
  for (const auto& bar : *list)
    if (!bar.is_int64() || bar.get_int64() < 0 || bar.get_int64() > kMostBar)
      return wrong("body: \"waveform\" holds numbers from 0 to 100");
  out["waveform"] = *list;
  return Ok{};
}

/// Messages of before this rule are forwarded under the name of their medium.
Status add_texts(const json::object& said, const Medium& medium, bool forwarded, json::object& out) {
  const std::string caption = text_of(said, "caption"), name = text_of(said, "name");
  if (auto good = check_text("body: \"caption\"", caption, kCaptionBytes); !good) return good;
  const std::string problem = name.empty() ? "" : name_problem(name);
  if (!problem.empty() && !forwarded) return Error{Error::Code::kInvalid, "body: \"name\" " + problem};
  out["name"] = name.empty() || !problem.empty() ? medium.name : name;
  if (!caption.empty()) out["caption"] = caption;
  return Ok{};
}

/// "ID" as the sender writes it, {"media":"ID",…} as it is stored and forwarded.
std::string poster_id(const json::object& said) {
  const auto* poster = said.if_contains("poster");
  if (poster == nullptr) return "";
  return poster->is_object() ? text_of(poster->get_object(), "media") : text_of(said, "poster");
}

Status add_poster(sql::Connection& db, const AttachAsk& ask, const json::object& said, Attachment& out,
                  json::object& body) {
  const std::string id = poster_id(said);
  if (id.empty()) return Ok{};
  if (ask.type != "video") return wrong("body: only a video has a \"poster\"");
  auto poster = medium_for(db, ask, id);
  if (!poster) return poster.error();
  if (poster.value().kind != "image") return wrong("body: the \"poster\" is no picture");
  body["poster"] =
      json::object{{"media", id}, {"width", poster.value().facts["width"]}, {"height", poster.value().facts["height"]}};
  if (id != out.media.front()) out.media.push_back(id);
  return Ok{};
}

}  // namespace

bool names_media(std::string_view type) { return std::ranges::find(kMediaTypes, type) != kMediaTypes.end(); }

Result<Attachment> read_attachment(sql::Connection& db, const AttachAsk& ask) {
  const auto said = object_of(ask.body);
  if (!said) return wrong("body: {\"media\":\"ID\"} is wanted");
  const std::string id = text_of(*said, "media");
  auto medium = medium_for(db, ask, id);
  if (!medium) return medium.error();
  if (!fits(ask.type, medium.value().kind)) return wrong("type: the medium is of another kind");
  json::object body{{"media", id}, {"mime", medium.value().mime}, {"size", medium.value().size}};
  for (const auto& [name, value] : medium.value().facts) body[name] = value;
  Attachment out{.media = {id}};
  if (auto added = add_texts(*said, medium.value(), ask.from.value() > 0, body); !added) return added.error();
  if (auto added = add_waveform(*said, body); !added) return added.error();
  if (auto added = add_poster(db, ask, *said, out, body); !added) return added.error();
  out.body = json::serialize(body);
  return out;
}

Status attach(store::Write& write, ConvId conv, Seq seq, const std::vector<std::string>& media) {
  for (const std::string& id : media) {
    auto more = write.db.execute(kOneMore, {id, write.now_ms});
    if (!more) return more.error();
    if (more.value() == 0) return no_medium();
    fault::fire("media.attach");
    if (auto added = write.db.execute(kRefer, {conv, seq, id}); !added) return added.error();
  }
  return Ok{};
}

Status detach(store::Write& write, ConvId conv, Seq seq) {
  auto named = write.db.select(kNames, {conv, seq});
  if (!named) return named.error();
  for (const auto& row : named.value())
    if (auto less = write.db.execute(kOneLess, {write.now_ms, row.text(0)}); !less) return less.error();
  if (named.value().empty()) return Ok{};
  fault::fire("media.detach");
  auto gone = write.db.execute(kUnrefer, {conv, seq});
  return gone ? Status(Ok{}) : Status(gone.error());
}

std::optional<NamedMedia> media_of(std::string_view body) {
  const auto said = object_of(body);
  if (!said || text_of(*said, "media").empty()) return std::nullopt;
  return NamedMedia{text_of(*said, "media"), poster_id(*said), text_of(*said, "name")};
}

}  // namespace im::logic::chat
