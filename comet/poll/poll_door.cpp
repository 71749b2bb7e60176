#include "comet/poll/poll_door.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "comet/client/conversation.hpp"
#include "comet/poll/poll_answers.hpp"
#include "common/base/base64.hpp"
#include "common/base/utf8.hpp"

namespace im::comet {

namespace {
constexpr std::size_t kMaxBehind = 32;               // messages behind one that is being answered
constexpr std::size_t kMaxBehindBytes = 64U * 1024;  // of them; a single one may be larger
constexpr ConnId kNobody{};
}  // namespace

PollDoor::PollDoor(PollConfig config, ConnectionIo& io, ClientProtocol& client, ToWorker to_worker)
    : config_(std::move(config)),
      io_(io),
      client_(client),
      to_worker_(std::move(to_worker)),
      unasked_(config_.max_unasked, config_.balancers) {}

// ---- requests

void PollDoor::on_request(std::uint32_t place, std::string_view head, std::string_view body) {
  poll::Request request = poll::read(head, body);
  const ConnId asker = io_.id_of(place);
  const bool waits = request.call == poll::Call::kSub;
  const Dialect& dialect = *io_.slab().at(place).dialect;
  const bool admitted = admits(dialect, request.origin);
  std::string reader = dialect.guests ? config_.origin : admitted ? request.origin : std::string();
  askers_[place] = {waits ? request.session.conn : kNobody, request.keep_alive, std::move(reader)};
  io_.set_deadline(place, config_.wait_ticks);
  const bool named = request.session.conn != kNobody;
  if (!admitted) return answer(asker, {.status = 403, .body = {}});
  if (request.call == poll::Call::kConnect) return connect(place, std::move(request.origin));
  if (!named) return answer(asker, {.status = 403, .body = {}});
  if (request.call == poll::Call::kUnknown) return answer(asker, {.status = 404, .body = {}});
  const std::uint8_t worker = request.session.conn.worker();
  Task task = [asker, request = std::move(request), waits](PollDoor& door) mutable {
    if (waits) return door.sub(asker, request.session);
    door.pub(asker, request.session, std::move(request.message));
  };
  if (!to_worker_(worker, std::move(task))) answer(asker, {.status = 403, .body = {}});
}

/// A page names its site; who is no browser names none.
bool PollDoor::admits(const Dialect& dialect, const std::string& origin) const {
  if (dialect.guests || origin.empty() || config_.origins.empty()) return true;
  return std::find(config_.origins.begin(), config_.origins.end(), origin) != config_.origins.end();
}

void PollDoor::connect(std::uint32_t place, std::string origin) {
  const ConnId asker = io_.id_of(place);
  const IpAddress address = io_.address_of(place);
  if (unasked_.full(asker, address)) {
    io_.stats().refuse(Limit::kPollsUnasked);
    return answer(asker, {.status = 429, .body = {}});
  }
  const bool full = config_.max_connections > 0 && io_.polls() >= config_.max_connections;
  const std::uint32_t made = full ? ConnectionSlab::kNoPlace : io_.add_poll(io_.slab().at(place));
  if (made == ConnectionSlab::kNoPlace) return answer(asker, {.status = 503, .body = {}});
  const ConnId session = io_.id_of(made);
  client_.on_accepted(made);
  if (io_.place_of(session) == ConnectionSlab::kNoPlace) return answer(asker, {.status = 429, .body = {}});
  const std::uint64_t secret = std::uint64_t{random_()} << 32 | random_();
  sessions_[made].secret = secret;
  unasked_.add(made, asker, address);
  keep_origin(made, std::move(origin));
  touch(made);
  answer(asker, {.body = poll::connected(poll::to_text({session, secret}))});
}

/// The connection's next request may come with it.
void PollDoor::answer(ConnId asker, Answer answer) {
  const std::uint32_t place = io_.place_of(asker);
  if (place != ConnectionSlab::kNoPlace && askers_.contains(place)) return write(place, answer);
  if (answer.session == kNobody) return;
  to_worker_(answer.session.worker(), [session = answer.session, message = std::move(answer.message)](PollDoor& door) {
    door.give_back(session, message);
  });
}

void PollDoor::write(std::uint32_t place, const Answer& answer) {
  const ConnId id = io_.id_of(place);
  const Asker asker = std::move(askers_[place]);
  const bool keep = asker.keep_alive && answer.status == 200;
  askers_.erase(place);
  io_.slab().at(place).busy = false;
  const std::string body = answer.session == kNobody ? answer.body : poll::with_data(answer.message);
  if (io_.send(place, Frame(poll::response(answer.status, body, asker.origin))) == Sent::kClosed) return;
  if (io_.place_of(id) == ConnectionSlab::kNoPlace) return;
  if (!keep) return io_.finish(place, CloseReason::kPeerClosed);
  io_.set_deadline(place, config_.idle_ticks);
  client_.http_answered(place);
}

bool PollDoor::on_deadline(std::uint32_t place) {
  const auto found = askers_.find(place);
  if (found == askers_.end()) return false;
  const ConnId session = found->second.session, asker = io_.id_of(place);
  write(place, {.body = std::string(poll::kTimeout)});
  if (session != kNobody)
    to_worker_(session.worker(), [session, asker](PollDoor& door) { door.forget(session, asker); });
  return true;
}

void PollDoor::tell(ConnId asker, Answer answer) {
  to_worker_(asker.worker(), [asker, answer = std::move(answer)](PollDoor& door) { door.answer(asker, answer); });
}

// ---- sessions

PollDoor::Session* PollDoor::find(const poll::SessionId& id) {
  const std::uint32_t place = io_.place_of(id.conn);
  const auto found = place == ConnectionSlab::kNoPlace ? sessions_.end() : sessions_.find(place);
  return found == sessions_.end() || found->second.secret != id.secret ? nullptr : &found->second;
}

/// Where a list says nothing, logic does (decision 59).
void PollDoor::keep_origin(std::uint32_t place, std::string origin) {
  Connection& session = io_.slab().at(place);
  if (session.dialect->guests || !config_.origins.empty() || origin.empty() || !valid_utf8(origin)) return;
  if (!session.input) session.input = std::make_unique<Input>();
  session.input->unchecked_origin = std::move(origin);
}

/// Somebody is there: a session lives for some time after each call.
void PollDoor::touch(std::uint32_t place) {
  if (io_.slab().at(place).phase == Phase::kOpen) return renew_deadline(io_, place);
  io_.set_deadline(place, config_.session_ticks);
}

void PollDoor::pub(ConnId asker, poll::SessionId id, std::string message) {
  Session* session = find(id);
  if (session == nullptr) return tell(asker, {.status = 403, .body = {}});
  const bool full = !session->in.empty() && session->in_bytes + message.size() > kMaxBehindBytes;
  if (full || session->in.size() >= kMaxBehind) return tell(asker, {.status = 429, .body = {}});
  const std::uint32_t place = io_.place_of(id.conn);
  auto bytes = io_.slab().at(place).dialect->text ? std::optional(std::move(message)) : from_base64url(message);
  if (!bytes) return tell(asker, {.status = 400, .body = {}});
  tell(asker, {.body = std::string(poll::kTaken)});
  touch(place);
  session->in_bytes += bytes->size();
  session->in.push_back(std::move(*bytes));
  go_on(place);
}

/// What it says may end it.
void PollDoor::go_on(std::uint32_t place) {
  const ConnId id = io_.id_of(place);
  while (io_.place_of(id) != ConnectionSlab::kNoPlace && !io_.slab().at(place).busy) {
    const auto found = sessions_.find(place);
    if (found == sessions_.end() || found->second.in.empty()) return;
    const std::string message = std::move(found->second.in.front());
    found->second.in.pop_front();
    found->second.in_bytes -= message.size();
    client_.on_message(place, message);
  }
}

/// Of two at once the newer one waits.
void PollDoor::sub(ConnId asker, poll::SessionId id) {
  Session* session = find(id);
  if (session == nullptr) return tell(asker, {.status = 403, .body = {}});
  const ConnId older = std::exchange(session->asker, asker);
  if (older != kNobody && older != asker) tell(older, {.body = std::string(poll::kTimeout)});
  const std::uint32_t place = io_.place_of(id.conn);
  unasked_.remove(place);
  touch(place);
  serve(place);
}

void PollDoor::serve(std::uint32_t place) {
  Session& session = sessions_.at(place);
  if (session.asker == kNobody || session.out.empty()) return;
  std::string message = fetch(session).message.text();
  tell(std::exchange(session.asker, kNobody), {.body = {}, .session = io_.id_of(place), .message = std::move(message)});
}

void PollDoor::put(Session& session, Waiting one, bool first) {
  backlog_.add(one.frame);
  session.out_bytes += one.bytes();
  first ? session.out.push_front(std::move(one)) : session.out.push_back(std::move(one));
  io_.stats().poll_bytes.set(backlog_.bytes());
}

PollDoor::Waiting PollDoor::fetch(Session& session) {
  Waiting one = std::move(session.out.front());
  session.out.pop_front();
  session.out_bytes -= one.bytes();
  backlog_.remove(one.frame);
  io_.stats().poll_bytes.set(backlog_.bytes());
  return one;
}

/// Those for whom most waits have fetched least. Down to seven eighths, so that it is not done for each message.
void PollDoor::relieve() {
  relieving_ = false;
  std::vector<std::pair<std::size_t, ConnId>> fullest;
  for (const auto& [place, session] : sessions_) {
    if (!session.out.empty()) fullest.emplace_back(session.out_bytes, io_.id_of(place));
  }
  std::ranges::sort(fullest, std::greater(), [](const auto& one) { return one.first; });
  for (const auto& [bytes, session] : fullest) {
    if (backlog_.bytes() <= config_.max_backlog / 8 * 7) return;
    if (const auto place = io_.place_of(session); place != ConnectionSlab::kNoPlace)
      io_.close(place, CloseReason::kPollBacklog);
  }
}

void PollDoor::forget(ConnId session, ConnId asker) {
  const std::uint32_t place = io_.place_of(session);
  const auto found = place == ConnectionSlab::kNoPlace ? sessions_.end() : sessions_.find(place);
  if (found != sessions_.end() && found->second.asker == asker) found->second.asker = kNobody;
}

/// Its asker had gone: the next one gets it first.
void PollDoor::give_back(ConnId session, std::string message) {
  const std::uint32_t place = io_.place_of(session);
  const auto found = place == ConnectionSlab::kNoPlace ? sessions_.end() : sessions_.find(place);
  if (found == sessions_.end()) return;
  Frame frame(std::move(message));
  const poll::Message text{frame.bytes(Transport::kPoll)};
  put(found->second, {std::move(frame), text}, true);
  serve(place);
}

/// Pushes to many are under way: no other connection may end before they are done.
bool PollDoor::take(std::uint32_t place, const Frame& frames) {
  const auto found = sessions_.find(place);
  if (found == sessions_.end()) return true;  // it is ending
  Session& session = found->second;
  const std::string_view bytes = frames.bytes(Transport::kPoll);
  if (session.out_bytes + bytes.size() > config_.max_waiting) return false;
  for (const poll::Message& message : poll::messages_in(bytes)) put(session, {frames, message}, false);
  serve(place);
  if (backlog_.bytes() > config_.max_backlog && !std::exchange(relieving_, true))
    relieving_ = to_worker_(io_.id_of(place).worker(), [](PollDoor& door) { door.relieve(); });
  return true;
}

void PollDoor::on_closing(std::uint32_t place, CloseReason reason) {
  if (const auto session = sessions_.find(place); session != sessions_.end()) {
    const ConnId asker = session->second.asker;
    while (!session->second.out.empty()) fetch(session->second);
    unasked_.remove(place);
    sessions_.erase(session);
    const bool told = !io_.slab().at(place).dialect->guests && info(reason).wire_code != 0;
    if (asker != kNobody) tell(asker, {.status = told ? 200 : 403, .body = told ? poll::closed(info(reason)) : ""});
  }
  const auto asker = askers_.find(place);
  if (asker == askers_.end()) return;
  const ConnId session = asker->second.session;
  askers_.erase(asker);
  if (session == kNobody) return;
  to_worker_(session.worker(), [session, id = io_.id_of(place)](PollDoor& door) { door.forget(session, id); });
}

}  // namespace im::comet
