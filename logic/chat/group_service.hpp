#pragma once

#include <functional>
#include <string>
#include <vector>

#include "logic/chat/group_event.hpp"
#include "logic/chat/group_members.hpp"
#include "logic/chat/message_access.hpp"
#include "logic/chat/text_gate.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

struct NewGroup {
  std::string name;
  std::string avatar;
  JoinMode join_mode = JoinMode::kApproval;
  bool history_open = false;  ///< new members read what was before them
  std::vector<Uid> members;
};

/// What a change did: the system message that tells it, and who came or went.
struct GroupChange {
  Place place;  ///< seq 0: nothing changed, or it waits for approval
  std::vector<Uid> came;
  std::vector<Uid> went;
  bool waits = false;  ///< for an admin's approval
};

struct GroupInfo {
  ConvId conv;
  std::string name;
  std::string avatar;
  std::string announcement;
  Uid owner;
  JoinMode join_mode = JoinMode::kApproval;
  bool muted_all = false;
  bool dissolved = false;
  int members = 0;
  Role role = Role::kNone;  ///< of who asks
};

/// Groups: who is in, with which role, and what is said of the group. Every change is a system message with a number.
/// Blocking, any thread but an I/O thread.
class GroupService {
 public:
  /// Names, announcements and greetings pass the gate before they are kept.
  GroupService(store::Store& store, Limits limits, const TextGate& gate = TextGate::open())
      : store_(store), limits_(limits), rights_(limits), gate_(gate) {}

  Result<GroupChange> create(const Actor& actor, const NewGroup& group);
  Result<GroupInfo> info(const Actor& actor, ConvId conv);
  /// Ordered by uid, after `after`.
  Result<std::vector<GroupMember>> members(const Actor& actor, ConvId conv, Uid after, int limit);
  Result<std::vector<GroupRequest>> requests(const Actor& actor, ConvId conv);
  /// Who may approve: for events, no rights asked.
  Result<std::vector<Uid>> admins_of(ConvId conv);

  /// Those who are members already, are no users, or have blocked the actor are left out without a word.
  Result<GroupChange> invite(const Actor& actor, ConvId conv, const std::vector<Uid>& uids);
  Result<GroupChange> join(const Actor& actor, ConvId conv, const std::string& greeting);
  Result<GroupChange> approve(const Actor& actor, ConvId conv, Uid uid, bool yes);
  /// kConflict: the owner transfers or dissolves instead.
  Result<GroupChange> leave(const Actor& actor, ConvId conv);
  Result<GroupChange> kick(const Actor& actor, ConvId conv, Uid uid);
  /// For so long from now, by the database's clock; 0: may speak again.
  Result<GroupChange> mute(const Actor& actor, ConvId conv, Uid uid, std::int64_t for_ms);
  Result<GroupChange> mute_all(const Actor& actor, ConvId conv, bool on);
  /// kMember or kAdmin.
  Result<GroupChange> set_role(const Actor& actor, ConvId conv, Uid uid, Role role);
  Result<GroupChange> transfer(const Actor& actor, ConvId conv, Uid uid);
  Result<GroupChange> announce(const Actor& actor, ConvId conv, const std::string& text);
  Result<GroupChange> rename(const Actor& actor, ConvId conv, const std::string& name, const std::string& avatar);
  Result<GroupChange> dissolve(const Actor& actor, ConvId conv);

 private:
  /// A change that the actor may make, in the transaction: what happened, or no event where nothing did.
  struct Scene {
    store::Write& into;
    store::ConvHead& head;
    const Standing& standing;
    GroupChange& change;
  };
  using Work = std::function<Result<GroupEvent>(Scene&)>;
  Result<GroupChange> change(const Actor& actor, ConvId conv, Action action, const Work& work);
  Result<GroupChange> make(store::Write& into, const Actor& actor, const NewGroup& group);
  /// The target of kick, mute and role.
  Result<GroupChange> manage(const Actor& actor, ConvId conv, Uid uid, Action action, const Work& work);

  store::Store& store_;
  const Limits limits_;
  const Rights rights_;
  const TextGate& gate_;
};

}  // namespace im::logic::chat
