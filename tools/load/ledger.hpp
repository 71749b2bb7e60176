#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace im::load {

/// What a run amounts to. `lost` counts acknowledged messages only: what the API refused was never promised.
struct Judgement {
  std::uint64_t delivered = 0;  ///< first copies
  std::uint64_t lost = 0;       ///< acknowledged, expected by a receiver, never seen there
  std::uint64_t dup = 0;        ///< further copies
  std::uint64_t reorder = 0;    ///< first copies that came after a later message of their stream
  std::uint64_t phantom = 0;    ///< not expected by that receiver, or never sent
  bool clean() const { return lost == 0 && dup == 0 && reorder == 0 && phantom == 0; }
};

/// Who should see what, and who saw what. A stream is a numbered sequence of messages to one target; a receiver expects
/// the streams it was told of. `received` may be called by one thread per receiver, `sent` and `acked` by one thread;
/// `judge` when all of them have ended.
class Ledger {
 public:
  Ledger(std::size_t receivers, std::size_t streams, std::size_t messages_per_stream);

  void expect(std::size_t receiver, std::uint32_t stream);
  void sent(std::uint32_t stream, std::uint32_t number);
  void acked(std::uint32_t stream, std::uint32_t number);
  void received(std::size_t receiver, std::uint32_t stream, std::uint32_t number);

  /// First copies of everything acknowledged so far, over all receivers: what to wait for.
  std::uint64_t expected() const;
  Judgement judge() const;

 private:
  struct Row {
    std::uint32_t stream;
    std::uint32_t next = 0;  ///< one above the highest number seen
    std::vector<std::uint64_t> seen;
  };
  struct Receiver {
    std::vector<Row> rows;
    std::uint64_t dup = 0, reorder = 0, phantom = 0;
  };
  struct Stream {
    std::vector<bool> sent, acked;
    std::uint64_t acknowledged = 0;
    std::uint64_t receivers = 0;
  };

  void judge_row(const Row& row, Judgement& sum) const;

  std::size_t capacity_;
  std::vector<Receiver> receivers_;
  std::vector<Stream> streams_;
};

}  // namespace im::load
