#include "logic/web/web_config.hpp"

#include <algorithm>

namespace im::logic {

namespace {

/// They stand in a header, between blanks and semicolons.
bool is_source(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != ';' && c != ',' && c != '\'' && c != '"';
  });
}

}  // namespace

void describe(config::Options& options, WebConfig& config) {
  options.section("web", "The pages of the public port (docs/pages.md).");
  options.add("folder", config.folder, "Folder of the built pages (build/web); empty: no pages are served.");
  options.add("comets_file", config.comets_file,
              "WebSocket addresses of the comets for pages, one a line (\"wss://im1.example.com/sub\"), read at each "
              "question; empty: the addresses and ports of the node list.");
  options.add("connect", config.connect,
              "Where pages may connect to beside this port (Content-Security-Policy connect-src), also for long-poll: "
              "\"wss://im1.example.com\", \"https://im1.example.com\"; empty: the hosts of the comets' addresses when "
              "the page is "
              "loaded.");
  options.check([&config]() -> std::string {
    if (std::all_of(config.connect.begin(), config.connect.end(), is_source)) return "";
    return "web.connect: write sources like wss://im1.example.com";
  });
}

}  // namespace im::logic
