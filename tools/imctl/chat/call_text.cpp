#include "tools/imctl/chat/call_text.hpp"

#include <algorithm>

#include <boost/json/parse.hpp>

#include "common/chat_client/row.hpp"

namespace im::imctl {

namespace {

std::string talk_text(std::int64_t ms) {
  const std::int64_t seconds = std::max<std::int64_t>(ms, 0) / 1000;
  const std::string rest = std::to_string(seconds % 60) + " s";
  const std::string minutes = std::to_string(seconds / 60 % 60) + " min ";
  if (seconds >= 3600) return std::to_string(seconds / 3600) + " h " + minutes + rest;
  return seconds >= 60 ? minutes + rest : rest;
}

}  // namespace

std::string call_text(const std::string& body, std::int64_t me) {
  boost::json::error_code error;
  const boost::json::value value = boost::json::parse(body, error);
  if (error || !value.is_object()) return {};
  const boost::json::object& record = value.get_object();
  const std::string outcome = chat_client::text_of(record, "outcome"), kind = chat_client::text_of(record, "kind");
  const std::string call = (kind == "video" || kind == "screen" ? kind + " " : "") + "call";
  if (outcome == "answered") return call + ", " + talk_text(chat_client::number_of(record, "talk_ms"));
  if (outcome == "missed" || outcome == "cancelled")
    return chat_client::number_of(record, "caller") == me ? call + ", no answer" : "missed " + call;
  if (outcome == "rejected") return call + ", declined";
  return outcome == "busy" || outcome == "failed" ? call + ", " + outcome : "";
}

}  // namespace im::imctl
