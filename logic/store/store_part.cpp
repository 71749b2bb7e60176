#include "logic/store/store_part.hpp"

#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/base/log.hpp"
#include "common/daemon/metrics.hpp"

namespace im::logic {

namespace {

store::StoreOptions options_of(const StoreConfig& config) {
  store::StoreOptions options;
  options.database = sql::parse_database(config.dsn).value();  // the configuration was checked
  options.lanes = static_cast<std::size_t>(config.lanes);
  options.readers = static_cast<std::size_t>(config.readers);
  return options;
}

/// Passwords' hashes and people's messages: for its owner only. SQLite gives its other files the same mode.
void keep_private(const sql::Database& database) {
  if (database.engine != sql::Engine::kSqlite) return;
  const int file = ::open(database.path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

/// Less than SQLite needs beside its file to open it.
bool has_no_room(const std::string& file) {
  constexpr std::uint64_t kNeeded = 64U * 1024;
  const std::string folder = std::filesystem::path(file).parent_path().string();
  struct statvfs facts{};
  return ::statvfs(folder.empty() ? "." : folder.c_str(), &facts) == 0 &&
         std::uint64_t{facts.f_bavail} * facts.f_frsize < kNeeded;
}

}  // namespace

Status StorePart::look(const StoreConfig& config) {
  const sql::Database database = options_of(config).database;
  if (database.engine != sql::Engine::kSqlite) return Ok{};
  keep_private(database);
  const Status opened = store::Store::look(database);
  if (opened.ok() || opened.error().code != Error::Code::kUnavailable) return Ok{};
  const bool is_full = sql::is_full(opened.error()) || has_no_room(database.path);
  return is_full ? opened : Status(Ok{});
}

StorePart::StorePart(const StoreConfig& config, const std::string& name, store::OutboxSink& sink) {
  const store::StoreOptions options = options_of(config);
  keep_private(options.database);
  auto opened = store::Store::open(options, sink);
  if (!opened.ok()) throw std::runtime_error("store.dsn: " + opened.error().message);
  store_ = std::move(opened).value();
  store::OutboxRelay::Options relay;
  relay.owner = name;
  relay_ = std::make_unique<store::OutboxRelay>(options.database, std::move(relay), sink);
  log::info("the store is open", {{"database", options.database.description}});
}

void StorePart::add_metrics(MetricsPage& page) const {
  const store::LaneStats stats = store_->lanes().stats();
  const auto counter = [&page](const char* name, const char* help, std::uint64_t value) {
    page.counter(name, help, static_cast<double>(value));
  };
  counter("im_logic_store_entries_total", "Changes that were written.", stats.entries);
  counter("im_logic_store_commits_total", "Transactions of them.", stats.batches);
  counter("im_logic_store_statements_total", "Statements they took.", stats.statements);
  counter("im_logic_store_refused_total", "Changes for which there was no room in the queue.", stats.refused);
  counter("im_logic_store_failed_commits_total", "Transactions that failed.", stats.failed_batches);
  page.gauge("im_logic_store_waiting", "Changes that wait.", static_cast<double>(stats.waiting));
}

void StorePart::stop() {
  relay_->stop();
  store_->stop();
}

}  // namespace im::logic
