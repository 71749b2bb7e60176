#include <algorithm>
#include <arpa/inet.h>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/client/http_call.hpp"
#include "common/daemon/daemon.hpp"
#include "common/daemon/signals.hpp"

namespace im {
namespace {

/// Writes what it is told to do; sends itself `signals` once it runs.
class Story final : public Service {
 public:
  Story(DaemonContext& context, std::vector<int> signals, bool fails)
      : context_(context), signals_(std::move(signals)), fails_(fails) {}
  void start() override {
    std::cerr << "start " << context_.node.name << (context_.ops.port() != 0 ? " ops" : "") << "\n";
    if (fails_) context_.fail("the port is gone");
    if (!signals_.empty() && signals_.front() == SIGHUP) {
      std::ofstream(std::getenv("RELOADED_FILE")) << "[log]\nlevel = \"debug\"\n[own]\nanswer = 7\n";
      ::kill(::getpid(), SIGUSR1);
      ::kill(::getpid(), SIGTERM);  // waits until the others were taken: the lowest number comes first
    }
    if (!signals_.empty()) ::kill(::getpid(), signals_.front());
  }
  void drain(std::chrono::steady_clock::time_point) override {
    std::cerr << "drain ready=" << context_.health.ready() << "\n";
    for (std::size_t i = 1; i < signals_.size(); ++i) {
      ::kill(::getpid(), signals_[i]);
      while (true) ::pause();
    }
  }
  void stop() override { std::cerr << "stop\n"; }

 private:
  DaemonContext& context_;
  std::vector<int> signals_;
  bool fails_;
};

struct Plan {
  std::vector<int> signals;
  bool fails = false;
  std::optional<DaemonSpec::Need> need = {};
};

int run(std::vector<std::string> arguments, const Plan& plan = {}) {
  arguments.insert(arguments.begin(), "svc");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  int answer = 42;
  config::Options options;
  options.section("own", "Own keys.");
  options.add("answer", answer, "The answer.");
  options.check([&answer] { return answer == 13 ? "own.answer: must not be 13" : ""; });
  const DaemonSpec spec{
      "svc",
      "svc is a test.",
      0,
      options,
      [&plan](DaemonContext& context) { return std::make_unique<Story>(context, plan.signals, plan.fails); },
      plan.need,
      [](config::Options& again) {
        auto value = std::make_shared<int>(42);
        again.section("own", "Own keys.");
        again.add("answer", *value, "The answer.");
        return value;
      }};
  return run_daemon(spec, static_cast<int>(argv.size()), argv.data());
}

/// The port of a listening socket of this process.
class TakenPort {
 public:
  TakenPort() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd_, 1), 0);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~TakenPort() { ::close(fd_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  int port() const { return port_; }

 private:
  int fd_;
  int port_ = 0;
};

/// What a port answers to a path: the status, then the body.
std::string asked(int port, const std::string& path) {
  client::HttpCall call;
  call.url = client::parse_url("http://127.0.0.1:" + std::to_string(port) + path).value();
  const auto answer = client::http_call_now(std::move(call));
  return answer.ok() ? std::to_string(answer.value().status) + " " + answer.value().body : answer.error().message;
}

int free_port() { return TakenPort().port(); }

/// Ends this process; tells what its ports say while it waits.
void run_without(int port) {
  int looks = 0;
  const auto look = [&]() -> Status {
    if (++looks == 1) return Error{Error::Code::kUnavailable, "the disk is full"};
    std::cerr << asked(port, "/healthz/live") << "\n" << asked(port, "/healthz/ready") << "\n";
    return Ok{};
  };
  const int code = run({"--ops.port=" + std::to_string(port)}, {{SIGTERM}, false, DaemonSpec::Need{"store", look}});
  std::_Exit(code);
}

/// Alive and not ready, for the reason that is told; then it is made.
TEST(RunDaemonDeathTest, WaitsForWhatItCannotBeMadeWithout) {
  EXPECT_EXIT(run_without(free_port()), testing::ExitedWithCode(0),
              "200 .\"live\":true.*503 .*\"store\":.\"up\":false,\"detail\":\"the disk is full\".*start svc-1 ops");
}

/// A service manager that does not listen: who tells it something waits.
class DeafManager {
 public:
  DeafManager() : fd_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    const std::string name = "@im-deaf-" + std::to_string(::getpid());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(name.begin() + 1, name.end(), address.sun_path + 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    const auto* at = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(::bind(fd_, at, size), 0);
    while (::sendto(fd_, "", 1, MSG_DONTWAIT, at, size) > 0) {
    }
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  void listen() const {
    char byte = 0;
    while (::recv(fd_, &byte, 1, 0) >= 0) {
    }
  }

 private:
  int fd_;
};

/// Ends this process; tells what its port says from its first moment on.
void run_beside_a_deaf_manager(int port) {
  block_signals();  // also of the thread
  const DeafManager manager;
  std::thread([&manager, port] {
    while (!asked(port, "/healthz/live").starts_with("200")) std::this_thread::yield();
    std::cerr << "first " << asked(port, "/healthz/ready") << "\n";
    manager.listen();
  }).detach();
  int looks = 0;
  const auto look = [&looks] {
    return ++looks == 1 ? Status(Error{Error::Code::kUnavailable, "the disk is full"}) : Ok{};
  };
  const int code = run({"--ops.port=" + std::to_string(port)}, {{SIGTERM}, false, DaemonSpec::Need{"store", look}});
  std::_Exit(code);
}

TEST(RunDaemonDeathTest, IsNotReadyForAMomentBeforeItWaits) {
  EXPECT_EXIT(run_beside_a_deaf_manager(free_port()), testing::ExitedWithCode(0), "first 503 .*start svc-1 ops");
}

void run_and_end_while_it_waits() {
  const auto look = []() -> Status {
    ::kill(::getpid(), SIGTERM);
    return Error{Error::Code::kUnavailable, "the disk is full"};
  };
  const int code = run({"--ops.port=0"}, {{}, false, DaemonSpec::Need{"store", look}});
  std::_Exit(code);
}

TEST(RunDaemonDeathTest, EndsWhileItWaits) {
  EXPECT_EXIT(run_and_end_while_it_waits(), testing::ExitedWithCode(0), "the disk is full");
}

TEST(RunDaemonTest, AnswersQuestionsWithoutRunning) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"--check"}), 0);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "svc: configuration is valid\n");
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"--own.answer=7", "--show-config"}), 0);
  EXPECT_TRUE(testing::internal::GetCapturedStdout().starts_with(
      "[own]\nanswer = 7  # flag\n\n[node]\nname = \"svc-1\"  # default\n"));
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"--sample-config"}), 0);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("[own]\n# The answer.\n# answer = 42\n"), std::string::npos);
  testing::internal::CaptureStdout();
  EXPECT_EQ(run({"--config-docs"}), 0);
  EXPECT_TRUE(testing::internal::GetCapturedStdout().starts_with("## svc\n\n### [own]\n"));
}

