#include "common/sql/connection_pool.hpp"

namespace im::sql {

Result<ConnectionPool::Lease> ConnectionPool::take(Duration patience) {
  std::unique_lock lock(mutex_);
  if (!wake_.wait_for(lock, patience, [this] { return lent_ < size_; }))
    return Error{Error::Code::kOverloaded, "every connection to the database is busy"};
  ++lent_;
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(connection));
  }
  lock.unlock();
  auto opened = Connection::open(database_, access_);
  if (opened) return Lease(*this, std::move(opened).value());
  give_back(nullptr);
  return opened.error();
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection && connection->usable()) {
      idle_.push_back(std::move(connection));
    } else if (connection) {
      idle_.clear();  // one is gone, so are the others: the server was restarted
    }
  }
  wake_.notify_one();
}

}  // namespace im::sql
