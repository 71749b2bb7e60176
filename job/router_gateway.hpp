#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "common/base/result.hpp"
#include "job/comet_directory.hpp"

namespace im::job {

struct JobNode {
  std::string name;
  std::string ops_address;
  std::string region;
  std::string zone;
  std::string env;
};

struct JobLease {
  std::uint64_t epoch = 0;
  std::chrono::milliseconds duration{10000};
};

/// The router's node registry. Never blocks; each callback comes once, on any thread, also when the gateway is
/// destroyed (which waits for them).
class RouterGateway {
 public:
  template <class T>
  using Done = std::function<void(Result<T>)>;

  virtual ~RouterGateway() = default;
  /// Answers when the list's version is above `after_version`, at the latest after `wait`.
  virtual void list_comets(std::uint64_t after_version, std::chrono::milliseconds wait, Done<NodeList> done) = 0;
  virtual void register_job(const JobNode& node, Done<JobLease> done) = 0;
  /// False: the registry does not have this lease (any more).
  virtual void renew_job(const std::string& name, std::uint64_t epoch, Done<bool> done) = 0;
  virtual void unregister_job(const std::string& name, std::uint64_t epoch, Done<bool> done) = 0;
};

}  // namespace im::job
