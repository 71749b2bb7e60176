#include "comet/connection/connection_io.hpp"

#include <array>
#include <cerrno>
#include <poll.h>
#include <stdexcept>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace im::comet {

namespace {

constexpr std::size_t kScratch = 64 * 1024;

std::uint64_t event_data(std::uint32_t place, std::uint32_t generation) {
  return std::uint64_t{generation} << 32 | place;
}

}  // namespace

ConnectionIo::ConnectionIo(std::uint8_t worker, IoConfig config, IpTable& ips, WorkerStats& stats)
    : worker_(worker),
      config_(config),
      ips_(ips),
      stats_(stats),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wheel_(slab_),
      scratch_(kScratch) {
  if (epoll_ < 0) throw std::runtime_error("cannot make an epoll set: too many open files?");
}

ConnectionIo::~ConnectionIo() {
  close_sockets();
  ::close(epoll_);
}

void ConnectionIo::close_sockets() {
  for (std::uint32_t place = 0; place < slab_.places(); ++place) {
    const int fd = std::exchange(slab_.at(place).fd, -1);
    if (fd >= 0) ::close(fd);
  }
}

std::uint32_t ConnectionIo::place_of(ConnId id) {
  return slab_.find(id.slot(), id.generation()) == nullptr ? ConnectionSlab::kNoPlace : id.slot();
}

void ConnectionIo::watch(std::uint32_t place, bool add) {
  const Connection& connection = slab_.at(place);
  if (connection.fd < 0) return;
  epoll_event event{};
  // The end of a peer is seen though we do not read from it; until it was seen, or the set would report it for ever.
  event.events = (connection.paused ? 0U : std::uint32_t{EPOLLIN}) |
                 (connection.ended ? 0U : std::uint32_t{EPOLLRDHUP}) |
                 (connection.want_write ? std::uint32_t{EPOLLOUT} : 0U);
  event.data.u64 = event_data(place, connection.generation);
  epoll_ctl(epoll_, add ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, connection.fd, &event);
}

void ConnectionIo::on_event(std::uint64_t data, std::uint32_t events) {
  assert_on_worker();
  const auto place = static_cast<std::uint32_t>(data);
  const auto generation = static_cast<std::uint32_t>(data >> 32);
  if (slab_.find(place, generation) == nullptr) return;
  if ((events & EPOLLOUT) != 0) on_writable(place);
  const Connection* connection = slab_.find(place, generation);
  if (connection == nullptr) return;
  if ((events & EPOLLIN) != 0) {
    read(place);
  } else if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    drop(place, CloseReason::kPeerReset);
  } else if ((events & EPOLLRDHUP) != 0) {
    note_end(place);
  }
}

void ConnectionIo::note_end(std::uint32_t place) {
  slab_.at(place).ended = true;
  watch(place);
  listener_->on_peer_ended(place);
}

void ConnectionIo::read(std::uint32_t place) {
  if (slab_.at(place).phase == Phase::kTls) return shake_hands(place);
  const ssize_t size = receive(place);
  if (size > 0) {
    stats_.received_bytes.add(static_cast<std::uint64_t>(size));
    listener_->on_data(place, {scratch_.data(), static_cast<std::size_t>(size)});
  } else if (size == 0) {
    drop(place, CloseReason::kPeerClosed);
  } else if (errno != EAGAIN && errno != EINTR) {
    drop(place, CloseReason::kPeerReset);
  }
}

bool ConnectionIo::peer_ended(std::uint32_t place) {
  pollfd peer{slab_.at(place).fd, POLLRDHUP, 0};
  return ::poll(&peer, 1, 0) > 0;
}

Sent ConnectionIo::send(std::uint32_t place, const Frame& frame, PushClass kind) {
  assert_on_worker();
  Connection& connection = slab_.at(place);
  if (connection.phase == Phase::kLingering) return Sent::kClosed;
  if (frame.bytes(connection.transport).empty()) return Sent::kWritten;  // its dialect has no words for it
  if (connection.traced) [[unlikely]]
    trace(place, frame);
  if (connection.transport == Transport::kPoll) return to_poll(place, frame, kind);
  if (connection.outbox) return queue(place, frame, kind);
  const std::string_view bytes = frame.bytes(connection.transport);
  const ssize_t size = transmit(place, {&bytes, 1});
  if (size == static_cast<ssize_t>(bytes.size())) {
    stats_.written_bytes.add(bytes.size());
    if (connection.secure && secure_.at(place).blocked()) wait_for_write(place);
    return Sent::kWritten;
  }
  if (size < 0 && errno != EAGAIN && errno != EINTR) {
    drop(place, CloseReason::kPeerReset);
    return Sent::kClosed;
  }
  const std::size_t done = size > 0 ? static_cast<std::size_t>(size) : 0;
  stats_.written_bytes.add(done);
  const Sent result = queue(place, frame, kind, done);
  if (connection.outbox) wait_for_write(place);
  return result;
}

