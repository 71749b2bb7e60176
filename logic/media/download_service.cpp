#include "logic/media/download_service.hpp"

#include "common/base/clock.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

Failure no_media() { return refused(Code::kNotFound, "no media"); }

}  // namespace

/// What a recalled message had is gone, and so it is not there.
Outcome<chat::NamedMedia> DownloadService::named_by(sql::Connection& db, const chat::Actor& actor,
                                                    const MessageAt& at) {
  auto now = db.clock_ms();
  if (!now) return now.error();
  auto message = chat::message_for(db, rights_, actor, {at.conv, at.seq, chat::Action::kRead}, now.value());
  if (!message) {
    const bool is_recalled = message.error().code == Error::Code::kConflict;
    return is_recalled ? no_media() : failure_of(message.error());
  }
  auto named = chat::names_media(message.value().type) ? chat::media_of(message.value().body) : std::nullopt;
  if (!named) return no_media();
  return std::move(*named);
}

Outcome<MediaRow> DownloadService::ready(sql::Connection& db, const std::string& id) {
  auto row = media_table::find(db, id);
  if (!row) return row.error();
  if (!row.value() || row.value()->state != MediaState::kReady) return no_media();
  return std::move(*row.value());
}

std::string DownloadService::url_of(const LinkTicket& ticket) const {
  return config_.origin + "/media/file/" + signer_.sign(ticket);
}

Outcome<Links> DownloadService::links(const chat::Actor& actor, const MessageAt& at) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto named = named_by(*db.value(), actor, at);
  if (!named.ok()) return named.failure();
  auto row = ready(*db.value(), named.value().media);
  if (!row.ok()) return row.failure();
  Links out;
  out.until_ms = unix_ms() + config_.link_ttl.count();
  LinkTicket ticket{named.value().media, "file", actor.uid, at.conv, at.seq, out.until_ms};
  out.urls["file"] = url_of(ticket);
  if (row.value().kind == "image") {
    for (const char* variant : {"small", "large"}) {
      ticket.variant = variant;
      out.urls[variant] = url_of(ticket);
    }
  }
  if (!named.value().poster.empty()) {
    ticket.id = named.value().poster;
    ticket.variant = "file";
    out.urls["poster"] = url_of(ticket);
  }
  out.name = named.value().name;
  out.media = std::move(row.value());
  ++stats_.links;
  return out;
}

Outcome<Download> DownloadService::open(const LinkTicket& ticket) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto named = named_by(*db.value(), {ticket.reader, "", ""}, {ticket.conv, ticket.seq});
  if (!named.ok()) {
    ++stats_.gone;
    return named.failure();
  }
  if (named.value().media != ticket.id && named.value().poster != ticket.id) return no_media();
  auto row = ready(*db.value(), ticket.id);
  if (!row.ok()) {
    ++stats_.gone;
    return row.failure();
  }
  auto content = blobs_.open(blob_name(ticket.id, ticket.variant), row.value().mime);
  if (!content) return content.error();
  Download out{std::move(content).value(), named.value().name, row.value().kind != "file"};
  out.content.etag = "\"" + ticket.id + "." + ticket.variant + "\"";
  ++stats_.served;
  return out;
}

}  // namespace im::logic::media
