#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace im::imctl {

struct Globals {
  bool json = false;
  std::string api = "http://127.0.0.1:3111";
  std::string admin = "http://127.0.0.1:3112";
  std::function<int()> run;  ///< set by the command that was chosen; returns the exit code, or throws
};

/// What follows `--` is a word even when it begins with a dash. CLI11 forgets that in commands of commands, so such a
/// word carries this mark until its command takes it off.
inline constexpr char kWordMark = '\x01';
inline std::string without_mark(std::string word) {
  if (word.starts_with(kWordMark)) word.erase(0, 1);
  return word;
}

void add_push(CLI::App& app, Globals& globals);
void add_watch(CLI::App& app, Globals& globals);
void add_admin(CLI::App& app, Globals& globals);  ///< overview, nodes, session, room
void add_top(CLI::App& app, Globals& globals);
void add_config(CLI::App& app, Globals& globals);
void add_key(CLI::App& app, Globals& globals);
void add_cert(CLI::App& app, Globals& globals);
void add_admin_file(CLI::App& app, Globals& globals);
void add_token(CLI::App& app, Globals& globals);
void add_kick(CLI::App& app, Globals& globals);  ///< kick, pardon
void add_bench(CLI::App& app, Globals& globals);
void add_bench_calls(CLI::App& bench, Globals& globals);
void add_bench_connect(CLI::App& bench, Globals& globals);
void add_bench_idle(CLI::App& bench, Globals& globals);
void add_bench_push(CLI::App& bench, Globals& globals);  ///< fanout, rooms, user, http, e2e
void add_bench_storm(CLI::App& bench, Globals& globals);
void add_store(CLI::App& app, Globals& globals);
void add_people(CLI::App& app, Globals& globals);  ///< user, devices, conv, history, calls
void add_call_test(CLI::App& app, Globals& globals);
void add_group(CLI::App& app, Globals& globals);
void add_chat(CLI::App& app, Globals& globals);
void add_media(CLI::App& app, Globals& globals);
void add_trace(CLI::App& app, Globals& globals);
void add_completion(CLI::App& app, Globals& globals);

}  // namespace im::imctl
