#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include "tools/imctl/answer_members.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/chat/media_text.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/media_check.hpp"
#include "tools/imctl/media_client.hpp"
#include "tools/imctl/output.hpp"
#include "tools/imctl/part_file.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

constexpr int kLongestMediaPatience = 7 * 24 * 3600;

struct Media {
  std::string base = "http://127.0.0.1:3113";
  std::string path, name, mime, message, variant = "file", out;
  std::vector<std::string> ids;
  std::int64_t conv = 0, patience_s = kMediaPatience.count();
};

/// Not an argument: those are seen by all users of the machine.
MediaClient client_of(const Media& media) {
  const char* token = std::getenv("IM_TOKEN");
  if (token == nullptr || *token == '\0') throw UsageError("IM_TOKEN is empty; it holds the token of a user");
  return {media.base, token, std::chrono::seconds(media.patience_s)};
}

/// For people, beside the id that scripts take.
std::string next_steps(const Media& media, const std::string& id) {
  const json::object body{{"media", id}};
  const json::object message{{"conv_id", media.conv},
                             {"client_msg_id", id},
                             {"type", media_type_of(media.path)},
                             {"body", json::serialize(body)}};
  return "Uploaded, and in no message yet. This sends it:\n  curl -H \"Authorization: Bearer $IM_TOKEN\" -H "
         "'Content-Type: application/json' -d '" +
         json::serialize(message) + "' " + media.base +
         "/v1/msg.send\nand this fetches it, SEQ as in the answer:\n  imctl media get " + std::to_string(media.conv) +
         ":SEQ\n";
}

int put_media(const Globals& globals, const Media& media) {
  const std::string name = media.name.empty() ? std::filesystem::path(media.path).filename().string() : media.name;
  const std::string id = client_of(media).put(media.path, name, media.mime, media.conv);
  std::cout << (globals.json ? json::serialize(json::object{{"media_id", id}}) : printable(id)) << std::endl;
  if (!globals.json) std::cerr << next_steps(media, id);
  return 0;
}

int get_media(const Globals& globals, const Media& media) {
  PartFile::end_at_signals();
  const MediaClient::Saved saved = client_of(media).get(media.message, media.variant, media.out);
  if (globals.json) {
    std::cout << json::serialize(json::object{{"path", saved.path}, {"size", saved.size}}) << "\n";
  } else {
    std::cout << printable(saved.path) << ", " << saved.size << " bytes\n";
  }
  return 0;
}

/// Each page as it comes: `next` leads to the one behind it.
template <class See>
json::object each_own(const MediaClient& client, const See& see) {
  json::object page, ask;
  do {
    page = client.ask("media.list", ask);
    const AnswerMembers answered(page, "media.list");
    for (const json::value& medium : answered.array("media")) see(medium);
    ask = page.contains("next") ? json::object{{"after", answered.text("next")}} : json::object{};
  } while (!ask.empty());
  return page;
}

int list_media(const Globals& globals, const Media& media) {
  json::array all;
  const json::object last = each_own(client_of(media), [&](const json::value& value) {
    if (globals.json) return all.push_back(value);
    const AnswerMembers medium(value.as_object(), "media.list");
    std::cout << printable(medium.text("media_id")) << "  " << medium.count("bytes") << "  "
              << printable(medium.text("name")) << (medium.flag("done") ? "" : "  (not all bytes have come)") << "\n";
  });
  const AnswerMembers answered(last, "media.list");
  const auto most = answered.count("user_bytes");
  if (globals.json)
    std::cout << json::serialize(
                     json::object{{"media", std::move(all)}, {"bytes", answered.count("bytes")}, {"user_bytes", most}})
              << "\n";
  else
    std::cout << answered.count("bytes") << (most > 0 ? " of " + std::to_string(most) : "") << " bytes\n";
  return 0;
}

/// The first that is refused ends it; those before it are gone.
int remove_media(const Globals& globals, const Media& media) {
  const MediaClient client = client_of(media);
  for (const std::string& id : media.ids) {
    client.ask("media.drop", {{"media_id", id}});
    if (!globals.json) std::cout << printable(id) << " is gone\n";
  }
  if (globals.json) std::cout << json::serialize(json::object{{"gone", media.ids.size()}}) << "\n";
  return 0;
}

void add_own_media(CLI::App& group, Globals& globals, const std::shared_ptr<Media>& media) {
  CLI::App* list = group.add_subcommand("list", "What you uploaded, the newest first, and what it counts for");
  list->footer("Each line: the id, bytes of media.user_bytes, the name.");
  list->callback([&globals, media] { globals.run = [&globals, media] { return list_media(globals, *media); }; });
  CLI::App* rm = group.add_subcommand("rm", "Take away what you uploaded, wherever it was sent");
  rm->add_option("id", media->ids, "Ids, from \"list\"")->required()->type_name("");
  rm->footer("Messages stay, and say that their file is gone. There is no way back.");
  rm->callback([&globals, media] { globals.run = [&globals, media] { return remove_media(globals, *media); }; });
}

}  // namespace

void add_media(CLI::App& app, Globals& globals) {
  const auto media = std::make_shared<Media>();
  CLI::App* group = app.add_subcommand("media", "Upload, download and check pictures, voice, video and files");
  group->require_subcommand(1);
  group->add_option("--public", media->base, "Public port of a logic")->envname("IM_PUBLIC")->capture_default_str();
  group
      ->add_option("--patience", media->patience_s,
                   "Seconds that a transfer may stand still; 0 = nothing is tried again")
      ->check(CLI::Range(0, kLongestMediaPatience))
      ->capture_default_str();
  group->footer("IM_TOKEN holds the token of a user.");
  CLI::App* put = group->add_subcommand("put", "Upload a file; goes on after a cut");
  put->add_option("file", media->path, "File")->required()->check(CLI::ExistingFile)->type_name("");
  put->add_option("--conv", media->conv, "Conversation it is meant for")->required();
  put->add_option("--name", media->name, "Name readers see; that of the file when left out");
  put->add_option("--mime", media->mime, "What it is, \"image/jpeg\"");
  put->footer(
      "Prints the id for a message, and on standard error how to send it.\nExample:\n  imctl media put photo.jpg "
      "--conv 7 --mime image/jpeg");
  put->callback([&globals, media] { globals.run = [&globals, media] { return put_media(globals, *media); }; });
  CLI::App* get = group->add_subcommand("get", "Download what hangs on a message");
  get->add_option("message", media->message, "CONV:SEQ")->required()->type_name("");
  get->add_option("--variant", media->variant, "file, small, large or poster")->capture_default_str();
  get->add_option("-o,--out", media->out, "Where to; the name that the message says when left out");
  get->footer("Example:\n  imctl media get 7:12 -o photo.jpg");
  get->callback([&globals, media] { globals.run = [&globals, media] { return get_media(globals, *media); }; });
  add_own_media(*group, globals, media);
  add_media_check(*group, globals);
}

}  // namespace im::imctl
