#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "common/client/http_call.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/chat/chat_input.hpp"
#include "tools/imctl/chat/chat_session.hpp"
#include "tools/imctl/commands.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace {

/// Nobody sits at a pipe and gives up.
constexpr std::int64_t kPatienceOfPipes = 60, kLongestPatience = 7 * 24 * 3600;

struct ChatArguments {
  std::string server, login, name, password_file, token, tcp, ws, state, to;
  std::optional<std::int64_t> patience_s;
  bool make = false, plain = false, everything = false;
};

/// Of a file, of IM_PASSWORD, or typed.
std::string password_of(const ChatArguments& arguments) {
  if (!arguments.password_file.empty()) {
    std::ifstream file(arguments.password_file);
    std::string line;
    if (!file) throw UsageError("--password-file: cannot read " + arguments.password_file);
    if (!std::getline(file, line)) throw UsageError("--password-file: there is no line in " + arguments.password_file);
    return line;
  }
  if (const char* given = std::getenv("IM_PASSWORD"); given != nullptr) return given;
  if (::isatty(STDIN_FILENO) == 0) throw UsageError("no password: set IM_PASSWORD or --password-file");
  const char* typed = ::getpass("password: ");  // NOLINT(concurrency-mt-unsafe)
  return typed == nullptr ? "" : typed;
}

Result<ChatTokens> ask_for_tokens(const std::string& server, const std::string& command, boost::json::object fields) {
  return read_tokens(client::http_call_now(account_call(server, command, fields)), server);
}

Failure failure_of(const Error& error) {
  const bool silent = error.code == Error::Code::kUnavailable || error.code == Error::Code::kTimeout;
  return Failure(error.message, silent ? kUnreachable : kFailed);
}

/// With what the state knows, or with the password.
ChatTokens log_in(const ChatArguments& arguments, const ChatState& state) {
  if (!arguments.token.empty()) return {0, "", arguments.token, "", 0};
  if (!state.refresh.empty() && state.login == arguments.login) {
    auto tokens = ask_for_tokens(arguments.server, "account.refresh", {{"refresh", state.refresh}});
    if (tokens.ok()) return tokens.value();
    if (tokens.error().code != Error::Code::kDenied) throw failure_of(tokens.error());
  }
  if (arguments.login.empty()) throw UsageError("who are you? --login NAME, or --token TOKEN");
  boost::json::object fields{{"login", arguments.login}, {"password", password_of(arguments)}, {"device", "imctl"}};
  if (arguments.make && !arguments.name.empty()) fields["name"] = arguments.name;
  auto tokens = ask_for_tokens(arguments.server, arguments.make ? "account.register" : "account.login", fields);
  if (tokens.ok()) return tokens.value();
  if (tokens.error().code == Error::Code::kConflict)
    throw Failure("the login \"" + arguments.login + "\" is taken; when it is yours, leave out --register");
  throw failure_of(tokens.error());
}

/// Whom `--to` names, by the number or the login; 0: nobody.
std::int64_t peer_of(const ChatArguments& arguments, const ChatTokens& tokens) {
  const std::string& to = arguments.to;
  if (to.empty()) return 0;
  std::int64_t uid = 0;
  if (const auto [end, error] = std::from_chars(to.data(), to.data() + to.size(), uid);
      error == std::errc() && end == to.data() + to.size()) {
    if (uid <= 0) throw UsageError("--to: a UID is greater than 0");
    return uid;
  }
  client::HttpCall call = account_call(arguments.server, "contact.search", {{"login", to}});
  call.headers.emplace_back("Authorization", "Bearer " + tokens.token);
  const auto found = read_found_user(client::http_call_now(call), arguments.server, to);
  if (!found.ok()) throw failure_of({found.error().code, "--to: " + found.error().message});
  return found.value();
}

client::Config connection_of(const ChatArguments& arguments) {
  client::Config config;
  const std::string& given = arguments.ws.empty() ? arguments.tcp : arguments.ws;
  if (!arguments.ws.empty()) config.transport = client::Transport::kWebSocket;
  if (given.empty()) {
    config.nodes_url = arguments.server + (arguments.server.ends_with('/') ? "" : "/") + "goim/nodes/weighted";
    return config;
  }
  const auto address = client::parse_address(given);
  if (!address.ok()) throw UsageError((arguments.ws.empty() ? "--tcp: " : "--ws: ") + address.error().message);
  config.address = address.value();
  return config;
}

ChatSession::Setup setup_of(const ChatArguments& arguments, bool terminal) {
  ChatSession::Setup setup;
  if (!arguments.state.empty()) {
    auto state = load_chat_state(arguments.state);
    if (!state.ok()) throw Failure(state.error().message);
    if (const Status good = can_save_chat_state(arguments.state); !good.ok())
      throw Failure("--state: " + good.error().message);
    if (state.value().login.empty() || state.value().login == arguments.login) setup.state = std::move(state).value();
  }
  setup.server = arguments.server;
  setup.connection = connection_of(arguments);
  setup.tokens = log_in(arguments, setup.state);
  setup.state.login = arguments.login;
  setup.state_file = arguments.state;
  setup.everything = arguments.everything;
  setup.reads = terminal;
  setup.patience = std::chrono::seconds(arguments.patience_s.value_or(terminal ? 0 : kPatienceOfPipes));
  return setup;
}