TEST(RunDaemonTest, EndsWithThreeWhenTheConfigurationIsInvalid) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run({"--own.answer=x", "--ops.port=70000"}), 3);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "svc: flag --own.answer: own.answer: \"x\" is not a whole number\n"
            "svc: flag --ops.port: ops.port: 70000 is not a port (0 to 65535)\n");
  testing::internal::CaptureStderr();
  EXPECT_EQ(run({"--own.answer=13", "--check"}), 3);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "svc: flag --own.answer: own.answer: must not be 13\n");
}

TEST(RunDaemonTest, EndsWithTwoOnAUsageError) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(run({"--own.anwser=1"}), 2);
  EXPECT_NE(testing::internal::GetCapturedStderr().find("did you mean \"--own.answer\"?"), std::string::npos);
}

TEST(RunDaemonDeathTest, ATakenPortNamesItsHolder) {
  const TakenPort taken;
  const std::string port = std::to_string(taken.port());
  EXPECT_EXIT(
      std::_Exit(run({"--ops.port=" + port})), testing::ExitedWithCode(1),
      "svc: cannot listen on 127.0.0.1:" + port +
          " \\(HTTP, ops\\): Address already in use \\(held by pid [0-9]+ \\(daemon_test\\)\\); stop that process "
          "or choose another port");
}

TEST(RunDaemonDeathTest, StartsDrainsAndStops) {
  EXPECT_EXIT(std::_Exit(run({"--node.name=n7"}, {.signals = {SIGTERM}, .fails = false})), testing::ExitedWithCode(0),
              "start n7 ops\n(.*\n)*drain ready=0\nstop\n");
}

TEST(RunDaemonDeathTest, HangupReadsTheConfigurationAgainAndNeitherItNorUsr1Ends) {
  const std::string file = std::filesystem::temp_directory_path() / ("reload-" + std::to_string(::getpid()) + ".toml");
  std::ofstream(file) << "[log]\nlevel = \"info\"\n";
  ::setenv("RELOADED_FILE", file.c_str(), 1);
  EXPECT_EXIT(std::_Exit(run({"--config", file, "--log.format=text"}, {.signals = {SIGHUP}, .fails = false})),
              testing::ExitedWithCode(0),
              "configuration taken key=.log.level: (.*\n)*.*needs a restart key=.own.answer: 42 -> 7(.*\n)*"
              ".*logs go to stderr(.*\n)*drain ready=0\nstop\n");
  std::filesystem::remove(file);
}

TEST(RunDaemonDeathTest, ASecondSignalEndsTheDrain) {
  EXPECT_EXIT(std::_Exit(run({}, {.signals = {SIGTERM, SIGINT}, .fails = false})), testing::ExitedWithCode(130),
              "drain ready=0\n");
}

TEST(RunDaemonDeathTest, AFailureEndsWithOneAndWithoutADrain) {
  EXPECT_EXIT(std::_Exit(run({}, {.signals = {}, .fails = true})), testing::ExitedWithCode(1),
              "the port is gone(.*\n)*stop\n");
}

}  // namespace
}  // namespace im
