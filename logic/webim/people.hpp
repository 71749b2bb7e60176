#pragma once

#include <optional>
#include <string>
#include <vector>

#include "logic/store/store.hpp"
#include "logic/webim/person.hpp"

namespace im::logic::webim {

/// Who is in the lobby, in the store, where every logic sees them. Blocking; any thread but one of an io_context.
class People {
 public:
  explicit People(store::Store& store) : store_(store) {}

  /// A guest: a user of its own. The others have not heard of it yet.
  Result<Person> add_guest(const std::string& name, const std::string& avatar, bool poll);
  /// A guest who is in no lobby: a page of the room demo.
  Result<Uid> add_stranger();
  struct Entered {
    Person person;
    bool first = true;  ///< false: was there already, and has begun another stay
  };
  /// A user with a newer client comes in, with this session.
  Result<Entered> add_user(Uid uid, SessionEpoch session);
  /// One of the user's sessions goes out. Who: their stay ends with it, and is over; the others are to hear of it.
  Result<std::optional<Person>> let_go(Uid uid, SessionEpoch session);
  /// Those of its sessions that have ended count no longer, unless nobody would be left.
  Status forget_ended(const Stay& stay);
  /// Name and avatar of a user, in the lobby or not. kNotFound.
  Result<Person> look_up(Uid uid);
  /// False also for nobody.
  Result<bool> is_page(Uid uid);
  Result<std::vector<Person>> all(std::size_t most);

  /// In the lobby, and the others have perhaps not heard of it.
  Result<std::optional<Person>> unannounced(Uid uid);
  /// They are about to. False: this stay is over, or they have.
  Result<bool> announcing(const Person& person);
  /// They have heard of this stay; another one that has begun since is left alone.
  Status announced(const Person& person);
  /// Who went before anybody heard of them. False: perhaps somebody has, or the stay is over.
  Result<bool> remove_unheard(const Person& person);
  /// A guest whose login failed, if nobody has heard of it.
  Status take_back(Uid uid);
  /// Those of `uids` that are in the lobby.
  Result<std::vector<Person>> present(const std::vector<Uid>& uids);
  /// The stays of those of `uids` that are in the lobby with a newer client.
  Result<std::vector<Stay>> stays_of_users(const std::vector<Uid>& uids);
  /// Those of a slot that came before `since_ms` of the database's clock less `grace_ms`.
  Result<std::vector<Person>> of_slot(std::size_t slot, std::int64_t grace_ms);
  /// Who came in from then until then, and all who came before and whom the others have not heard of.
  Result<std::vector<Stay>> to_look_at(std::int64_t from_ms, std::int64_t until_ms);
  /// Once the others have heard that they went. False: they have begun another stay since, which counts as unannounced
  /// from then on, or are in no lobby.
  Result<bool> remove(const Person& person);
  /// A page's end has to be told again: to_look_at() names it. False: it is no page; others come back.
  Result<bool> again(Uid uid);

 private:
  /// One row. False: there is none.
  Result<bool> change(Uid uid, const char* statement, const sql::Values& values);
  Result<std::vector<Person>> select(const std::string& where, const sql::Values& values);

  store::Store& store_;
};

}  // namespace im::logic::webim
