#include "tools/imctl/media_check.hpp"

#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/answer_members.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct Wrong {
  const char* list;
  const char* text;
};
constexpr std::array<Wrong, 5> kWrong{{{"lost", "bytes are missing of medium "},
                                       {"strays", "no medium has the bytes "},
                                       {"half_put", "an unfinished upload to the store holds bytes of "},
                                       {"miscounted", "the number of messages is wrong of medium "},
                                       {"odd", "no file that can be read lies under the name "}}};
/// Each of up to a thousand things that are wrong may take several calls to a store far away.
constexpr std::chrono::minutes kPartWithin{10};
constexpr std::size_t kLongestPart = 2;  ///< of those logic answers whatever there is
constexpr std::string_view kHex = "0123456789abcdef";

void add_number(json::object& all, const AnswerMembers& part, const char* name) {
  all[name].as_int64() += static_cast<std::int64_t>(part.count(name));
}

/// A logic that is older than "odd" looks for none.
bool is_unknown_there(const Wrong& wrong, const json::object& answer) {
  return std::string_view(wrong.list) == "odd" && !answer.contains(wrong.list);
}

/// What is too much for one answer is asked for in sixteen parts, so that no answer takes long however much there is.
void add_part(const Globals& globals, const char* method, const std::string& begin, json::object& all) {
  const json::value answer = call_admin(globals.admin, "/admin/v1/media/check?part=" + begin, method, kPartWithin);
  const AnswerMembers part(answer.as_object(), "media/check");
  if (part.flag("too_many")) {
    if (begin.size() >= kLongestPart) throw Failure("logic says that the part " + begin + " has too many media, again");
    for (const char letter : kHex) add_part(globals, method, begin + letter, all);
    return;
  }
  for (const char* name : {"rows", "files"}) add_number(all, part, name);
  if (answer.as_object().contains("mended")) add_number(all, part, "mended");
  for (const Wrong& wrong : kWrong) {
    if (is_unknown_there(wrong, answer.as_object())) continue;
    for (const json::value& name : part.array(wrong.list)) all[wrong.list].as_array().push_back(name);
  }
  // A logic that is older names no owners.
  if (!answer.as_object().contains("owners")) return;
  for (const auto& [id, owner] : part.object("owners")) all["owners"].as_object()[id] = owner;
}

json::object all_parts(const Globals& globals, const char* method) {
  json::object all{{"rows", std::int64_t{0}}, {"files", std::int64_t{0}}, {"mended", std::int64_t{0}}};
  for (const Wrong& wrong : kWrong) all[wrong.list] = json::array();
  all["owners"] = json::object();
  add_part(globals, method, "", all);
  return all;
}

std::size_t count_wrong(const json::object& all) {
  std::size_t count = 0;
  for (const Wrong& wrong : kWrong) count += all.at(wrong.list).as_array().size();
  return count;
}
bool is_sound(const json::object& all) { return count_wrong(all) == 0; }

/// ", of user 7"; "" of what has no owner.
std::string owner_of(const json::object& all, const json::value& name) {
  const json::value* owner = name.is_string() ? all.at("owners").as_object().if_contains(name.get_string()) : nullptr;
  return owner == nullptr || !owner->is_int64() ? "" : ", of user " + std::to_string(owner->get_int64());
}

void print(const Globals& globals, const json::object& all) {
  if (globals.json) {
    std::cout << json::serialize(all) << "\n";
    return;
  }
  std::cout << all.at("rows") << " media, " << all.at("files") << " files\n";
  for (const Wrong& wrong : kWrong)
    for (const json::value& name : all.at(wrong.list).as_array())
      std::cout << wrong.text << printable(name.is_string() ? name.get_string().c_str() : json::serialize(name))
                << owner_of(all, name) << "\n";
  if (is_sound(all)) std::cout << "nothing is wrong\n";
}

int check_media(const Globals& globals) {
  const json::object all = all_parts(globals, "GET");
  print(globals, all);
  return is_sound(all) ? kOk : kNotMet;
}

int collect_media(const Globals& globals, bool dry) {
  const json::object all = all_parts(globals, dry ? "GET" : "POST");
  print(globals, all);
  if (globals.json || dry) return 0;
  const auto wrong = static_cast<std::int64_t>(count_wrong(all)), mended = all.at("mended").as_int64();
  std::cout << mended << " mended";
  if (wrong > mended) std::cout << ", " << wrong - mended << " left; imctl media gc --help says which stay";
  std::cout << "\n";
  return 0;
}

}  // namespace

void add_media_check(CLI::App& media, Globals& globals) {
  CLI::App* check = media.add_subcommand("check", "Whether rows and bytes of media fit; logics may be at work");
  check->footer("Asks the ops server of a logic. Ends with 5 when something is wrong.\nExample:\n  imctl media check");
  check->callback([&globals] { globals.run = [&globals] { return check_media(globals); }; });
  const auto dry = std::make_shared<bool>(false);
  CLI::App* gc = media.add_subcommand("gc", "Take away bytes that no medium has, and count messages anew");
  gc->add_flag("--dry-run", *dry, "Say what is wrong and change nothing");
  gc->footer(
      "Media whose bytes are missing go where no message names them; the others stay, for messages name them.\n"
      "What is no file (a folder, a pipe, a socket, a symbolic link), or may not be read, is named and stays:\n"
      "it is none of logic's.\n"
      "Example:\n  imctl media gc --dry-run");
  gc->callback([&globals, dry] { globals.run = [&globals, dry] { return collect_media(globals, *dry); }; });
}

}  // namespace im::imctl
