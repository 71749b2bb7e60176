#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>

#include "common/base/repeat.hpp"
#include "common/pki/trust.hpp"

namespace im::rpc {

/// Who was refused and why: counted, and said in the log once a minute for each reason. Any thread.
class TlsRefusals {
 public:
  /// `where`: what was refused, for people ("a connection to a router at 10.0.0.3:3129").
  void count(const pki::Refusal& refusal, const std::string& where);
  std::uint64_t of(pki::Why why) const;

 private:
  mutable std::mutex mutex_;
  struct Row {
    std::uint64_t count = 0;
    Repeat told;
  };
  std::array<Row, pki::kWhys> rows_;
};

}  // namespace im::rpc
