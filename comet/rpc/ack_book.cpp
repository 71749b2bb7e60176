#include "comet/rpc/ack_book.hpp"

#include <utility>

namespace im::comet {

void AckBook::add(std::uint64_t last_seq, std::size_t bytes) {
  open_.push_back({last_seq, bytes, false, {}});
  bytes_ += bytes;
}

void AckBook::taken(std::uint64_t last_seq, std::vector<std::int32_t> reached) {
  for (Batch& batch : open_) {
    if (batch.last_seq != last_seq) continue;
    batch.taken = true;
    batch.reached = std::move(reached);
    break;
  }
  for (; !open_.empty() && open_.front().taken; open_.pop_front()) {
    Batch& batch = open_.front();
    ack_.seq = batch.last_seq;
    ack_.reached.insert(ack_.reached.end(), batch.reached.begin(), batch.reached.end());
    bytes_ -= batch.bytes;
  }
}

AckBook::Ack AckBook::take_ack() {
  told_ = ack_.seq;
  return std::exchange(ack_, Ack{told_, {}});
}

}  // namespace im::comet
