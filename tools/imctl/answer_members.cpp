#include "tools/imctl/answer_members.hpp"

#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace json = boost::json;

void AnswerMembers::fail(const char* name, const char* what) const {
  throw Failure("the answer to " + from_ + " has no \"" + name + "\" that is " + what +
                "; is that a logic of this version?");
}

const json::value& AnswerMembers::member(const char* name, json::kind kind, const char* what) const {
  const auto* value = object_.if_contains(name);
  if (value == nullptr || value->kind() != kind) fail(name, what);
  return *value;
}

std::string AnswerMembers::text(const char* name) const {
  return std::string(member(name, json::kind::string, "a text").get_string());
}

bool AnswerMembers::flag(const char* name) const { return member(name, json::kind::bool_, "true or false").get_bool(); }

std::uint64_t AnswerMembers::count(const char* name) const {
  const auto* value = object_.if_contains(name);
  if (value != nullptr && value->is_uint64()) return value->get_uint64();
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0) fail(name, "a number, 0 or more");
  return static_cast<std::uint64_t>(value->get_int64());
}

const json::object& AnswerMembers::object(const char* name) const {
  return member(name, json::kind::object, "an object").get_object();
}

const json::array& AnswerMembers::array(const char* name) const {
  return member(name, json::kind::array, "a list").get_array();
}

}  // namespace im::imctl
