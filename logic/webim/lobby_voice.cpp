#include "logic/webim/lobby_voice.hpp"

#include <future>
#include <memory>

#include <fmt/format.h>

#include "logic/webim/lobby_events.hpp"

namespace im::logic::webim {

void LobbyVoice::to_all(PushSpec spec, std::string event, Uid except, std::function<void(Status)> done) {
  spec.except.keys = {key_of(except)};
  push_.to_room(std::move(spec), kLobby, std::move(event), std::move(done));
}

/// Told before it is noted, so a logic that dies in between has it told again, by that name.
Status LobbyVoice::wait_for(const char* what, const Person& person, std::string event) {
  const auto told = std::make_shared<std::promise<Status>>();
  auto answer = told->get_future();
  PushSpec spec(kEventOp);
  spec.once = fmt::format("{}/{}/{}", what, person.uid.value(), person.since_ms);
  to_all(std::move(spec), std::move(event), person.uid, [told](Status status) { told->set_value(std::move(status)); });
  return answer.get();
}

Status LobbyVoice::came(const Person& person) { return wait_for("came", person, came_event(person)); }

Status LobbyVoice::went(const Person& person) { return wait_for("went", person, went_event(person)); }

void LobbyVoice::line(const store::Message& row, std::function<void(Status)> done) {
  const auto sender = people_.look_up(row.sender);
  if (!sender.ok()) return done(sender.error());
  PushSpec spec(kEventOp);
  spec.once = fmt::format("{}/{}", row.seq, row.ts);  // the relay may bring it again; a store begun anew counts anew
  to_all(std::move(spec), line_event(row, sender.value()), row.sender, std::move(done));
}

void LobbyVoice::whisper(Uid to, const boost::json::object& message, std::function<void(Result<Heard>)> done) {
  LocateAsk ask;
  ask.uids = {to.value()};
  directory_.locate(std::move(ask),
                    [this, event = private_event(message), done = std::move(done)](const Result<LocateAnswer>& answer) {
                      if (!answer.ok()) return done(answer.error());
                      std::vector<SessionInfo> pages;
                      for (const SessionInfo& session : answer.value().by_uid.front()) {
                        if (session.platform == kPlatform) pages.push_back(session);
                      }
                      const bool nobody = answer.value().by_uid.front().empty();
                      if (nobody && answer.value().unknown_uid(0))
                        return done(Error{Error::Code::kUnavailable, "nobody knows where they are"});
                      if (pages.empty()) return done(nobody ? Heard::kNobody : Heard::kElsewhere);
                      events_.to_sessions(pages, {.json = event, .kind = PushClass::kPush, .except = {}},
                                          [done](const Result<std::int32_t>& told) {
                                            if (!told.ok()) return done(told.error());
                                            done(Heard::kPage);
                                          });
                    });
}

}  // namespace im::logic::webim