/// One run of `imctl chat`.
class Chat {
 public:
  /// `first`: whom to talk to, or 0.
  Chat(const Globals& globals, bool terminal, ChatSession::Setup setup, std::int64_t first)
      : terminal_(terminal),
        view_({globals.json, terminal_ && std::getenv("NO_COLOR") == nullptr},
              [this](const std::string& lines) { input_.print(lines); }),
        session_(context_, std::move(setup), view_, [this](const std::string& why, Exit exit) { end(why, exit); }),
        input_(context_, terminal_, told()),
        first_(first) {}

  int run() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
      if (error) return;
      interrupted_ = signal == SIGINT;
      session_.quit_now(interrupted_ ? kInterrupted : kFailed);
    });
    session_.start();
    if (terminal_) session_.line("/list");
    if (first_ > 0) session_.line("/to " + std::to_string(first_));
    input_.start();
    redraw();
    context_.run();
    input_.stop();
    if (!why_.empty()) throw Failure(why_, exit_);
    // Nobody reads along: the exit code has to say it.
    if (::isatty(STDIN_FILENO) == 0 && view_.failures() > 0)
      throw Failure("not all of it was done: " + std::to_string(view_.failures()) + " failed, see the output");
    return interrupted_ ? kInterrupted : kOk;
  }

 private:
  ChatInput::Told told() {
    return {[this](const std::string& line) { session_.line(line); }, [this] { session_.line("/more"); },
            [this] { session_.typing(); }, [this] { terminal_ ? session_.line("/quit") : session_.end_of_input(); },
            [this] { return prompt(); }};
  }

  std::string prompt() const {
    std::string text = session_.current() > 0 ? "[" + std::to_string(session_.current()) + "]" : "[no conversation]";
    if (session_.unread() > 0) text += " (" + std::to_string(session_.unread()) + " unread)";
    if (const std::string who = session_.who_types(); !who.empty()) text += " " + printable(who) + " is typing...";
    return text + " > ";
  }

  /// Who stops typing sends nothing.
  void redraw() {
    if (!terminal_) return;
    clock_.expires_after(std::chrono::seconds(1));
    clock_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      input_.draw();
      redraw();
    });
  }

  void end(const std::string& why, Exit exit) {
    why_ = why;
    exit_ = exit;
    context_.stop();
  }

  boost::asio::io_context context_{1};
  bool terminal_;
  ChatView view_;
  ChatSession session_;
  ChatInput input_;
  std::int64_t first_;
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  boost::asio::steady_timer clock_{context_};
  std::string why_;
  Exit exit_ = kFailed;
  bool interrupted_ = false;
};

int chat_once(const Globals& globals, const ChatArguments& arguments) {
  const bool terminal =
      !arguments.plain && !globals.json && ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
  ChatSession::Setup setup = setup_of(arguments, terminal);
  const std::int64_t first = peer_of(arguments, setup.tokens);
  return Chat(globals, terminal, std::move(setup), first).run();
}

}  // namespace

void add_chat(CLI::App& app, Globals& globals) {
  const auto arguments = std::make_shared<ChatArguments>();
  arguments->server = "http://127.0.0.1:3113";
  CLI::App* chat = app.add_subcommand("chat", "Talk to other users at a terminal, or line by line through pipes");
  chat->add_option("--server", arguments->server, "Public port of a logic")
      ->envname("IM_SERVER")
      ->capture_default_str();
  chat->add_option("--login", arguments->login, "Who you are; the password is typed, or in IM_PASSWORD");
  chat->add_option("--password-file", arguments->password_file, "The first line of this file is the password");
  chat->add_flag("--register", arguments->make, "Make the user first");
  chat->add_option("--name", arguments->name, "What others see; with --register");
  chat->add_option("--token", arguments->token, "A token in place of login and password");
  auto* tcp = chat->add_option("--tcp", arguments->tcp, "TCP port of a comet, HOST:PORT, in place of the node list");
  chat->add_option("--ws", arguments->ws, "WebSocket port of a comet, HOST:PORT")->excludes(tcp);
  chat->add_option("--to", arguments->to, "Whom to talk to: a UID, or a login that is no number");
  chat->add_option("--state", arguments->state, "Keep the login, what was seen and what was not sent yet in this file");
  chat->add_option(
          "--patience", arguments->patience_s,
          "Seconds without a way to a comet until it ends with 4; 0 = never. 60 through pipes, 0 at a terminal")
      ->check(CLI::Range(std::int64_t{0}, kLongestPatience));
  chat->add_flag("--everything", arguments->everything, "From the first message on, not only what is unread");
  chat->add_flag("--plain", arguments->plain, "Lines only, also at a terminal");
  chat->footer(
      "Type /help for what can be typed. A message counts as sent when the server has it: until then it is sent "
      "again,\n"
      "with --state also by the next run. From a pipe each line is typed; at its end imctl waits for all answers\n"
      "and ends with 1 when one of them was a refusal or a line could not be done. So does /quit, while something is "
      "under\n"
      "way; a second /quit ends at once with 1, Ctrl-C with 130, and the text says what was not done.\n"
      "With --json each line of output is an object with \"event\": row, answer, told, status, reset, problem.\n"
      "Examples:\n"
      "  imctl chat --login ann --register\n"
      "  imctl chat --login ann --to bob --state ~/.imctl-ann\n"
      "  echo 'the build is green' | imctl chat --login bot --password-file bot.password --to 2");
  chat->callback(
      [&globals, arguments] { globals.run = [&globals, arguments] { return chat_once(globals, *arguments); }; });
}

}  // namespace im::imctl
