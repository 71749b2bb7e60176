#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container_hash/hash.hpp>

#include "common/base/interned.hpp"
#include "common/base/packed_text.hpp"
#include "router/sessions/session.hpp"
#include "router/sessions/session_fields.hpp"

/// Sessions and keys as one slot holds them: a row and one piece of the heap each. They are made into SessionRow and
/// KeyOwner when somebody asks.
namespace im::router {

/// What many sessions have in common.
struct Origin {
  CometInstance comet;
  std::string platform;
  friend bool operator==(const Origin&, const Origin&) = default;
  friend std::size_t hash_value(const Origin& origin) {
    std::size_t hash = boost::hash<std::string>{}(origin.platform);
    boost::hash_combine(hash, origin.comet.number.value());
    boost::hash_combine(hash, origin.comet.epoch.value());
    return hash;
  }
};

/// Who had it before and whose end was not told, the newest last: comes back when this login is taken back. Bounded;
/// null while there is nobody. Not stored.
template <class One>
using Formers = std::unique_ptr<std::vector<One>>;

struct StoredSession {
  explicit StoredSession(const SessionRow& row)
      : uid(row.uid),
        conn(row.conn),
        epoch(row.epoch),
        origin(Origin{row.comet, row.platform}),
        names({row.key, row.client_ip, row.room}),
        confirmed(row.confirmed) {}

  std::string_view key() const { return names.get(0); }
  const CometInstance& comet() const { return origin->comet; }
  bool is(Uid of, std::string_view named) const {
    return (of.value() > 0 ? uid == of : uid.value() <= 0) && key() == named;
  }
  SessionRow row() const {
    const auto [key, client_ip, room] = names.all();
    return {uid,      std::string(key), origin->comet,          conn,
            epoch,    origin->platform, std::string(client_ip), std::string(room),
            confirmed};
  }

  /// By the user; of sessions without one by the key.
  static std::size_t hash_of(Uid uid, std::string_view key) {
    return uid.value() > 0 ? std::hash<Uid>{}(uid) : std::hash<std::string_view>{}(key);
  }
  std::size_t hash() const { return hash_of(uid, key()); }
  std::size_t heap_bytes() const { return names.heap_bytes(); }

  Uid uid;
  ConnId conn;
  SessionEpoch epoch;
  Interned<Origin> origin;
  PackedText<3> names;  ///< key, client_ip, room
  Formers<SessionRow> formers;
  bool confirmed;
};

/// Which user's session has a key.
struct StoredKey {
  StoredKey(std::string_view text, const KeyOwner& of) : owner(of), name({text}) {}

  std::string_view key() const { return name.get(0); }
  static std::size_t hash_of(std::string_view key) { return std::hash<std::string_view>{}(key); }
  std::size_t hash() const { return hash_of(key()); }
  std::size_t heap_bytes() const { return name.heap_bytes(); }

  KeyOwner owner;
  PackedText<1> name;
  Formers<KeyOwner> formers;
};

}  // namespace im::router
