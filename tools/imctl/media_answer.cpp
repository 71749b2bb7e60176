#include "tools/imctl/media_answer.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace im::imctl {

namespace json = boost::json;

namespace {

/// No longer than anybody waits.
std::chrono::milliseconds retry_of(const client::HttpAnswer& answer) {
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
  const json::object object = object_in(answer.body);
  const auto* retry = object.if_contains("retry_ms");
  if (retry != nullptr && retry->is_uint64()) return kLongest;
  const std::int64_t ms = retry != nullptr && retry->is_int64() ? retry->get_int64() : 0;
  return std::chrono::milliseconds(std::clamp<std::int64_t>(ms, 0, kLongest.count()));
}

/// Of an upload whose bytes a disk has not kept.
std::optional<std::uint64_t> kept_in(const client::HttpAnswer& answer) {
  const json::object object = object_in(answer.body);
  const auto* offset = object.if_contains("offset");
  if (offset == nullptr || !offset->is_int64() || offset->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(offset->get_int64());
}

}  // namespace

json::object object_in(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

bool is_good(const json::object& answer) {
  const auto* ok = answer.if_contains("ok");
  return ok != nullptr && ok->is_bool() && ok->get_bool();
}

std::string refusal_of(const client::HttpAnswer& answer) {
  const json::object object = object_in(answer.body);
  const auto* error = object.if_contains("error");
  const auto* code = object.if_contains("code");
  if (error == nullptr || code == nullptr) return "HTTP " + std::to_string(answer.status);
  const std::string text = error->is_string() ? std::string(error->get_string()) : json::serialize(*error);
  return text + " (code " + json::serialize(*code) + ")";
}

std::optional<std::uint64_t> announced_size(const json::object& links, const std::string& variant) {
  const auto* sizes = links.if_contains("sizes");
  const auto* size = sizes != nullptr && sizes->is_object() ? sizes->get_object().if_contains(variant) : nullptr;
  if (size == nullptr && variant == "file") size = links.if_contains("size");
  if (size == nullptr || !size->is_int64() || size->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(size->get_int64());
}

std::string header_of(const client::HttpAnswer& answer, std::string_view name) {
  for (const auto& [field, value] : answer.headers)
    if (field == name) return value;
  return "";
}

std::optional<Setback> setback_in(const Result<client::HttpAnswer>& answer) {
  constexpr int kRefused = 400, kFailedThere = 500;
  if (!answer.ok()) return Setback{"no answer, " + answer.error().message, {}, kUnreachable};
  const int status = answer.value().status;
  if (status < kRefused) return std::nullopt;
  const auto retry = retry_of(answer.value());
  if (status < kFailedThere && retry.count() == 0) return std::nullopt;
  const std::string when = retry.count() > 0 ? ", again in " + std::to_string(retry.count()) + " ms" : "";
  const auto kept = status < kFailedThere ? std::nullopt : kept_in(answer.value());
  return Setback{refusal_of(answer.value()) + when, retry, kFailed, kept};
}

std::optional<Setback> other_place_in(const Result<client::HttpAnswer>& answer) {
  constexpr int kConflict = 409;
  if (!answer.ok() || answer.value().status != kConflict) return std::nullopt;
  return Setback{refusal_of(answer.value()), {}, kFailed};
}

}  // namespace im::imctl
