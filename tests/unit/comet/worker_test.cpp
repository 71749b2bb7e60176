// Workers with their own threads: real sockets on loopback, pushes from another thread. What ThreadSanitizer looks at.

#include "comet/worker.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <fcntl.h>
#include <future>
#include <iterator>
#include <memory>
#include <netinet/in.h>
#include <thread>

#include "comet/edge/own_table.hpp"
#include "comet/push/push_ingress.hpp"
#include "common/base/domain_thread.hpp"
#include "tests/unit/comet/comet_fakes.hpp"

namespace im::comet {
namespace {

/// Grants everything, from a thread that is not the worker's.
class GrantingControl final : public ControlPort {
 public:
  void ask_connect(ConnectAsk ask) override {
    ConnectGrant grant;
    grant.uid = Uid(++granted);
    grant.key = "key-" + std::to_string(grant.uid.value());
    grant.room = "live://1";
    grant.heartbeat = std::chrono::seconds(240);
    grant.heartbeat_max = 2;
    post(ask.conn.worker(),
         [conn = ask.conn, grant](Worker& worker) { worker.protocol().on_connect_result(conn, grant); });
  }
  void connect_abandoned(ConnId) override {}
  void ask_receive(ReceiveAsk ask) override {
    post(ask.caller.conn.worker(),
         [conn = ask.caller.conn](Worker& worker) { worker.protocol().on_receive_result(conn, {}); });
  }
  void session_ended(SessionRecord) override { ++ended; }
  void room_joined(std::uint8_t worker, std::string room) override {
    post(worker, [room](Worker& w) { w.protocol().on_room_ready(room); });
  }
  void room_left(std::uint8_t, std::string) override {}
  CometInstance self() const override { return {CometNumber(1), InstanceEpoch(1)}; }

  std::vector<std::unique_ptr<Worker>> workers;
  std::atomic<std::int64_t> granted{0};
  std::atomic<int> ended{0};

 private:
  void post(std::uint8_t index, Worker::Task task) {
    std::thread([this, index, task = std::move(task)] { workers[index]->post(task); }).join();
  }
};

/// With one table of descriptors for all, and with one for each worker.
class WorkerTest : public testing::TestWithParam<bool> {
 protected:
  static constexpr int kWorkers = 2;

  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    if (GetParam()) GTEST_SKIP() << "ThreadSanitizer takes equal numbers of two tables for one file";
#endif
    endpoint_.port = probe(endpoint_);
    const std::vector<int> before = open_descriptors();
    for (std::uint8_t i = 0; i < kWorkers; ++i) {
      WorkerConfig config;
      config.index = i;
      config.max_connections = 1000;
      control_.workers.push_back(std::make_unique<Worker>(config, edge_, control_));
    }
    const std::vector<int> after = open_descriptors();
    std::vector<int> kept;
    if (GetParam()) {
      kept = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
      std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(kept));
    }
    for (auto& worker : control_.workers) worker->start(kept);
    for (auto& worker : control_.workers) {
      on_thread_of(*worker, [this](Worker& w) {
        w.listen({endpoint_, Transport::kTcp, &Dialect::kV2});
        w.accept_clients();
      });
      raw_.push_back(worker.get());
    }
  }
  void TearDown() override {
    for (auto& worker : control_.workers) worker->stop();
    for (const int fd : clients_) ::close(fd);
  }

  static void on_thread_of(Worker& worker, const std::function<void(Worker&)>& use) {
    std::promise<void> done;
    worker.post([&](Worker& w) {
      use(w);
      done.set_value();
    });
    done.get_future().wait();
  }

  int connect() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(endpoint_.port);
    ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    clients_.push_back(fd);
    const std::string auth = WorkerHarness::packet(wire::kOpAuth, 1, "{}");
    EXPECT_EQ(::send(fd, auth.data(), auth.size(), 0), static_cast<ssize_t>(auth.size()));
    EXPECT_EQ(read(fd, wire::kHeaderSize), WorkerHarness::packet(wire::kOpAuthReply, 1));
    return fd;
  }
  static std::string read(int fd, std::size_t size) {
    std::string bytes(size, '\0');
    EXPECT_EQ(::recv(fd, bytes.data(), size, MSG_WAITALL), static_cast<ssize_t>(size));
    return bytes;
  }

  Endpoint endpoint_{"127.0.0.1", 0};
  Edge edge_;
  GrantingControl control_;
  std::vector<Worker*> raw_;
  std::vector<int> clients_;
};

std::vector<PlacedDelivery> room_push(std::int64_t offset, const std::string& body) {
  PlacedDelivery placed;
  placed.offset = offset;
  placed.delivery.scope = PushScope::kRoom;
  placed.delivery.room = "live://1";
  placed.delivery.message = {1000, std::make_shared<const std::string>(body), 0};
  std::vector<PlacedDelivery> batch;
  batch.push_back(std::move(placed));
  return batch;
}

