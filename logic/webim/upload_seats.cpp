#include "logic/webim/upload_seats.hpp"

#include <limits>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "common/http/connection_registry.hpp"

namespace im::logic::webim {

namespace {
constexpr double kSlow = 32.0 * 1024;  // fewer bytes a second, since it came
}  // namespace

struct UploadSeats::State {
  using Seats = std::unordered_set<UploadSeat*>;
  explicit State(Limits chosen) : limits(chosen) {}

  UploadSeat* take(const std::string& client, TimePoint now);
  bool make_room(const std::string& client, TimePoint now);
  UploadSeat* slowest(const Seats& seats, TimePoint now, double slower_than) const;
  void free(UploadSeat& seat);

  const Limits limits;
  std::mutex mutex;
  std::size_t taken = 0;
  std::unordered_map<std::string, Seats> of;  ///< those who have one
};

UploadSeat* UploadSeats::State::take(const std::string& client, TimePoint now) {
  const std::lock_guard lock(mutex);
  const auto known = of.find(client);
  const std::size_t has = known == of.end() ? 0 : known->second.size();
  if (limits.per_address > 0 && has >= limits.per_address) return nullptr;
  if (taken >= limits.most && !make_room(client, now)) return nullptr;
  auto seat = std::unique_ptr<UploadSeat>(new UploadSeat(client, now));
  of[client].insert(seat.get());
  ++taken;
  return seat.release();
}

/// Of the address that has the most, or this one's own where none has more. Who has two more than this one gives way at
/// any pace.
bool UploadSeats::State::make_room(const std::string& client, TimePoint now) {
  const auto known = of.find(client);
  const std::size_t own = known == of.end() ? 0 : known->second.size();
  std::size_t most = own;
  UploadSeat* gives_way = known == of.end() ? nullptr : slowest(known->second, now, kSlow);
  for (const auto& [address, seats] : of) {
    if (seats.size() <= most) continue;
    UploadSeat* const one = slowest(seats, now, seats.size() > own + 1 ? std::numeric_limits<double>::max() : kSlow);
    if (one == nullptr) continue;
    most = seats.size();
    gives_way = one;
  }
  if (gives_way == nullptr) return false;
  gives_way->taken_away_ = true;
  free(*gives_way);
  return true;
}

/// nullptr: none of them is, as far as one knows.
UploadSeat* UploadSeats::State::slowest(const Seats& seats, TimePoint now, double slower_than) const {
  UploadSeat* found = nullptr;
  double least = slower_than;
  for (UploadSeat* seat : seats) {
    if (seat->whole_ || now - seat->since_ < limits.beginning || now == seat->since_) continue;
    const double pace = static_cast<double>(seat->bytes_) / std::chrono::duration<double>(now - seat->since_).count();
    if (pace >= least) continue;
    least = pace;
    found = seat;
  }
  return found;
}

void UploadSeats::State::free(UploadSeat& seat) {
  const auto row = of.find(seat.client_);
  if (row == of.end() || row->second.erase(&seat) == 0) return;  // it has given way
  --taken;
  if (row->second.empty()) of.erase(row);
}

UploadSeats::UploadSeats(Limits limits, Clock clock)
    : state_(std::make_shared<State>(limits)), clock_(std::move(clock)) {}

std::shared_ptr<UploadSeat> UploadSeats::take(const std::string& address) {
  UploadSeat* const seat = state_->take(http::client_of(address), clock_());
  if (seat == nullptr) return nullptr;
  return {seat, [state = state_](UploadSeat* last) {
            {
              const std::lock_guard lock(state->mutex);
              state->free(*last);
            }
            delete last;
          }};
}

}  // namespace im::logic::webim
