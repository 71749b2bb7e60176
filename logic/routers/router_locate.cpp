#include "logic/routers/router_locate.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "common/base/slot.hpp"
#include "common/base/when_all.hpp"
#include "logic/routers/router_calls.hpp"
#include "logic/routers/session_convert.hpp"

namespace im::logic {

namespace {

using namespace std::chrono_literals;
namespace rt = im::router;
constexpr auto kPatience = 100ms;  ///< of one round; a router that is merely slow makes its part unknown
constexpr auto kProbe = 500ms;     ///< whether a silent one answers again; nobody waits for it
constexpr auto kPause = 30ms;
constexpr int kRounds = 4;

/// One thing asked for.
struct Entry {
  enum class Kind { kUid, kKey, kRoom, kNodes };
  Kind kind = Kind::kUid;
  std::size_t at = 0;    ///< place in the ask
  std::int64_t uid = 0;  ///< kKey: > 0 when the key's user is known by now
};

class Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  Lookup(LocatePort& port, std::shared_ptr<RouterPatience> patience, LocateAsk ask,
         std::function<void(LocateAnswer)> done)
      : port_(port), patience_(std::move(patience)), ask_(std::move(ask)), done_(std::move(done)) {
    answer_.by_uid.resize(ask_.uids.size());
    answer_.by_key.resize(ask_.keys.size());
    answer_.by_room.resize(ask_.rooms.size());
    answer_.unknown_uids.resize(ask_.uids.size());
    answer_.unknown_keys.resize(ask_.keys.size());
    answer_.unknown_rooms.resize(ask_.rooms.size());
    for (std::size_t at = 0; at < ask_.uids.size(); ++at) open_.push_back({Entry::Kind::kUid, at});
    for (std::size_t at = 0; at < ask_.keys.size(); ++at) open_.push_back({Entry::Kind::kKey, at});
    for (std::size_t at = 0; at < ask_.rooms.size(); ++at) open_.push_back({Entry::Kind::kRoom, at});
    if (ask_.nodes) open_.push_back({Entry::Kind::kNodes});
  }

  void round() {
    std::map<int, std::vector<Entry>> by_router;
    for (const Entry& entry : std::exchange(open_, {})) by_router[port_.owner_index(slot(entry))].push_back(entry);
    if (by_router.empty()) return finish();
    WhenAll<> all([self = shared_from_this()](const Status&) { self->next(); });
    for (auto& [index, entries] : by_router) ask(index, std::move(entries), all.part());
  }

 private:
  std::size_t slot(const Entry& entry) const {
    switch (entry.kind) {
      case Entry::Kind::kUid:
        return slot_of(ask_.uids[entry.at]);
      case Entry::Kind::kKey:
        return entry.uid > 0 ? slot_of(entry.uid) : slot_of(ask_.keys[entry.at]);
      case Entry::Kind::kRoom:
        return slot_of(ask_.rooms[entry.at]);
      case Entry::Kind::kNodes:
        break;
    }
    return kRegistrySlot;
  }

  void ask(int index, std::vector<Entry> entries, std::function<void(Status)> settle) {
    if (!patience_->worth_waiting(index)) {
      probe(index, entries);
      return port_.scheduler().post([settle = std::move(settle)] { settle(Ok{}); });
    }
    auto request = request_for(entries);
    port_.ask(index, std::move(request), kPatience,
              [self = shared_from_this(), index, entries = std::move(entries),
               settle = std::move(settle)](const Result<rt::LocateReply>& reply) {
                self->patience_->asked(index, answered(reply));
                self->take(entries, reply);
                settle(Ok{});
              });
  }

  static bool answered(const Result<rt::LocateReply>& reply) {
    return reply.ok() || reply.error().code != Error::Code::kTimeout;
  }

  /// Of a silent router: unknown at once, and asked all the same to hear when it answers again.
  void probe(int index, const std::vector<Entry>& entries) {
    {
      const std::lock_guard lock(mutex_);
      for (const Entry& entry : entries) mark_unknown(entry);
    }
    if (!patience_->may_probe(index)) return;
    port_.ask(index, request_for(entries), kProbe, [patience = patience_, index](const Result<rt::LocateReply>& reply) {
      patience->asked(index, answered(reply));
    });
  }

  rt::LocateRequest request_for(const std::vector<Entry>& entries) const {
    rt::LocateRequest request;
    for (const Entry& entry : entries) {
      if (entry.kind == Entry::Kind::kUid || entry.uid > 0) {
        request.add_uids(entry.uid > 0 ? entry.uid : ask_.uids[entry.at]);
      } else if (entry.kind == Entry::Kind::kKey) {
        request.add_keys(ask_.keys[entry.at]);
      } else if (entry.kind == Entry::Kind::kRoom) {
        request.add_rooms(ask_.rooms[entry.at]);
      } else {
        request.set_nodes(true);
      }
    }
    return request;
  }