TEST_P(WorkerTest, EveryMemberOnEveryWorkerGetsEveryMessageOnceInOrder) {
  for (int i = 0; i < 40; ++i) connect();
  const WorkerSet workers({raw_.begin(), raw_.end()});
  PushIngress ingress(workers);
  constexpr int kMessages = 200;
  std::atomic<int> taken{0};
  std::thread pusher([&] {
    for (int i = 0; i < kMessages; ++i) {
      ingress.apply({"bus", "topic"}, {}, room_push(i, std::to_string(100 + i)), [&] { ++taken; });
      ingress.apply({"bus", "topic"}, {}, room_push(i, "again"), [&] { ++taken; });  // seen before
    }
  });
  std::string wanted;
  for (int i = 0; i < kMessages; ++i) wanted += WorkerHarness::packet(1000, 0, std::to_string(100 + i));
  for (const int fd : clients_) EXPECT_EQ(read(fd, wanted.size()), wanted);
  pusher.join();
  for (Worker* worker : raw_) on_thread_of(*worker, [](Worker&) {});
  EXPECT_EQ(taken, 2 * kMessages);
  EXPECT_EQ(ingress.stats().skipped, static_cast<std::uint64_t>(kMessages));
}

TEST_P(WorkerTest, ClientsComeAndGoWhileMessagesFly) {
  const WorkerSet workers({raw_.begin(), raw_.end()});
  PushIngress ingress(workers);
  std::counting_semaphore<> turns{0};
  constexpr int kClients = 60;
  std::thread pusher([&] {
    for (std::int64_t offset = 0; offset < kClients * 20; ++offset) {
      if (offset % 20 == 0) turns.acquire();
      ingress.apply({"bus", "topic"}, {}, room_push(offset, "x"), [] {});
    }
  });
  for (int i = 0; i < kClients; ++i) {
    const int fd = connect();
    turns.release();
    read(fd, wire::kHeaderSize + 1);
    if (i % 2 == 0) ::shutdown(fd, SHUT_RDWR);
  }
  pusher.join();
  std::size_t sessions = 0;
  for (Worker* worker : raw_) on_thread_of(*worker, [&](Worker& w) { sessions += w.sessions(SlotSet().set()).size(); });
  EXPECT_GE(sessions, 30U);
}

TEST_P(WorkerTest, ClientsAreInTheTableOfTheirWorker) {
  const std::size_t before = open_descriptors().size();
  for (int i = 0; i < 20; ++i) connect();
  EXPECT_EQ(open_descriptors().size() - before, GetParam() ? 20U : 40U);
}

TEST_P(WorkerTest, AStoppedWorkerClosesItsClientsAndNothingElse) {
  const std::size_t without = open_descriptors().size();
  for (int i = 0; i < 20; ++i) connect();
  const std::vector<int> others = open_descriptors();
  for (auto& worker : control_.workers) worker->stop();
  for (const int fd : clients_) {
    char byte = 0;
    EXPECT_EQ(::recv(fd, &byte, 1, 0), 0);
  }
  if (GetParam()) {
    EXPECT_EQ(open_descriptors(), others);
  }
  control_.workers.clear();
  EXPECT_LE(open_descriptors().size(), without + clients_.size());
  for (const int fd : clients_) EXPECT_GE(::fcntl(fd, F_GETFD), 0) << "a worker's number was closed here";
}

TEST_P(WorkerTest, TheSpeakerSaysWhatWorkersHaveTaken) {
  connect();
  DomainThread speaker;
  speaker.start();
  std::thread::id there;
  ASSERT_TRUE(speaker.run_and_wait([&there] { there = std::this_thread::get_id(); }, std::chrono::seconds(30)));
  const WorkerSet workers({raw_.begin(), raw_.end()}, &speaker);
  std::promise<std::thread::id> pushed, commanded;
  workers.hand_over(std::vector<PushDelivery>(), [&] { pushed.set_value(std::this_thread::get_id()); });
  EXPECT_EQ(pushed.get_future().get(), there);
  std::vector<DirectCommand> commands{Kick{.uid = Uid(77)}};
  workers.hand_over(std::move(commands),
                    [&](const std::vector<std::int32_t>&) { commanded.set_value(std::this_thread::get_id()); });
  EXPECT_EQ(commanded.get_future().get(), there);
}

TEST_P(WorkerTest, ASecondCometOnThePortFailsLoudly) {
  try {
    probe(endpoint_);
    FAIL() << "bound twice";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find(std::to_string(endpoint_.port)), std::string::npos) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, WorkerTest, testing::Bool(),
                         [](const auto& one) { return one.param ? "OfEachWorker" : "OfTheProcess"; });

}  // namespace
}  // namespace im::comet
