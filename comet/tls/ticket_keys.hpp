#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>

#include "common/base/clock.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace im::comet {

/// What session tickets are sealed with (RFC 5077 §4): two keys, the newest seals, both open. Each is thrown away after
/// two hours at the latest, so whoever takes the memory of a comet reads no older connections of clients that came
/// again. Any thread.
class TicketKeys {
 public:
  static constexpr std::chrono::hours kEvery{1};

  TicketKeys();
  ~TicketKeys();
  TicketKeys(const TicketKeys&) = delete;
  TicketKeys& operator=(const TicketKeys&) = delete;

  /// Now and then: a new key when the newest has served its time. True: there is one.
  bool turn(TimePoint now);
  /// Connections of this context use them; they must outlive these.
  void use_in(ssl_ctx_st* context);

  static constexpr std::size_t kNameSize = 16;
  struct Key {
    std::array<unsigned char, kNameSize> name;
    std::array<unsigned char, 32> cipher, mac;
  };
  Key newest() const;
  struct Found {
    Key key;
    bool newest = false;
  };
  std::optional<Found> find(const unsigned char* name) const;

 private:
  static Key make();

  mutable std::mutex mutex_;
  std::array<Key, 2> keys_{};  ///< guarded by mutex_, as what follows; the newest first
  std::size_t kept_ = 1;
  std::optional<TimePoint> since_;  ///< of the newest, once somebody said what time it is
};

}  // namespace im::comet
