#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace im::imctl {

/// How long `imctl chat` waits while it has no way to the cluster. Begins with start() or lost(), ends with there().
/// On the context's thread.
class WayPatience {
 public:
  /// `most` 0: for ever. `over` is called once, with why.
  WayPatience(boost::asio::io_context& context, std::chrono::seconds most,
              std::function<void(const std::string& why)> over)
      : timer_(context), most_(most), over_(std::move(over)) {}

  void start() { lost("no comet has let it in"); }
  /// There is none, or none again; `why` replaces what was said before.
  void lost(std::string why);
  void there();

 private:
  boost::asio::steady_timer timer_;
  const std::chrono::seconds most_;
  const std::function<void(const std::string&)> over_;
  std::string why_;
  bool runs_ = false;
  std::uint64_t wait_ = 0;  ///< which wait this is: the end of an older one says nothing
};

}  // namespace im::imctl
