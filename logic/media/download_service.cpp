#include "logic/media/download_service.hpp"

#include <boost/json/parse.hpp>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "logic/media/fitting_name.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

Failure no_media() { return refused(Code::kNotFound, "no media"); }

/// The message still says what it was.
Failure file_gone() {
  Failure failure = refused(Code::kNotFound, "the file is gone: whoever uploaded it took it away");
  failure.more = {{"gone", true}};
  return failure;
}

/// Nothing: the row does not say it.
std::optional<std::uint64_t> length_of(const MediaRow& row, const std::string& variant) {
  for (const StoredBytes& stored : stored_bytes_of(finished(row)))
    if (stored.name == blob_name(row.id, variant)) return stored.count;
  return std::nullopt;
}

/// Of a picture that was made anew its facts say it; everything else is served as it came.
std::int64_t served_size(const MediaRow& row) {
  const auto length = length_of(row, "file");
  return length ? static_cast<std::int64_t>(*length) : row.size;
}

void announce(boost::json::object& sizes, const char* address, const std::optional<std::uint64_t>& length) {
  if (length) sizes[address] = static_cast<std::int64_t>(*length);
}

}  // namespace

/// What a recalled message had is gone, and so it is not there.
Outcome<chat::NamedMedia> DownloadService::named_by(sql::Connection& db, const chat::Actor& actor,
                                                    const MessageAt& at) {
  // From the first step of their erasure on nobody who is erased reads, and nobody reads what they uploaded. What is
  // taken away behind that may take many steps (docs/store.md).
  const auto erased = media_table::is_erased(db, actor.uid);
  if (!erased) return erased.error();
  if (erased.value()) return no_media();
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
  if (!row.value() || row.value()->state != MediaState::kReady) return file_gone();
  const auto erased = media_table::is_erased(db, row.value()->owner);
  if (!erased) return erased.error();
  if (erased.value()) return file_gone();
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
      announce(out.sizes, variant, length_of(row.value(), variant));
    }
  }
  announce(out.sizes, "file", length_of(row.value(), "file"));
  if (!named.value().poster.empty()) {
    ticket.id = named.value().poster;
    ticket.variant = "file";
    const auto poster = ready(*db.value(), ticket.id);
    if (!poster.ok() && poster.failure().code != Code::kNotFound) return poster.failure();
    if (poster.ok()) {
      out.urls["poster"] = url_of(ticket);
      announce(out.sizes, "poster", length_of(poster.value(), "file"));
    }
  }
  out.name = fitting_name(named.value().name, row.value().mime);
  out.size = served_size(row.value());
  out.media = std::move(row.value());
  ++stats_.links;
  return out;
}

Result<bool> DownloadService::may_read(sql::Connection& db, const LinkTicket& ticket) const {
  const auto now = db.clock_ms();
  if (!now) return now.error();
  const auto erased = media_table::is_erased(db, ticket.reader);
  if (!erased) return erased.error();
  if (erased.value()) return false;
  const auto standing = chat::standing_of(db, ticket.conv, ticket.reader);
  if (!standing && standing.error().code != Error::Code::kNotFound) return standing.error();
  return standing && rights_.may(standing.value(), chat::Action::kRead, now.value()).ok();
}

/// An address tells that there is something, so who lost the right to read it is told that, too.
Outcome<DownloadService::Found> DownloadService::find(const LinkTicket& ticket) {
  auto db = store_.reader();
  if (!db) return db.error();
  auto named = named_by(*db.value(), {ticket.reader, "", ""}, {ticket.conv, ticket.seq});
  if (!named.ok() && named.failure().code == Code::kNotFound) {
    const auto may = may_read(*db.value(), ticket);
    if (!may) return may.error();
    if (!may.value()) return refused(Code::kForbidden, "the address is of somebody who may not read this any more");
  }
  if (!named.ok()) return named.failure();
  if (named.value().media != ticket.id && named.value().poster != ticket.id) return no_media();
  auto row = ready(*db.value(), ticket.id);
  if (!row.ok()) return row.failure();
  return Found{named.value().name, std::move(row.value())};
}

Failure DownloadService::counted(Failure failure) {
  switch (failure.code) {
    case Code::kForbidden:
      ++stats_.refused;
      break;
    case Code::kNotFound:
      ++stats_.gone;
      break;
    default:
      ++stats_.away;
  }
  return failure;
}

/// Part of a file is none: a reader would take it for all of it.
Outcome<HttpContent> DownloadService::whole(const MediaRow& row, const std::string& variant) {
  const std::string name = blob_name(row.id, variant);
  auto content = blobs_.open(name, row.mime);
  if (!content && content.error().code != Error::Code::kNotFound) return counted(failure_of(content.error()));
  const auto wanted = length_of(row, variant);
  if (!content) return lost(name, wanted, std::nullopt);
  if (wanted && content.value().size != *wanted) return lost(name, wanted, content.value().size);
  lost_.found(name);
  return std::move(content).value();
}

Failure DownloadService::lost(const std::string& name, std::optional<std::uint64_t> wanted,
                              std::optional<std::uint64_t> found) {
  ++stats_.lost;
  const auto text = [](const std::optional<std::uint64_t>& bytes, const char* none) {
    return bytes ? std::to_string(*bytes) : none;
  };
  if (lost_.add(name))
    log::warn("the bytes of a medium are not there, readers are refused; imctl media check names all of them",
              {{"name", name}, {"wanted", text(wanted, "unknown")}, {"found", text(found, "none")}});
  return failure_of(no_bytes());
}

Outcome<Download> DownloadService::open(const LinkTicket& ticket) {
  const auto found = find(ticket);
  if (!found.ok()) return counted(found.failure());
  auto content = whole(found.value().row, ticket.variant);
  if (!content.ok()) return content.failure();
  const MediaRow& row = found.value().row;
  Download out{std::move(content.value()), fitting_name(found.value().name, row.mime), row.kind != "file"};
  // The length, too: that of pictures which are made again is another one.
  out.content.etag = "\"" + ticket.id + "." + ticket.variant + "." + std::to_string(out.content.size) + "\"";
  ++stats_.served;
  return out;
}

}  // namespace im::logic::media
