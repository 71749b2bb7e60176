#include "tools/devkafka/mock_cluster.hpp"

#include <map>
#include <mutex>
#include <stdexcept>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace im::devkafka {

namespace {

constexpr std::int16_t kProduceRequest = 0;
constexpr std::int16_t kOffsetFetchRequest = 9;
constexpr int kMaxErrors = 10000;

std::string text_of(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_NO_ERROR ? std::string() : rd_kafka_err2str(error);
}

}  // namespace

struct MockCluster::Impl {
  rd_kafka_t* handle = nullptr;  // book-keeping of the mock cluster only
  rd_kafka_mock_cluster_t* cluster = nullptr;
  std::vector<TopicSpec> topics;

  mutable std::mutex mutex;
  struct Broker {
    bool up = true;
    int rtt_ms = 0;
  };
  std::map<int, Broker> brokers;

  ~Impl() {
    if (cluster != nullptr) rd_kafka_mock_cluster_destroy(cluster);
    if (handle != nullptr) rd_kafka_destroy(handle);
  }

  std::string check(int broker) const {
    if (broker == -1 || brokers.contains(broker)) return {};
    return "no broker " + std::to_string(broker) + ": there are 1 to " + std::to_string(brokers.size()) +
           ", and -1 for all";
  }

  template <class Change>
  void for_each(int broker, Change change) {
    const std::lock_guard lock(mutex);
    for (auto& [id, state] : brokers) {
      if (broker == -1 || broker == id) change(state);
    }
  }
};

MockCluster::MockCluster(int brokers, std::vector<TopicSpec> topics) : impl_(std::make_unique<Impl>()) {
  char reason[256];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "log_level", "3", nullptr, 0);  // it warns that this handle has no brokers, which is meant so
  impl_->handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf, reason, sizeof reason);
  if (impl_->handle == nullptr) throw std::runtime_error(std::string("librdkafka: ") + reason);
  impl_->cluster = rd_kafka_mock_cluster_new(impl_->handle, brokers);
  if (impl_->cluster == nullptr) throw std::runtime_error("librdkafka cannot make a mock cluster");
  for (int id = 1; id <= brokers; ++id) impl_->brokers[id] = {};
  for (const auto& topic : topics) {
    const auto error = rd_kafka_mock_topic_create(impl_->cluster, topic.name.c_str(), topic.partitions, brokers);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) throw std::runtime_error("topic " + topic.name + ": " + text_of(error));
  }
  impl_->topics = std::move(topics);
}

MockCluster::~MockCluster() = default;

std::string MockCluster::bootstraps() const { return rd_kafka_mock_cluster_bootstraps(impl_->cluster); }

std::string MockCluster::set_down(int broker) {
  if (auto wrong = impl_->check(broker); !wrong.empty()) return wrong;
  impl_->for_each(broker, [](Impl::Broker& state) { state.up = false; });
  return text_of(rd_kafka_mock_broker_set_down(impl_->cluster, broker));
}

std::string MockCluster::set_up(int broker) {
  if (auto wrong = impl_->check(broker); !wrong.empty()) return wrong;
  impl_->for_each(broker, [](Impl::Broker& state) { state.up = true; });
  return text_of(rd_kafka_mock_broker_set_up(impl_->cluster, broker));
}

std::string MockCluster::set_rtt(int broker, int ms) {
  if (auto wrong = impl_->check(broker); !wrong.empty()) return wrong;
  if (ms < 0) return "rtt is in milliseconds, 0 or more";
  impl_->for_each(broker, [ms](Impl::Broker& state) { state.rtt_ms = ms; });
  return text_of(rd_kafka_mock_broker_set_rtt(impl_->cluster, broker, ms));
}

std::string MockCluster::fail_produce(int count) {
  if (count < 1 || count > kMaxErrors) return "count is 1 to " + std::to_string(kMaxErrors);
  const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(count), RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  rd_kafka_mock_push_request_errors_array(impl_->cluster, kProduceRequest, errors.size(), errors.data());
  return {};
}

std::string MockCluster::cut_produce(int count) {
  if (count < 1 || count > kMaxErrors) return "count is 1 to " + std::to_string(kMaxErrors);
  const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(count), RD_KAFKA_RESP_ERR__TRANSPORT);
  rd_kafka_mock_push_request_errors_array(impl_->cluster, kProduceRequest, errors.size(), errors.data());
  return {};
}

std::string MockCluster::break_sequence() {
  const auto error = RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
  rd_kafka_mock_push_request_errors_array(impl_->cluster, kProduceRequest, 1, &error);
  return {};
}

std::string MockCluster::fail_offset_fetch(int count) {
  if (count < 1 || count > kMaxErrors) return "count is 1 to " + std::to_string(kMaxErrors);
  const std::vector<rd_kafka_resp_err_t> errors(static_cast<std::size_t>(count),
                                                RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  rd_kafka_mock_push_request_errors_array(impl_->cluster, kOffsetFetchRequest, errors.size(), errors.data());
  return {};
}

std::string MockCluster::set_leader(int partition, int broker) {
  if (auto wrong = impl_->check(broker); !wrong.empty()) return wrong;
  const auto& topic = impl_->topics.front();
  if (partition < 0 || partition >= topic.partitions) {
    return "topic " + topic.name + " has partitions 0 to " + std::to_string(topic.partitions - 1);
  }
  return text_of(rd_kafka_mock_partition_set_leader(impl_->cluster, topic.name.c_str(), partition, broker));
}

std::string MockCluster::set_coordinator(const std::string& group, int broker) {
  if (auto wrong = impl_->check(broker); !wrong.empty()) return wrong;
  return text_of(rd_kafka_mock_coordinator_set(impl_->cluster, "group", group.c_str(), broker));
}

std::string MockCluster::describe() const {
  std::string text = "brokers " + bootstraps() + "\n";
  const std::lock_guard lock(impl_->mutex);
  for (const auto& [id, state] : impl_->brokers) {
    text += "broker " + std::to_string(id) + (state.up ? " up" : " down") + " rtt " + std::to_string(state.rtt_ms) +
            " ms\n";
  }
  for (const auto& topic : impl_->topics) {
    text += "topic " + topic.name + " partitions " + std::to_string(topic.partitions) + "\n";
  }
  return text;
}

}  // namespace im::devkafka
