#include "logic/media/picture_maker.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/fault.hpp"

namespace im::logic::media {

namespace {

constexpr int kNoPicture = 3, kTooManyPixels = 4;
constexpr std::size_t kMostSaid = 256;

Error no_program(const std::string& why) { return {Error::Code::kUnavailable, "im-picture: " + why}; }

/// A child with its stdin from a file and its stdout to us.
struct Child {
  pid_t pid = -1;
  int said = -1;
};

/// Whatever signals this process blocks or ignores, the child does not.
class PlainSignals {
 public:
  PlainSignals() {
    sigset_t none, all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~PlainSignals() { ::posix_spawnattr_destroy(&attributes_); }
  PlainSignals(const PlainSignals&) = delete;
  PlainSignals& operator=(const PlainSignals&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

Result<Child> start(const std::string& program, const std::string& in, const std::string& out, std::uint64_t most) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return no_program(std::strerror(errno));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  // A named pipe by that name would hold the child, and this thread with it, before the program begins.
  ::posix_spawn_file_actions_addopen(&actions, 0, in.c_str(), O_RDONLY | O_NONBLOCK, 0);
  ::posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  // Sockets of clients and listeners among them, whatever opened them: a decoder that was taken over has none.
  ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  std::string name = program, where = out, bytes = std::to_string(most);
  const std::array<char*, 4> words = {name.data(), where.data(), bytes.data(), nullptr};
  const std::array<char*, 1> environment = {nullptr};
  Child child{-1, pipe[0]};
  const PlainSignals signals;
  const int error =
      ::posix_spawn(&child.pid, program.c_str(), &actions, signals.get(), words.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(pipe[1]);
  if (error == 0) return child;
  ::close(pipe[0]);
  return no_program(program + ": " + std::strerror(error));
}

/// What it says until it ends, or until then.
std::string listen(int fd, std::chrono::steady_clock::time_point until) {
  std::string said;
  while (said.size() < kMostSaid) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd wait{fd, POLLIN, 0};
    if (left <= 0 || ::poll(&wait, 1, static_cast<int>(left)) <= 0) break;
    std::array<char, kMostSaid> piece{};
    const auto got = ::read(fd, piece.data(), piece.size());
    if (got <= 0) break;
    said.append(piece.data(), static_cast<std::size_t>(got));
  }
  return said;
}

Result<MadePicture> made_of(const std::string& said) {
  MadePicture made;
  std::istringstream words(said);
  words >> made.mime >> made.file.width >> made.file.height >> made.small.width >> made.small.height >>
      made.large.width >> made.large.height;
  if (words.fail()) return no_program("it says nothing");
  return made;
}

/// Signals that a picture has earned its decoder: faults, and the limits that the program has set itself.
bool is_pictures_fault(int signal) {
  constexpr std::array kFaults{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ};
  return std::ranges::find(kFaults, signal) != kFaults.end();
}

Result<MadePicture> outcome_of(int status, const std::string& said) {
  if (WIFSIGNALED(status)) {
    if (is_pictures_fault(WTERMSIG(status))) return Error{Error::Code::kInvalid, "the picture cannot be decoded"};
    return no_program("ended by signal " + std::to_string(WTERMSIG(status)));
  }
  switch (WEXITSTATUS(status)) {
    case 0:
      return made_of(said);
    case kTooManyPixels:
      return Error{Error::Code::kInvalid, "the picture has too many pixels"};
    case kNoPicture:
      return Error{Error::Code::kInvalid, "the picture cannot be decoded"};
    default:
      return no_program("it failed");
  }
}

std::string beside_this_program() {
  std::error_code error;
  return (std::filesystem::read_symlink("/proc/self/exe", error).parent_path() / "im-picture").string();
}

}  // namespace

PictureMaker::PictureMaker(const std::string& program, std::chrono::milliseconds patience)
    : program_(program.empty() ? beside_this_program() : program), patience_(patience) {}

Result<MadePicture> PictureMaker::make(const std::string& path, const std::string& out, std::uint64_t most) const {
  if (stopped_) return no_program("stopping");
  const auto child = start(program_, path, out, most);
  if (!child) return child.error();
  fault::fire("media.paint");
  const auto until = std::chrono::steady_clock::now() + patience_;
  const std::string said = listen(child.value().said, until);
  ::close(child.value().said);
  ::kill(child.value().pid, SIGKILL);  // it ends already, or it has had its time
  int status = 0;
  while (::waitpid(child.value().pid, &status, 0) < 0 && errno == EINTR) {
  }
  return outcome_of(status, said);
}

}  // namespace im::logic::media
