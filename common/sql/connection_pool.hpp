#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "common/base/clock.hpp"
#include "common/sql/connection.hpp"

namespace im::sql {

/// Connections that threads borrow one at a time. Opened when first needed; one that is gone is opened anew.
class ConnectionPool {
 public:
  /// A borrowed connection; goes back at the end of the scope.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  ConnectionPool(Database database, Access access, std::size_t size)
      : database_(std::move(database)), access_(access), size_(size) {}

  /// kOverloaded: all of them are busy for `patience`; kUnavailable: none can be opened.
  Result<Lease> take(Duration patience = std::chrono::seconds(2));

 private:
  void give_back(std::unique_ptr<Connection> connection);

  const Database database_;
  const Access access_;
  const std::size_t size_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t lent_ = 0;
};

}  // namespace im::sql
