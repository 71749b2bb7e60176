#include "tools/imctl/media_client.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <boost/json/serialize.hpp>

#include "common/base/regular_file.hpp"
#include "common/chat_client/row.hpp"
#include "common/client/http_call.hpp"
#include "tools/imctl/answer_members.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/media_answer.hpp"
#include "tools/imctl/missing_part.hpp"
#include "tools/imctl/part_file.hpp"
#include "tools/imctl/sent_bytes.hpp"
#include "tools/imctl/upload_track.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

constexpr std::size_t kPart = 4U << 20;
constexpr std::chrono::milliseconds kPartDeadline{120'000}, kBetweenLooks{100};
/// Of what comes without its size before: pictures that are older than sizes.
constexpr std::uint64_t kMostUnannounced = 128U << 20;
/// For a logic that has not answered yet: the address may be wrong.
constexpr std::chrono::seconds kFirstPatience{10};

}  // namespace

std::string why_unreadable(const std::string& path) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error).type();
  if (kind == std::filesystem::file_type::not_found) return "no such file";
  if (kind == std::filesystem::file_type::directory) return "a folder";
  if (error || kind != std::filesystem::file_type::regular) return "not a file that can be read";
  return open_regular_file(path) ? "" : "it may not be read";
}

std::string plain_name(const std::string& given) {
  std::string name = std::filesystem::path(given).filename().string();
  if (name.empty() || name.front() == '.' || name.front() == '-') name.insert(0, "file");
  return name;
}

/// Addresses without a host are those of the server that was asked; it made them, so a wrong one is its fault.
client::Url MediaClient::url_of(const std::string& address) const {
  std::string base = base_;
  while (base.ends_with('/')) base.pop_back();
  const auto url = client::parse_url(address.starts_with('/') ? base + address : address);
  if (url.ok()) return url.value();
  if (!client::parse_url(base).ok()) throw UsageError(url.error().message);
  throw Failure("logic at " + base_ + " gives an address that is none: " + url.error().message);
}

Result<client::HttpAnswer> MediaClient::call(const std::string& method, const std::string& address,
                                             client::HttpHeaders headers, std::string body,
                                             const Patience& patience) const {
  client::HttpCall call;
  call.method = method;
  call.url = url_of(address);
  call.headers = std::move(headers);
  call.body = std::move(body);
  call.deadline = patience.deadline(monotonic_now(), kPartDeadline);
  return stop_ == nullptr ? client::http_call_now(std::move(call)) : client::http_call_now(std::move(call), *stop_);
}

// An address where logic has answered before is not wrong. Where it never did, logic may just be starting.
json::object MediaClient::ask(const std::string& cmd, const json::object& fields) const {
  Patience first(std::min<std::chrono::milliseconds>(patience_, kFirstPatience), monotonic_now());
  Patience patience(patience_, monotonic_now());
  for (bool is_logic = false;;) {
    const auto answer =
        call("POST", "/v1/" + cmd, {{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}},
             json::serialize(fields), patience);
    json::object object = answer.ok() ? object_in(answer.value().body) : json::object{};
    is_logic = is_logic || object.contains("ok");
    if (is_good(object)) return object;
    const auto setback = setback_in(answer);
    if (!is_logic) {
      const auto pause = setback ? first.pause(monotonic_now(), *setback) : std::nullopt;
      if (!pause) throw no_logic(answer);
      sleep(*pause);
      continue;
    }
    if (!setback)
      throw Failure(cmd + " is refused: " + refusal_of(answer.value()) +
                    advice_for(chat_client::number_of(object, "code"), cmd));
    wait(patience, *setback, cmd);
  }
}

Failure MediaClient::no_logic(const Result<client::HttpAnswer>& answer) const {
  if (answer.ok()) return Failure(no_public_port(base_, answer.value().status));
  return Failure("cannot reach logic at " + base_ + ": " + answer.error().message, kUnreachable);
}

void MediaClient::wait(Patience& patience, const Setback& setback, const std::string& what) const {
  const auto pause = patience.pause(monotonic_now(), setback);
  const std::string since = std::to_string(patience.stood_s(monotonic_now())) + " s; logic at " + base_ + ": ";
  if (!pause) throw Failure(what + " stands still for " + since + setback.why + "; try the same later", setback.exit);
  sleep(*pause);
}

void MediaClient::sleep(std::chrono::milliseconds pause) const {
  for (const auto until = monotonic_now() + pause; monotonic_now() < until;) {
    check_stop();
    std::this_thread::sleep_for(std::min<Duration>(kBetweenLooks, until - monotonic_now()));
  }
}

MediaClient::Step MediaClient::step_in(const Result<client::HttpAnswer>& answer) {
  if (auto setback = setback_in(answer)) return std::move(*setback);
  const json::object object = object_in(answer.value().body);
  if (!is_good(object)) throw Failure("the upload is refused: " + refusal_of(answer.value()));
  const AnswerMembers answered(object, "an upload");
  return Place{answered.count("offset"), answered.flag("done")};
}

MediaClient::Step MediaClient::place_of(const Upload& upload, const Patience& patience) const {
  return step_in(call("GET", upload.address, {{"Authorization", "Bearer " + upload.token}}, "", patience));
}

/// No bytes: all are there, and a file is to be made of them.
MediaClient::Step MediaClient::put_part(const Upload& upload, std::uint64_t from, std::string bytes,
                                        const Patience& patience) const {
  const std::string range = bytes.empty() ? "*" : std::to_string(from) + "-" + std::to_string(from + bytes.size() - 1);
  const auto answer = call("PUT", upload.address,
                           {{"Authorization", "Bearer " + upload.token},
                            {"Content-Range", "bytes " + range + "/" + std::to_string(upload.size)}},
                           std::move(bytes), patience);
  if (auto setback = setback_in(answer)) return std::move(*setback);
  if (auto setback = other_place_in(answer)) return std::move(*setback);
  return step_in(answer);
}

