#include "common/daemon/endings.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <unistd.h>

#include "common/base/last_line.hpp"

namespace im {

namespace {

constexpr int kNoMemory = 1;  ///< as of every end that is none of ours

/// Memory that is refused to one thread is refused to others: the first one has the word, the others wait for the end.
void end_without_memory() {
  static std::atomic_flag told;
  while (told.test_and_set()) ::pause();
  log::last_line("out of memory, this process ends", "the system refuses memory: a limit is reached, or it has none");
  ::_exit(kNoMemory);
}

void end_by_exception() {
  std::signal(SIGABRT, SIG_DFL);
  constexpr const char* kEvent = "an exception that nobody catches ends this process";
  try {
    if (const std::exception_ptr thrown = std::current_exception()) std::rethrow_exception(thrown);
    log::last_line(kEvent, "terminate() was called");
  } catch (const std::exception& error) {
    log::last_line(kEvent, error.what());
  } catch (...) {
    log::last_line(kEvent, "it is no std::exception");
  }
  std::abort();
}

void end_by_abort(int) {
  log::last_line("a library aborts this process",
                 "it found itself broken, or got no memory; it may have said more before");
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // theirs say more
void end_by_bad_address(int) {
  log::last_line("a bad address ends this process", "a fault, or a library that does not look whether it got memory");
}
void tell_of_bad_addresses() {
  struct sigaction action{};
  action.sa_handler = end_by_bad_address;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the same instruction raises it once more
  for (const int signal : {SIGSEGV, SIGBUS}) ::sigaction(signal, &action, nullptr);
}
#else
void tell_of_bad_addresses() {}
#endif

}  // namespace

void tell_of_endings() {
  std::set_new_handler(end_without_memory);
  std::set_terminate(end_by_exception);
  struct sigaction action{};
  action.sa_handler = end_by_abort;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // abort() raises it once more
  ::sigaction(SIGABRT, &action, nullptr);
  tell_of_bad_addresses();
}

}  // namespace im
