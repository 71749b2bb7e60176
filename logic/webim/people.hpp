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
  /// Guests that came `keep_ms` ago or earlier, are nowhere and have left nothing that names them. `after`: of the
  /// users after this one some are looked at; from where to go on, nobody when that was the last one.
  Result<Uid> drop_unused(std::int64_t keep_ms, Uid after);
  /// A user with a newer client comes in; nothing when it is there already.
  Result<std::optional<Person>> add_user(Uid uid);
  /// Name and avatar of a user, in the lobby or not. kNotFound.
  Result<Person> look_up(Uid uid);
  Result<std::vector<Person>> all(std::size_t most);

  /// In the lobby, and the others have not heard of it.
  Result<std::optional<Person>> unannounced(Uid uid);
  Status announced(Uid uid);
  /// Those of `uids` that are in the lobby.
  Result<std::vector<Person>> present(const std::vector<Uid>& uids);
  /// Those of a slot that came before `since_ms` of the database's clock less `grace_ms`.
  Result<std::vector<Person>> of_slot(std::size_t slot, std::int64_t grace_ms);
  /// Those that nobody has heard of for so long: their logins failed.
  Result<std::vector<Person>> never_came(std::int64_t grace_ms);
  Status remove(Uid uid);

 private:
  Result<std::vector<Person>> select(const std::string& where, const sql::Values& values);

  store::Store& store_;
};

}  // namespace im::logic::webim