std::string MediaClient::put(const std::string& path, const std::string& name, const std::string& mime,
                             std::int64_t conv) const {
  if (const std::string wrong = why_unreadable(path); !wrong.empty()) throw Failure(path + ": " + wrong);
  const std::uint64_t size = std::filesystem::file_size(path);
  if (size == 0) throw Failure(path + ": the file is empty");
  json::object fields{{"name", name}, {"size", size}, {"sha256", sha256_of(path)}, {"conv_id", conv}};
  if (!mime.empty()) fields["mime"] = mime;
  const json::object begun = ask("media.begin", fields);
  const AnswerMembers answered(begun, "media.begin");
  std::string id = answered.text("media_id");
  if (answered.flag("done")) return id;
  const Upload upload{answered.text("upload"), answered.text("token"), size};
  put_all(upload, path, answered.count("offset"));
  return id;
}

void MediaClient::put_all(const Upload& upload, const std::string& path, std::uint64_t from) const {
  Patience patience(patience_, monotonic_now());
  Place place{from, false};
  UploadTrack track(from);
  for (bool is_known = true; !place.done;) {
    check_stop();
    Step step = is_known ? put_part(upload, place.offset, next_part(path, place.offset, upload.size), patience)
                         : place_of(upload, patience);
    if (const auto* next = std::get_if<Place>(&step)) {
      if (next->offset > upload.size)
        throw Failure("logic at " + base_ + " has more bytes of " + path + " than it has");
      const bool is_further = track.reaches(next->offset) || next->done, was_sent = is_known;
      place = *next;
      is_known = true;
      if (is_further) patience.moved(monotonic_now());
      if (is_further || !was_sent) continue;
      step = Setback{"it has no more bytes than before", {}, kFailed};
    } else {
      is_known = false;
    }
    const auto& setback = std::get<Setback>(step);
    if (setback.kept) track.falls_back(*setback.kept);
    const std::string at = std::to_string(place.offset) + " of " + std::to_string(upload.size) + " bytes";
    wait(patience, setback, path + ": the upload, " + at + ",");
  }
}

void MediaClient::check_stop() const {
  if (stop_ != nullptr && *stop_) throw Failure("stopped");
}

MediaClient::Saved MediaClient::get(const std::string& message, const std::string& variant, std::string path) const {
  Source source{message, variant, ""};
  const json::object links = links_of(source);
  const AnswerMembers answered(links, "media.get");
  if (path.empty()) {
    path = plain_name(answered.text("name"));
    if (std::filesystem::exists(std::filesystem::symlink_status(path)))
      throw Failure(path + " is there already; say where to");
  } else if (std::filesystem::exists(path) && !std::filesystem::is_regular_file(path)) {
    throw Failure(path + " is not a file");
  }
  const std::uint64_t size = save(source, path, announced_size(links, variant));
  return {std::move(path), size};
}

json::object MediaClient::links_of(Source& source) const {
  json::object links = ask("media.get", {{"msg_id", source.message}});
  const AnswerMembers answered(links, "media.get");
  const AnswerMembers urls(answered.object("urls"), "media.get");
  if (!answered.object("urls").contains(source.variant)) throw Failure("the message has no " + source.variant);
  source.address = urls.text(source.variant.c_str());
  return links;
}

/// The next bytes, at most kPart of them.
std::string MediaClient::piece(Source& source, DownloadPlace& place) const {
  constexpr int kPartial = 206, kOver = 403;
  bool is_new = false;  // one address more for each piece: who may not read any more hears it from the second
  Patience patience(patience_, monotonic_now());
  const std::uint64_t most = place.total ? std::min<std::uint64_t>(kPart, *place.total - place.at) : kPart;
  while (true) {
    check_stop();
    const std::string range = std::to_string(place.at) + "-" + std::to_string(place.at + most - 1);
    auto answer = call("GET", source.address, {{"Range", "bytes=" + range}}, "", patience);
    if (const auto setback = setback_in(answer)) {
      wait(patience, *setback, "the download, " + std::to_string(place.at) + " bytes,");
      continue;
    }
    if (answer.value().status == kOver && !is_new) {
      is_new = true;
      links_of(source);
      continue;
    }
    if (answer.value().status != kPartial) throw Failure("the download is refused: " + refusal_of(answer.value()));
    const auto served = read_served_range(header_of(answer.value(), "content-range"));
    const std::string& bytes = answer.value().body;
    if (const auto why = range_problem(place, served, bytes.size()); !why.empty())
      throw Failure("the download goes wrong at byte " + std::to_string(place.at) + ": " + why);
    if (bytes.size() > most) throw Failure("the download has more bytes than were asked for");
    if (!place.total && served->total > kMostUnannounced)
      throw Failure("the download has " + std::to_string(served->total) + " bytes, and logic did not announce them");
    place.total = served->total;
    return std::move(answer.value().body);
  }
}

std::uint64_t MediaClient::save(Source& source, const std::string& path, std::optional<std::uint64_t> announced) const {
  PartFile part(path);
  DownloadPlace place{0, announced};
  while (!place.total || place.at < *place.total) {
    const std::string bytes = piece(source, place);
    part.add(bytes);
    place.at += bytes.size();
  }
  part.keep(path);
  return place.at;
}

}  // namespace im::imctl
