#include "tools/imctl/chat/chat_state.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "common/chat_client/row.hpp"
#include "common/json/strict_json.hpp"

namespace im::imctl {

namespace json = boost::json;
using chat_client::text_of;

namespace {

json::object object_of(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

json::object state_json(const ChatState& state) {
  json::array unsent;
  for (const Unsent& one : state.unsent) unsent.push_back({{"to", one.to}, {"key", one.key}, {"text", one.text}});
  return {{"login", state.login}, {"device", state.device}, {"refresh", state.refresh},
          {"epoch", state.epoch}, {"marks", state.marks},   {"unsent", unsent}};
}

Error failed(const std::string& what, const std::string& file) {
  return {Error::Code::kUnavailable, "cannot " + what + " " + file + ": " + std::strerror(errno)};
}

bool write_whole(int file, const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const ssize_t size = ::write(file, text.data() + at, text.size() - at);
    if (size <= 0) return false;
    at += static_cast<std::size_t>(size);
  }
  return true;
}

}  // namespace

Result<ChatState> load_chat_state(const std::string& file) {
  ChatState state;
  std::ifstream in(file, std::ios::binary);
  if (!in) return errno == ENOENT ? Result<ChatState>(state) : failed("read", file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto value = parse_strict_json(text);
  if (!value.ok() || !value.value().is_object())
    return Error{Error::Code::kInvalid, file + " is no state of imctl chat"};
  const json::object& object = value.value().get_object();
  state.login = text_of(object, "login");
  state.device = text_of(object, "device");
  state.refresh = text_of(object, "refresh");
  state.epoch = text_of(object, "epoch");
  state.marks = object_of(object, "marks");
  const json::value* unsent = object.if_contains("unsent");
  if (unsent == nullptr || !unsent->is_array()) return state;
  for (const json::value& one : unsent->get_array()) {
    if (!one.is_object()) continue;
    const json::object& entry = one.get_object();
    state.unsent.push_back({object_of(entry, "to"), text_of(entry, "key"), text_of(entry, "text")});
  }
  return state;
}

std::string left_in(const ChatState& state, const std::string& file, std::size_t lines) {
  const std::string messages = "; messages not sent: " + std::to_string(state.unsent.size());
  const std::string fate = file.empty() ? " (--state FILE keeps them for the next run)" : ", kept in " + file;
  return (state.unsent.empty() ? "" : messages + fate) +
         (lines == 0 ? "" : "; lines not done: " + std::to_string(lines));
}

Status can_save_chat_state(const std::string& file) {
  const std::string beside = file + ".new";
  const int out = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (out < 0) return failed("write", beside);
  ::close(out);
  return std::remove(beside.c_str()) == 0 ? Status(Ok{}) : failed("remove", beside);
}

Status save_chat_state(const std::string& file, const ChatState& state) {
  const std::string beside = file + ".new";
  const int out = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return failed("write", beside);
  const bool good = write_whole(out, json::serialize(state_json(state)) + "\n") && ::fsync(out) == 0;
  const Error error = failed("write", beside);
  ::close(out);
  if (!good) return error;
  if (std::rename(beside.c_str(), file.c_str()) != 0) return failed("replace", file);
  return Ok{};
}

}  // namespace im::imctl
