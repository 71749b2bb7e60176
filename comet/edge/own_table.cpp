#include "comet/edge/own_table.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <dirent.h>
#include <future>
#include <limits>
#include <memory>
#include <sched.h>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "common/base/freed.hpp"

namespace im::comet {

namespace {

constexpr unsigned kLast = std::numeric_limits<int>::max();

/// A kernel without close_range(2), or a filter that does not know it: one by one.
void close_listed(unsigned first, unsigned last) {
  for (const int fd : open_descriptors()) {
    if (static_cast<unsigned>(fd) >= first && static_cast<unsigned>(fd) <= last) ::close(fd);
  }
}

void close_between(unsigned first, unsigned last) {
  if (first <= last && ::close_range(first, last, 0) != 0) close_listed(first, last);
}

void take_own_table(const std::vector<int>& kept) {
  if (::unshare(CLONE_FILES) != 0)
    throw std::runtime_error("no table of descriptors for a worker: " + std::generic_category().message(errno));
  unsigned next = 0;
  for (const int fd : kept) {
    const auto number = static_cast<unsigned>(fd);
    if (number > 0) close_between(next, number - 1);
    next = number + 1;
  }
  close_between(next, kLast);
}

}  // namespace

std::vector<int> open_descriptors() {
  const std::unique_ptr<DIR, Freed<closedir>> files(::opendir("/proc/thread-self/fd"));
  std::vector<int> all;
  if (!files) return all;
  while (const dirent* entry = ::readdir(files.get())) {
    const std::string_view name = entry->d_name;
    int fd = -1;
    std::from_chars(name.data(), name.data() + name.size(), fd);
    if (fd >= 0 && fd != ::dirfd(files.get())) all.push_back(fd);
  }
  std::sort(all.begin(), all.end());
  return all;
}

bool own_tables_work() {
  bool works = false;
  std::thread([&works] { works = ::unshare(CLONE_FILES) == 0; }).join();
  return works;
}

std::thread thread_with_table(const std::vector<int>& kept, std::function<void()> run) {
  std::promise<void> taken;
  auto ready = taken.get_future();
  std::thread thread([kept, taken = std::move(taken), run = std::move(run)]() mutable {
    try {
      if (!kept.empty()) take_own_table(kept);
    } catch (...) {
      return taken.set_exception(std::current_exception());
    }
    taken.set_value();
    run();
  });
  try {
    ready.get();
  } catch (...) {
    thread.join();
    throw;
  }
  return thread;
}

}  // namespace im::comet
