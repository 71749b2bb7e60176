#include "tools/imctl/chat/chat_session.hpp"

#include <algorithm>
#include <utility>

#include <boost/json/serialize.hpp>

#include "common/base/clock.hpp"
#include "tools/imctl/chat/chat_request.hpp"
#include "tools/imctl/chat/media_text.hpp"
#include "tools/imctl/last_loss.hpp"

namespace im::imctl {

namespace json = boost::json;
using chat_client::flag_of;
using chat_client::number_of;
using chat_client::text_of;

namespace {

using What = ChatLine::What;
constexpr const char* kTooMuch = "too much waits for the server";

}  // namespace

ChatSession::ChatSession(boost::asio::io_context& context, Setup setup, ChatView& view,
                         std::function<void(const std::string& why, Exit exit)> ended)
    : setup_(std::move(setup)),
      view_(view),
      ended_(std::move(ended)),
      renewal_(
          context, setup_.server, setup_.tokens,
          {[this] { renewed(); },
           [this](const std::string& why) {
             end((setup_.tokens.refresh.empty() ? "the token is refused: " : "this device was logged out: ") + why);
           }}),
      media_(context, setup_.server),
      way_(context, setup_.patience, [this](const std::string& why) { gave_up(why); }),
      look_(context) {
  chat_client::ChatClient::Config config;
  config.connection = setup_.connection;
  config.connection.token = setup_.tokens.token;
  config.chat.device = setup_.tokens.device.empty() ? "imctl" : setup_.tokens.device.substr(0, 64);
  config.chat.platform = "imctl";
  config.chat.sync.from_read = !setup_.everything;
  chat_client::ChatClient::Handlers handlers;
  handlers.row = [this](const chat_client::Row& row) { on_row(row); };
  handlers.reset = [this] { oldest_.clear(), view_.reset(); };
  handlers.event = [this](const json::object& event) { on_event(event); };
  handlers.ready = [this](const json::object& hello) {
    view_.me(client_->uid());
    view_.status("ready", "user " + std::to_string(number_of(hello, "uid")));
    ready_ = true;
    way_.there();
  };
  handlers.status = [this](const client::Status& status) { on_status(status); };
  client_ = std::make_unique<chat_client::ChatClient>(context, std::move(config), std::move(handlers));
}

void ChatSession::start() {
  client_->begin(setup_.state.epoch, setup_.state.marks);
  if (!std::ranges::all_of(setup_.state.unsent, [this](const Unsent& one) { return hand_in(one); }))
    view_.problem(std::string("messages of an earlier run wait for the next one: ") + kTooMuch);
  renewal_.in_time();
  way_.start();
  client_->start();
}

void ChatSession::line(std::string_view typed) {
  if (leaving_) return line_after_quit(typed);
  if (opening_ && typed != "/quit") {
    ahead_.emplace_back(typed);
    return;
  }
  const auto line = read_chat_line(typed);
  if (line.ok()) return obey(line.value());
  view_.problem(line.error().message);
}

void ChatSession::obey(const ChatLine& line) {
  if (needs_conversation(line.what) && current_ == 0)
    return view_.not_sent(line.what == What::kText || line.what == What::kReply ? line.text : "",
                          "no conversation yet: /to UID|LOGIN, or /conv NUMBER (see /list)");
  auto request = request_of(line, current_);
  if (!request.ok()) return view_.problem(request.error().message);
  if (request.value()) return void(ask(request.value()->cmd, std::move(request.value()->fields)));
  switch (line.what) {
    case What::kText:
      return void(say({{"conv_id", current_}}, line.text));
    case What::kTo:
      return to_user(line);
    case What::kConv:
      go_to(line.number);
      return look_for(line.number);
    case What::kMore:
      return more(line.number);
    case What::kRead:
      return read_now();
    case What::kReply:
      return void(say({{"conv_id", current_}, {"reply_to", line.number}}, line.text));
    case What::kFile:
      return send_file(line.text);
    case What::kGet:
      return save_file(line);
    case What::kTyping:
      return typing();
    case What::kHelp:
      return view_.say("what can be typed:\n" + std::string(chat_help()));
    case What::kQuit:
      return quit();
    default:
      return;  // nothing, or a request
  }
}

void ChatSession::obey_what_waited(const json::object& opened) {
  opening_ = false;
  if (flag_of(opened, "ok")) go_to(number_of(opened, "conv_id"));
  for (const std::string& one : std::exchange(ahead_, {})) line(one);
}

bool ChatSession::ask(const std::string& cmd, json::object fields, chat_client::Answered then) {
  fields["cmd"] = cmd;
  const bool keep = repeatable(cmd, fields);
  const auto done = [this, cmd, then = std::move(then)](const json::object& answer) {
    view_.answer(cmd, answer);
    if (then) then(answer);
  };
  if (client_->request({std::move(fields), done, keep})) return true;
  view_.problem(kTooMuch);
  return false;
}

bool ChatSession::say(json::object to, const std::string& text) {
  setup_.state.unsent.push_back({std::move(to), new_key(), text});
  save();
  if (hand_in(setup_.state.unsent.back())) return true;
  setup_.state.unsent.pop_back();
  save();
  view_.not_sent(text, kTooMuch);
  return false;
}

bool ChatSession::hand_in(const Unsent& unsent) {
  const auto done = [this, key = unsent.key](const json::object& answer) { acknowledged(key, answer); };
  return client_->send(unsent.to, unsent.text, unsent.key, done);
}

void ChatSession::acknowledged(const std::string& key, const json::object& answer) {
  setup_.state.unsent.remove_if([&key](const Unsent& one) { return one.key == key; });
  save();
  view_.answer("msg.send", answer);
  if (opening_ && key == opening_key_) obey_what_waited(answer);
}

/// Lines that come before the conversation is known wait for it.
void ChatSession::to_user(const ChatLine& line) {
  current_ = 0;
  opening_ = true;
  opening_key_.clear();
  if (line.number == 0) return find(line);
  if (!line.text.empty()) {
    if (!say({{"to", line.number}}, line.text)) return obey_what_waited();
    opening_key_ = setup_.state.unsent.back().key;
    return;
  }
  const auto opened = [this](const json::object& answer) { obey_what_waited(answer); };
  if (!ask("conv.open", {{"to", line.number}}, opened)) obey_what_waited();
}

void ChatSession::find(const ChatLine& line) {
  const auto found = [this, line](const json::object& answer) {
    const auto uid = found_user(answer, line.command);
    if (uid.ok()) return to_user({What::kTo, uid.value(), "", line.text});
    view_.not_sent(line.text, uid.error().message);
    obey_what_waited();
  };
  if (client_->request({{{"cmd", "contact.search"}, {"login", line.command}}, found, true})) return;
  view_.not_sent(line.text, kTooMuch);
  obey_what_waited();
}

void ChatSession::more(std::int64_t limit) {
  json::object fields{{"conv_id", current_}, {"limit", std::min<std::int64_t>(limit, 200)}};
  if (const auto known = oldest_.find(current_); known != oldest_.end()) fields["before_seq"] = known->second;
  ask("history", std::move(fields), [this, conv = current_](const json::object& answer) {
    const json::value* rows = answer.if_contains("messages");
    if (rows == nullptr || !rows->is_array() || rows->get_array().empty()) return;
    const json::value& last = rows->get_array().back();
    if (last.is_object()) oldest_[conv] = number_of(last.get_object(), "seq");
  });
}

void ChatSession::send_file(const std::string& path) {
  if (const std::string wrong = why_unreadable(path); !wrong.empty()) return view_.problem(path + ": " + wrong);
  media_.put(renewal_.tokens().token, path, current_, [this, path, conv = current_](const Result<std::string>& id) {
    if (!id.ok()) return view_.problem(path + ": " + id.error().message);
    const std::string_view type = media_type_of(path);
    say({{"conv_id", conv}, {"type", type}}, file_body(type, id.value(), path));
  });
}

void ChatSession::save_file(const ChatLine& line) {
  const std::string at = std::to_string(current_) + ":" + std::to_string(line.number);
  media_.get(renewal_.tokens().token, at, line.text, [this](const Result<std::string>& saved) {
    saved.ok() ? view_.status("saved", saved.value()) : view_.problem(saved.error().message);
  });
}

void ChatSession::read_now() {
  unread_ = 0;
  const std::int64_t mark = client_->sync().mark(current_);
  if (mark > 0) ask("read", {{"conv_id", current_}, {"seq", mark}});
}

void ChatSession::go_to(std::int64_t conv) {
  current_ = conv;
  view_.status("conversation", std::to_string(conv));
  if (setup_.reads) read_now();
}

/// Without a connection nobody is asked: the first request says it.
void ChatSession::look_for(std::int64_t conv) {
  constexpr std::int64_t kForbidden = 4403, kNotFound = 4404;
  if (!ready_) return;
  const auto found = [this, conv](const json::object& answer) {
    const std::int64_t code = number_of(answer, "code");
    if (flag_of(answer, "ok") || (code != kForbidden && code != kNotFound)) return;
    if (current_ == conv) current_ = 0;
    view_.problem("you are in no conversation " + std::to_string(conv) + "; /list shows yours");
  };
  client_->request({{{"cmd", "conv.get"}, {"conv_id", conv}}, found, true});
}

void ChatSession::typing() {
  if (current_ != 0 && typing_.tell(monotonic_now()))
    client_->request({{{"cmd", "typing"}, {"conv_id", current_}}, {}, false});
}

std::string ChatSession::who_types() const {
  const std::int64_t uid = typing_.who(monotonic_now());
  return uid == 0 ? "" : view_.name_of(uid);
}

void ChatSession::on_row(const chat_client::Row& row) {
  auto& oldest = oldest_.try_emplace(row.conv, row.seq).first->second;
  oldest = std::min(oldest, row.seq);
  typing_.wrote(row.sender);
  view_.row(row, current_);
  if (row.sender == client_->uid() || row.kind != "message") return;
  if (row.conv != current_) ++unread_;
  if (row.conv == current_ && setup_.reads) read_now();
}

void ChatSession::on_event(const json::object& event) {
  if (text_of(event, "cmd") == "typing" && number_of(event, "conv_id") == current_)
    typing_.heard(number_of(event, "uid"), monotonic_now());
  view_.told(event);
}

void ChatSession::on_status(const client::Status& status) {
  if (status.state == client::State::kConnected) connected_ = true;
  if (!client::is_loss(status.state)) return;
  if (const std::string last = last_loss(status, "the token of this device"); !last.empty())
    return end(status.why + "; " + last);
  const std::string why = (status.address.empty() ? "" : status.address + ": ") + status.why;
  view_.status("waiting", why + "; trying again");
  way_.lost(why);
  // The comet does not say why it took no token: the account does.
  if (!std::exchange(connected_, false)) renewal_.now();
  ready_ = false;
}

void ChatSession::renewed() {
  save();
  client_->renew(renewal_.tokens().token);
}

void ChatSession::save() {
  if (setup_.state_file.empty()) return;
  ChatState& state = setup_.state;
  state.device = renewal_.tokens().device;
  state.refresh = renewal_.tokens().refresh;
  state.epoch = client_->sync().epoch();
  state.marks = client_->sync().marks();
  if (const auto saved = save_chat_state(setup_.state_file, state); !saved.ok()) view_.problem(saved.error().message);
}

}  // namespace im::imctl
