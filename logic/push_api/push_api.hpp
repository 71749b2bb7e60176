#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "logic/push/push_fates.hpp"
#include "logic/push/push_service.hpp"
#include "logic/push_api/key_guesses.hpp"
#include "logic/push_api/key_ring.hpp"
#include "logic/push_api/push_command.hpp"
#include "logic/routers/shared_table.hpp"

namespace im::logic {

/// A call of /v1, authenticated and read.
struct PushCall {
  ApiKey key;
  std::vector<PushCommand> pushes;
  std::string idempotency_key;  ///< "" = none
  std::string fingerprint;      ///< equal for equal requests: what an idempotency key stands for
};

/// What became of one push. Accepted: Kafka has it on all in-sync replicas.
struct PushOutcome {
  std::string id;
  std::optional<Problem> problem;
  PushReach reach;  ///< as the routers knew it; comets and sessions are not in a replayed answer
};

struct PushAnswer {
  std::vector<PushOutcome> outcomes;  ///< in the order of the pushes
  bool replayed = false;              ///< from an earlier call with the same idempotency key
};

struct PushApiStats {
  std::atomic<std::uint64_t> accepted{0}, failed{0}, unauthenticated{0}, forbidden{0}, rate_limited{0}, replayed{0},
      conflicts{0}, unremembered{0};
};

/// The use case of /v1/push, behind HTTP and gRPC: key, scope, limit, idempotency, push. Any thread.
class PushApi {
 public:
  using Done = std::function<void(std::variant<PushAnswer, Problem>)>;
  PushApi(KeyRing& keys, PushService& push, PushFates& fates, SharedTable& shared)
      : keys_(keys), push_(push), fates_(fates), shared_(shared) {}

  /// First, before a body is read: whose call is this? `client`: the address it comes from.
  std::variant<ApiKey, Problem> authenticate(std::string_view credential, const std::string& client);
  void push(PushCall call, Done done);
  /// What became of a push of this key that was made with `report`.
  void fate(const ApiKey& key, const std::string& push_id, std::function<void(std::variant<PushFate, Problem>)> done);
  const PushApiStats& stats() const { return stats_; }

 private:
  struct Run;
  std::optional<Problem> admit(const PushCall& call);
  std::optional<Problem> spend(const ApiKey& key, const PushCost& cost);
  void start(PushCall call, std::string table_key, Done done);
  void send(const PushCommand& command, PushSpec spec, std::function<void(Status)> done);
  void settle(const std::shared_ptr<Run>& run, std::size_t index, const Status& status);
  void finish(const std::shared_ptr<Run>& run);
  void remember(const std::shared_ptr<Run>& run, int tries);

  KeyRing& keys_;
  PushService& push_;
  PushFates& fates_;
  SharedTable& shared_;
  KeyGuesses guesses_;
  PushApiStats stats_;
};

}  // namespace im::logic