void ConnectionIo::trace(std::uint32_t place, const Frame& frame) {
  Connection& connection = slab_.at(place);
  connection.traced = tracer_.wanted(place, monotonic_now());
  const std::size_t waiting = connection.outbox ? connection.outbox->bytes() : 0;
  if (connection.traced) tracer_.out(place, frame.bytes(connection.transport), connection.transport, waiting);
}

Sent ConnectionIo::to_poll(std::uint32_t place, const Frame& frame, PushClass kind) {
  return poll_->take(place, frame) ? Sent::kQueued : too_slow(place, kind);
}

Sent ConnectionIo::queue(std::uint32_t place, const Frame& frame, PushClass kind, std::size_t already_sent) {
  Connection& connection = slab_.at(place);
  if (!connection.outbox) connection.outbox = std::make_unique<Outbox>(config_.outbox_limit);
  if (connection.outbox->push(frame, connection.transport, already_sent)) return Sent::kQueued;
  return too_slow(place, kind);
}

Sent ConnectionIo::too_slow(std::uint32_t place, PushClass kind) {
  if (kind == PushClass::kEphemeral || (kind == PushClass::kPush && !config_.close_slow)) {
    stats_.drop(kind == PushClass::kEphemeral ? DropReason::kEphemeral : DropReason::kOutboxFull);
    return Sent::kDropped;
  }
  stats_.drop(DropReason::kSlowConsumer);
  close(place, CloseReason::kSlowConsumer);
  return Sent::kClosed;
}

Sent ConnectionIo::gather(std::uint32_t place, const Frame& frame, PushClass kind) {
  assert_on_worker();
  if (slab_.at(place).phase == Phase::kLingering) return Sent::kClosed;
  if (frame.bytes(slab_.at(place).transport).empty()) return Sent::kWritten;
  if (slab_.at(place).traced) [[unlikely]]
    trace(place, frame);
  if (slab_.at(place).transport == Transport::kPoll) return to_poll(place, frame, kind);
  const Sent result = queue(place, frame, kind);
  if (result != Sent::kQueued) return result;
  Connection& connection = slab_.at(place);
  if (!connection.want_write && !connection.dirty) {
    connection.dirty = true;
    gathered_.push_back(id_of(place));
  }
  return result;
}

void ConnectionIo::flush_gathered() {
  for (std::size_t i = 0; i < gathered_.size(); ++i) {
    const std::uint32_t place = place_of(gathered_[i]);
    if (place == ConnectionSlab::kNoPlace) continue;
    slab_.at(place).dirty = false;
    write_waiting(place);
  }
  gathered_.clear();
}

void ConnectionIo::write_waiting(std::uint32_t place) {
  Connection& connection = slab_.at(place);
  while (connection.outbox && !connection.outbox->empty()) {
    std::array<std::string_view, kGather> parts;
    const std::size_t most = connection.single_frames ? 1 : kGather;
    const std::size_t count = connection.outbox->gather(std::span(parts).first(most));
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) offered += parts[i].size();
    const ssize_t size = transmit(place, std::span(parts).first(count));
    if (size < 0 && errno != EAGAIN && errno != EINTR) {
      drop(place, CloseReason::kPeerReset);
      return;
    }
    const std::size_t done = size > 0 ? static_cast<std::size_t>(size) : 0;
    stats_.written_bytes.add(done);
    if (done > 0) connection.outbox->consume(done);
    if (done == offered) continue;
    return wait_for_write(place);
  }
  connection.outbox.reset();
  if (connection.secure && secure_.at(place).blocked()) return wait_for_write(place);
  const bool lingering = connection.phase == Phase::kLingering;
  if (connection.want_write) {
    connection.want_write = false;
    watch(place);
  } else if (!lingering) {
    return;
  }
  if (lingering) return end_writing(place);
  listener_->on_drained(place);
}

void ConnectionIo::pause(std::uint32_t place) {
  Connection& connection = slab_.at(place);
  if (connection.paused) return;
  connection.paused = true;
  watch(place);
}

void ConnectionIo::resume(std::uint32_t place) {
  Connection& connection = slab_.at(place);
  if (!connection.paused) return;
  connection.paused = false;
  watch(place);
}

void ConnectionIo::set_deadline(std::uint32_t place, std::uint32_t ticks) { wheel_.set(place, wheel_.now() + ticks); }

void ConnectionIo::advance_clock(std::uint32_t tick) {
  assert_on_worker();
  wheel_.advance(tick, [this](std::uint32_t place) {
    if (slab_.at(place).phase == Phase::kLingering) {
      drop(place, CloseReason::kPeerClosed);
    } else {
      listener_->on_deadline(place);
    }
  });
}

}  // namespace im::comet
