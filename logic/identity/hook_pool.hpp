#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "common/base/file_stamp.hpp"
#include "common/client/http_pool.hpp"
#include "logic/identity/webhook_identity.hpp"

namespace im::logic {

/// The secret that proves to the hook that it is asked by this cluster, kept equal to a file (16 to 256 printable
/// characters, readable by its owner only). "" path: none. look() by one thread, value() by any.
class HookSecret {
 public:
  /// `key`: what names the file in the configuration.
  explicit HookSecret(std::string path, std::string key = "identity.webhook_secret_file")
      : path_(std::move(path)), key_(std::move(key)) {}
  /// Reads the file when it has changed. A broken one keeps the old secret, and is told in the log; throws
  /// std::runtime_error when there is no old one.
  void look();
  std::string value() const;

 private:
  std::string path_, key_;
  FileStamp stamp_;
  mutable std::mutex mutex_;
  std::string value_;
};

/// Asks the hook over HTTP, with `Authorization: Bearer SECRET` when there is a secret. Any thread.
class HookPool final : public HookCaller {
 public:
  HookPool(client::HttpPoolConfig config, std::string secret_file)
      : secret_(std::move(secret_file)), pool_(std::move(config)) {}
  void ask(std::string question, std::function<void(Result<HookReply>)> done) override;
  void look() { secret_.look(); }
  void stop() { pool_.stop(); }
  std::size_t open() const { return pool_.open(); }

 private:
  HookSecret secret_;
  client::HttpPool pool_;
};

}  // namespace im::logic
