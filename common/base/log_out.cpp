#include "common/base/log_out.hpp"

#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace im::log {

void LogOut::line(std::string text) {
  const std::lock_guard lock(mutex_);
  if (untold_ > 0 && write(missing_(untold_, why_))) untold_ = 0;
  if (untold_ == 0 && write(std::move(text))) return;
  ++untold_;
  ++lost_;
}

/// False: it is not there, or not all of it.
bool LogOut::write(std::string text) {
  text += '\n';
  if (torn_) text.insert(text.begin(), '\n');
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(descriptor_, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      why_ = count < 0 ? std::strerror(errno) : "nothing was taken";  // NOLINT(concurrency-mt-unsafe)
      torn_ = torn_ ? done != 1 : done > 0;
      return false;
    }
    done += static_cast<std::size_t>(count);
  }
  torn_ = false;
  return true;
}

}  // namespace im::log
