#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logic/chat/actor.hpp"
#include "logic/chat/limits.hpp"
#include "logic/chat/text_gate.hpp"
#include "logic/store/store.hpp"

namespace im::logic::chat {

enum class ContactState { kNone = 0, kAsked = 1, kAskedBy = 2, kContact = 3 };

struct Contact {
  Uid uid;
  ContactState state = ContactState::kNone;
  std::string name;
  std::string avatar;
  std::string greeting;  ///< while it is asked
};

/// What became of it, and whether the peer is to hear of it (not one who has blocked the actor).
struct ContactChange {
  ContactState state = ContactState::kNone;
  bool tell_peer = false;
  std::string greeting{};  ///< as it is kept
};

struct User {
  Uid uid;
  std::string name;
  std::string avatar;
};

/// Who knows whom, and who wants nothing of whom. Blocking, any thread but an I/O thread.
class ContactService {
 public:
  /// Greetings pass the gate before they are kept.
  ContactService(store::Store& store, Limits limits, const TextGate& gate = TextGate::open())
      : store_(store), limits_(limits), gate_(gate) {}

  /// Asks; where the peer asked already, both are contacts now. One who is blocked gets the same answer as others.
  Result<ContactChange> add(const Actor& actor, Uid peer, const std::string& greeting);
  /// kNotFound: nobody asked.
  Result<ContactChange> accept(const Actor& actor, Uid peer);
  Result<ContactChange> reject(const Actor& actor, Uid peer);
  Result<ContactChange> remove(const Actor& actor, Uid peer);
  Status block(const Actor& actor, Uid peer, bool on);
  /// Ordered by uid, after `after`.
  Result<std::vector<Contact>> list(const Actor& actor, Uid after, int limit);
  Result<std::vector<User>> blocked(const Actor& actor);
  /// The user with exactly this login name: nobody is listed by guessing.
  Result<std::optional<User>> find(const std::string& login);

 private:
  Result<ContactChange> ask(store::Write& write, const Actor& actor, Uid peer, const std::string& greeting);
  Result<ContactChange> answer(const Actor& actor, Uid peer, bool yes);

  store::Store& store_;
  const Limits limits_;
  const TextGate& gate_;
};

}  // namespace im::logic::chat
