#include "tools/imctl/media_check.hpp"

#include <array>
#include <iostream>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/api.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

struct Wrong {
  const char* list;
  const char* text;
};
constexpr std::array<Wrong, 4> kWrong{{{"lost", "bytes are missing of medium "},
                                       {"strays", "no medium has the bytes "},
                                       {"half_put", "an unfinished upload to the store holds bytes of "},
                                       {"miscounted", "the number of messages is wrong of medium "}}};
constexpr int kParts = 256;

std::string part_name(int number) {
  constexpr const char* kHex = "0123456789abcdef";
  return {kHex[number / 16], kHex[number % 16]};
}

/// One question for each part, so that none takes long however much there is.
json::object all_parts(const Globals& globals, const char* method) {
  std::int64_t rows = 0, files = 0, mended = 0;
  json::object all;
  for (const Wrong& wrong : kWrong) all[wrong.list] = json::array();
  for (int number = 0; number < kParts; ++number) {
    const json::value part = call_admin(globals.admin, "/admin/v1/media/check?part=" + part_name(number), method);
    rows += part.at("rows").as_int64();
    files += part.at("files").as_int64();
    if (const auto* did = part.as_object().if_contains("mended")) mended += did->as_int64();
    for (const Wrong& wrong : kWrong)
      for (const json::value& name : part.at(wrong.list).as_array()) all[wrong.list].as_array().push_back(name);
  }
  all["rows"] = rows;
  all["files"] = files;
  all["mended"] = mended;
  return all;
}

bool is_sound(const json::object& all) {
  for (const Wrong& wrong : kWrong)
    if (!all.at(wrong.list).as_array().empty()) return false;
  return true;
}

void print(const Globals& globals, const json::object& all) {
  if (globals.json) {
    std::cout << json::serialize(all) << "\n";
    return;
  }
  std::cout << all.at("rows") << " media, " << all.at("files") << " files\n";
  for (const Wrong& wrong : kWrong)
    for (const json::value& name : all.at(wrong.list).as_array())
      std::cout << wrong.text << printable(json::value_to<std::string>(name)) << "\n";
  if (is_sound(all)) std::cout << "nothing is wrong\n";
}

int check_media(const Globals& globals) {
  const json::object all = all_parts(globals, "GET");
  print(globals, all);
  return is_sound(all) ? 0 : 1;
}

int collect_media(const Globals& globals, bool dry) {
  const json::object all = all_parts(globals, dry ? "GET" : "POST");
  print(globals, all);
  if (!globals.json && !dry) std::cout << all.at("mended") << " mended\n";
  return 0;
}

}  // namespace

void add_media_check(CLI::App& media, Globals& globals) {
  CLI::App* check = media.add_subcommand("check", "Whether rows and bytes of media fit; logics may be at work");
  check->footer("Asks the ops server of a logic. Ends with 1 when something is wrong.\nExample:\n  imctl media check");
  check->callback([&globals] { globals.run = [&globals] { return check_media(globals); }; });
  const auto dry = std::make_shared<bool>(false);
  CLI::App* gc = media.add_subcommand("gc", "Take away bytes that no medium has, and count messages anew");
  gc->add_flag("--dry-run", *dry, "Say what is wrong and change nothing");
  gc->footer(
      "Media whose bytes are missing go where no message names them; the others stay, for messages name them.\n"
      "Example:\n  imctl media gc --dry-run");
  gc->callback([&globals, dry] { globals.run = [&globals, dry] { return collect_media(globals, *dry); }; });
}

}  // namespace im::imctl
