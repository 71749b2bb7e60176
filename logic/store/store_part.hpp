#pragma once

#include <memory>

#include "logic/part.hpp"
#include "logic/store/outbox_relay.hpp"
#include "logic/store/store.hpp"
#include "logic/store/store_config.hpp"

namespace im {
class MetricsPage;
}

namespace im::logic {

/// The database of this logic, and the relay of what was committed and not sent.
class StorePart final : public Part {
 public:
  /// `name`: of this node. Throws std::runtime_error when the database cannot be opened: a wrong address, a file that
  /// another logic has, a schema that is newer than this program.
  StorePart(const StoreConfig& config, const std::string& name, store::OutboxSink& sink);
  ~StorePart() override { stop(); }
  /// kUnavailable: it cannot be opened now, because the disk of its file is full. What else is wrong, the constructor
  /// tells. Blocking.
  static Status look(const StoreConfig& config);
  store::Store& store() { return *store_; }

  void add_metrics(MetricsPage& page) const override;
  void start() override { relay_->start(); }
  /// First: it uses the sink.
  void stop_relay() { relay_->stop(); }
  void stop() override;

 private:
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::OutboxRelay> relay_;
};

}  // namespace im::logic
