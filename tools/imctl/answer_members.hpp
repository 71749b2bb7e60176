#pragma once

#include <cstdint>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace im::imctl {

/// What an answer of logic must have. Each throws Failure where it has it not, or something else under that name: some
/// other program answers, or another version. Pure.
class AnswerMembers {
 public:
  /// `from`: who answered what, for people: "media.begin". The object outlives this.
  AnswerMembers(const boost::json::object& object, std::string from) : object_(object), from_(std::move(from)) {}
  std::string text(const char* name) const;
  bool flag(const char* name) const;
  std::uint64_t count(const char* name) const;  ///< 0 or more
  const boost::json::object& object(const char* name) const;
  const boost::json::array& array(const char* name) const;

 private:
  const boost::json::value& member(const char* name, boost::json::kind kind, const char* what) const;
  [[noreturn]] void fail(const char* name, const char* what) const;

  const boost::json::object& object_;
  const std::string from_;
};

}  // namespace im::imctl
