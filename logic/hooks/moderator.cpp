#include "logic/hooks/moderator.hpp"

#include <future>

#include <boost/json.hpp>

namespace im::logic {

namespace {

namespace json = boost::json;
const Error kRefused{Error::Code::kDenied, "the message is not allowed here"};

std::string text_of(const Moderator::Question& question) {
  json::object out{{"event", "message.check"},        {"uid", question.actor.uid.value()},
                   {"device", question.actor.device}, {"address", question.actor.address},
                   {"type", question.type},           {"body", question.body}};
  if (question.conv > 0) out["conv_id"] = question.conv;
  if (question.to > 0) out["to"] = question.to;
  return json::serialize(out);
}

std::string member(const json::object& object, const char* name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

}  // namespace

Result<std::string> Moderator::ask(const Question& question) {
  if (rests(monotonic_now())) {
    ++stats_.rested;
    return fall_back(question.body);
  }
  const auto told = std::make_shared<std::promise<Result<HookReply>>>();
  auto answer = told->get_future();
  poster_.post(text_of(question), [told](Result<HookReply> reply) { told->set_value(std::move(reply)); });
  return read(question, answer.get());
}

Result<std::string> Moderator::read(const Question& question, const Result<HookReply>& reply) {
  boost::system::error_code error;
  json::value answer;
  if (reply.ok() && reply.value().status == 200) answer = json::parse(reply.value().body, error);
  const std::string action = answer.is_object() ? member(answer.get_object(), "action") : "";
  const std::string body = answer.is_object() ? member(answer.get_object(), "body") : "";
  const bool good = action == "allow" || action == "refuse" || (action == "rewrite" && !body.empty());
  note(good, monotonic_now());
  if (!good) {
    ++stats_.failed;
    return fall_back(question.body);
  }
  if (action == "refuse") {
    ++stats_.refused;
    return kRefused;
  }
  ++(action == "rewrite" ? stats_.rewritten : stats_.allowed);
  return action == "rewrite" ? body : question.body;
}

Result<std::string> Moderator::fall_back(const std::string& body) const {
  if (options_.refuse) return kRefused;
  return body;
}

bool Moderator::rests(TimePoint now) {
  const std::lock_guard lock(mutex_);
  return now < until_;
}

void Moderator::note(bool good, TimePoint now) {
  const std::lock_guard lock(mutex_);
  failures_ = good ? 0 : failures_ + 1;
  if (failures_ < options_.failures) return;
  failures_ = 0;
  until_ = now + options_.rest;
}

}  // namespace im::logic
