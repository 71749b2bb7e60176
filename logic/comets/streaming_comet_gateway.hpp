#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "common/base/domain_thread.hpp"
#include "common/base/repeat.hpp"
#include "logic/comets/comet_gateway.hpp"
#include "logic/comets/held_commands.hpp"

namespace im::logic {

/// CometGateway over one stream for each comet. One thread of its own has all of them; callers only post to it.
class StreamingCometGateway final : public CometGateway {
 public:
  StreamingCometGateway(std::unique_ptr<DirectTransport> transport, CometTable::Comets comets,
                        DirectLimits limits = {});
  ~StreamingCometGateway() override;
  void start();
  /// Fails what is open. Commands that come later fail at once.
  void stop();

  void send(const CometInstance& comet, CometCommand command, Reached done) override;
  void kick_everywhere(Kick kick, Reached done) override;
  void trace(const TraceAsk& ask, Traced done) override;

  const CometPeerStats& stats() const { return stats_; }
  std::uint64_t comets() const { return size_.load(std::memory_order_relaxed); }

 private:
  /// Bytes of commands that callers have posted and this thread has not looked at.
  static constexpr std::size_t kMaxPosted = 16U << 20;
  void prune();
  Reached heard(Reached done);
  void failed(const Error& why);

  DomainThread thread_;
  std::unique_ptr<DirectTransport> transport_;
  CometPeerStats stats_;
  CometPeers shared_;
  CometTable table_;
  HeldCommands held_;
  std::atomic<std::size_t> posted_{0};
  std::atomic<std::uint64_t> size_{0};
  std::atomic<std::uint64_t> refused_{0};  ///< since the last look
  std::mutex door_;  ///< whoever passes has posted before stop() drains what waits, so each is answered
  bool stopped_ = true;
  Repeat failures_;
};

}  // namespace im::logic
