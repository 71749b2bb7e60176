// im-bench-requests LOGINS REQUESTS: how long requests of clients wait for their call to logic while clients log in.
// Logins go to the control thread, each costs what starting a gRPC call costs (a spin of 20 us); requests come evenly
// over the same time, once through the control thread, once through a lane of their own (RequestLane).

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "common/base/domain_thread.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using Micros = std::chrono::duration<double, std::micro>;
constexpr std::chrono::microseconds kCall{20};

void start_call() {
  for (const auto end = Clock::now() + kCall; Clock::now() < end;) {
  }
}

/// Milliseconds that the requests waited, sorted. `lane` may be the control thread itself.
std::vector<double> waits(im::DomainThread& control, im::DomainThread& lane, int logins, int requests) {
  std::mutex mutex;
  std::condition_variable all;
  std::vector<double> waited;
  for (int i = 0; i < logins; ++i) control.post(start_call);
  const auto pause = kCall * logins / requests;
  for (int i = 0; i < requests; ++i) {
    lane.post([&, asked = Clock::now()] {
      start_call();
      const std::lock_guard lock(mutex);
      waited.push_back(Micros(Clock::now() - asked).count() / 1000);
      all.notify_one();
    });
    std::this_thread::sleep_for(pause);  // requests come at a rate: it is what is measured
  }
  std::unique_lock lock(mutex);
  all.wait(lock, [&] { return waited.size() == static_cast<std::size_t>(requests); });
  std::sort(waited.begin(), waited.end());
  return waited;
}

void print(const char* name, const std::vector<double>& waited) {
  std::printf("%-20s p50=%.2f ms p99=%.2f ms\n", name, waited[waited.size() / 2], waited[waited.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
  const int logins = argc > 1 ? std::atoi(argv[1]) : 50000;
  const int requests = argc > 2 ? std::atoi(argv[2]) : 500;
  im::DomainThread control, lane;
  control.start();
  lane.start();
  print("control thread", waits(control, control, logins, requests));
  print("lane of their own", waits(control, lane, logins, requests));
  lane.stop();
  control.stop();
  return 0;
}
