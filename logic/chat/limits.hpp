#pragma once

#include <cstddef>
#include <cstdint>

namespace im::logic::chat {

/// What a request may hold and how long something may be changed.
struct Limits {
  std::size_t body_bytes = 16 * 1024;
  std::size_t name_bytes = 180;
  std::size_t client_id_bytes = 64;
  std::size_t mentions = 50;
  int page = 200;            ///< rows of one answer
  int conversations = 1000;  ///< of one sync.all
  std::int64_t edit_ms = 24LL * 3600 * 1000;
  std::int64_t recall_ms = 2LL * 60 * 1000;
  std::size_t members_a_call = 200;
  int members = 100'000;  ///< of one group
  int reactions = 20;     ///< of one user to one message
  int pins = 50;          ///< of one conversation
  int contacts = 5000;
};

}  // namespace im::logic::chat