  /// Entries stand in the reply in the order of the request.
  void take(const std::vector<Entry>& entries, const Result<rt::LocateReply>& result) {
    const std::lock_guard lock(mutex_);
    if (!result.ok()) {
      // Gone: perhaps another has its slots. Slow: it still has them, and would be slow again.
      const bool again = RouterCalls::moved(result.error());
      for (const Entry& entry : entries) again ? ask_again(entry) : mark_unknown(entry);
      return;
    }
    const rt::LocateReply& reply = result.value();
    take_nodes(reply);
    int uid = 0;
    int key = 0;
    int room = 0;
    for (const Entry& entry : entries) {
      if (entry.kind == Entry::Kind::kUid || entry.uid > 0) {
        take_sessions(entry, reply.by_uid(uid++));
      } else if (entry.kind == Entry::Kind::kKey) {
        take_sessions(entry, reply.by_key(key++));
      } else if (entry.kind == Entry::Kind::kRoom) {
        take_room(entry, reply.by_room(room++));
      } else if (reply.nodes_unknown()) {
        ask_again(entry);
      }
    }
  }

  void ask_again(const Entry& entry) {
    open_.push_back(entry);
    moved_ = true;
  }

  void mark_unknown(const Entry& entry) {
    if (entry.kind == Entry::Kind::kUid) answer_.unknown_uids[entry.at] = true;
    if (entry.kind == Entry::Kind::kKey) answer_.unknown_keys[entry.at] = true;
    if (entry.kind == Entry::Kind::kRoom) answer_.unknown_rooms[entry.at] = true;
  }

  void take_nodes(const rt::LocateReply& reply) {
    for (const auto& ref : reply.nodes()) {
      const CometInstance comet = comet_of(ref);
      if (std::find(answer_.nodes.begin(), answer_.nodes.end(), comet) == answer_.nodes.end())
        answer_.nodes.push_back(comet);
    }
    answer_.nodes_known = answer_.nodes_known || !reply.nodes_unknown();
  }

  void take_sessions(const Entry& entry, const rt::Sessions& found) {
    if (found.not_owner()) return ask_again(entry);
    auto& unknown = entry.kind == Entry::Kind::kUid ? answer_.unknown_uids : answer_.unknown_keys;
    if (found.unknown()) unknown[entry.at] = true;
    if (found.home_elsewhere() > 0 && entry.uid == 0) {
      open_.push_back({entry.kind, entry.at, found.home_elsewhere()});
      return;
    }
    auto sessions = infos_of(found.sessions());
    if (entry.uid > 0)
      std::erase_if(sessions, [&](const SessionInfo& session) { return session.key != ask_.keys[entry.at]; });
    (entry.kind == Entry::Kind::kUid ? answer_.by_uid : answer_.by_key)[entry.at] = std::move(sessions);
  }

  void take_room(const Entry& entry, const rt::Comets& found) {
    if (found.not_owner()) return ask_again(entry);
    if (found.unknown()) answer_.unknown_rooms[entry.at] = true;
    for (const auto& comet : found.comets()) answer_.by_room[entry.at].push_back(comet_of(comet));
  }

  void next() {
    if (open_.empty() || ++rounds_ >= kRounds) return finish();
    if (!std::exchange(moved_, false)) return round();
    port_.refresh();
    port_.scheduler().post_after(kPause, [self = shared_from_this()] { self->round(); });
  }

  void finish() {
    for (const Entry& entry : open_) mark_unknown(entry);
    const auto any = [](const std::vector<bool>& flags) {
      return std::find(flags.begin(), flags.end(), true) != flags.end();
    };
    answer_.complete = !any(answer_.unknown_uids) && !any(answer_.unknown_keys) && !any(answer_.unknown_rooms) &&
                       (!ask_.nodes || answer_.nodes_known);
    done_(std::move(answer_));
  }

  LocatePort& port_;
  const std::shared_ptr<RouterPatience> patience_;
  const LocateAsk ask_;
  std::function<void(LocateAnswer)> done_;
  std::mutex mutex_;  ///< answers of one round come on several threads
  LocateAnswer answer_;
  std::vector<Entry> open_;
  bool moved_ = false;
  int rounds_ = 0;
};

}  // namespace

void locate_at_routers(LocatePort& port, std::shared_ptr<RouterPatience> patience, LocateAsk ask,
                       std::function<void(LocateAnswer)> done) {
  std::make_shared<Lookup>(port, std::move(patience), std::move(ask), std::move(done))->round();
}

}  // namespace im::logic
