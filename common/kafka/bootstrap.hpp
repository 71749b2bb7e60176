#pragma once

#include <optional>
#include <string>

namespace im::kafka {

/// Where the brokers are. im-devkafka takes free ports, so it writes this into a file at a fixed path:
///   line 1: host:port,host:port
///   line 2: cluster <id>      its identity, another one at each start (its log lives in memory)
struct Bootstrap {
  std::string brokers;
  std::string cluster;  ///< empty: ask the brokers for their cluster id
  friend bool operator==(const Bootstrap&, const Bootstrap&) = default;
};

/// nullopt: no such file, or no address in it.
std::optional<Bootstrap> read_bootstrap_file(const std::string& path);

/// Readers see the old file or the new one, never a part. Returns "" or what went wrong.
std::string write_bootstrap_file(const std::string& path, const Bootstrap& bootstrap);

/// What a client has to connect to now: `brokers` when given, else what the file says.
std::optional<Bootstrap> find_brokers(const std::string& brokers, const std::string& bootstrap_file);

}  // namespace im::kafka
