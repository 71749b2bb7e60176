#include "comet/cluster/request_lane.hpp"

#include <utility>

namespace im::comet {

void RequestLane::ask(ReceiveAsk ask) {
  thread_.post([this, ask = std::move(ask)]() mutable {
    const ConnId conn = ask.caller.conn;
    stats_.asked.fetch_add(1, std::memory_order_relaxed);
    logic_.receive(std::move(ask), [this, conn](Result<ReceiveAnswer> result) { on_answer(conn, std::move(result)); });
  });
}

void RequestLane::on_answer(ConnId conn, Result<ReceiveAnswer> result) {
  ReceiveAnswer answer;
  if (result.ok()) {
    answer = std::move(result).value();
  } else {
    answer.failure = failure_of(result.error());
  }
  if (answer.failure) stats_.failed.fetch_add(1, std::memory_order_relaxed);
  workers_[conn.worker()]->answered(conn, std::move(answer));
}

}  // namespace im::comet
