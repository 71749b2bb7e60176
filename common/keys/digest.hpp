#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace im {

/// SHA-256 as 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);

/// The same of what comes piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256& other);  ///< goes on from where the other one is
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view piece);
  std::string hex();  ///< once, at the end

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace im
