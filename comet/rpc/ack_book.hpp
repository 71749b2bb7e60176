#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace im::comet {

/// What came on one stream and has not been taken by the workers yet, in stream order: batches may be taken out of
/// order, and are acknowledged without gaps. Pure; the caller locks.
class AckBook {
 public:
  /// The seqs up to `last_seq`, `bytes` of them.
  void add(std::uint64_t last_seq, std::size_t bytes);
  /// The batch that ends with this seq; `reached`: one number for each of its seqs, or nothing.
  void taken(std::uint64_t last_seq, std::vector<std::int32_t> reached = {});

  struct Ack {
    std::uint64_t seq = 0;
    std::vector<std::int32_t> reached;  ///< since the last one
  };
  /// False: nothing to tell that was not told.
  bool has_ack() const { return ack_.seq > told_; }
  Ack take_ack();
  /// Not taken yet.
  std::size_t bytes() const { return bytes_; }

 private:
  struct Batch {
    std::uint64_t last_seq;
    std::size_t bytes;
    bool taken;
    std::vector<std::int32_t> reached;
  };
  std::deque<Batch> open_;
  std::size_t bytes_ = 0;
  std::uint64_t told_ = 0;
  Ack ack_;  ///< the next one
};

}  // namespace im::comet
