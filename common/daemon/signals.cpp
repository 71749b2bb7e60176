#include "common/daemon/signals.hpp"

#include <csignal>
#include <thread>
#include <unistd.h>

namespace im {

namespace {

sigset_t waited() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&set, signal);
  return set;
}

}  // namespace

void block_signals() {
  const sigset_t set = waited();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // Who writes hears of it: a reader that is gone, a file that may not grow (ulimit -f).
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
}

int wait_signal() {
  const sigset_t set = waited();
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal == SIGUSR2 ? 0 : signal;
}

int wait_signal(std::chrono::milliseconds most) {
  const sigset_t set = waited();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(most);
  const timespec time{seconds.count(), std::chrono::nanoseconds(most - seconds).count()};
  const int signal = ::sigtimedwait(&set, nullptr, &time);
  return signal < 0 || signal == SIGUSR2 ? 0 : signal;
}

void wake_waiter() { ::kill(::getpid(), SIGUSR2); }

void exit_on_next_signal() {
  std::thread([] {
    int signal = 0;
    while (signal != SIGTERM && signal != SIGINT) signal = wait_signal();
    ::_exit(128 + signal);
  }).detach();
}

}  // namespace im
