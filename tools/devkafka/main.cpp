#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <CLI/CLI.hpp>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/kafka/bootstrap.hpp"
#include "tools/devkafka/control.hpp"
#include "tools/devkafka/mock_cluster.hpp"

namespace {

volatile std::sig_atomic_t stop_requested = 0;

struct Arguments {
  int brokers = 1;
  std::vector<std::string> topics{"goim-push-topic:8"};
  std::string bootstrap_file;
  std::string control;
  std::string log_level = "info";
};

im::devkafka::TopicSpec topic_of(const std::string& text) {
  const auto colon = text.rfind(':');
  im::devkafka::TopicSpec topic{text.substr(0, colon), 8};
  if (colon != std::string::npos) topic.partitions = std::atoi(text.c_str() + colon + 1);
  if (topic.name.empty() || topic.partitions < 1 || topic.partitions > 1024) {
    throw std::runtime_error("--topic " + text + ": expected NAME:PARTITIONS with 1 to 1024 partitions");
  }
  return topic;
}

std::string control_path(const std::string& text) { return text.starts_with("unix:") ? text.substr(5) : text; }

void declare(CLI::App& app, Arguments& arguments) {
  app.add_option("--brokers", arguments.brokers, "Number of brokers")->check(CLI::Range(1, 9))->capture_default_str();
  app.add_option("--topic", arguments.topics, "NAME:PARTITIONS, may be repeated")->capture_default_str();
  app.add_option(
      "--bootstrap-file", arguments.bootstrap_file,
      "Write the addresses here (line 1) and the identity of this log (line 2); a changed file tells clients "
      "to reconnect");
  app.add_option("--control", arguments.control, "unix:PATH of a socket that takes commands, one per line");
  app.add_option("--log", arguments.log_level, "Log level")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->capture_default_str();
  app.footer(
      "Commands of --control (try: echo status | nc -U PATH):\n" + std::string(im::devkafka::command_help()) +
      "\nEverything is in memory: a restart loses all records and committed offsets. Per partition only the last\n"
      "5 MiB or 100,000 record sets are kept. Sequence numbers of idempotent producers are not checked: a producer "
      "with\n"
      "several requests in flight may be told of records that are not in the log. For a broker that keeps its data see "
      "deploy/kafka/kafka.sh.");
}

im::log::Level level_of(const std::string& name) {
  if (name == "debug") return im::log::Level::kDebug;
  if (name == "warn") return im::log::Level::kWarn;
  return name == "error" ? im::log::Level::kError : im::log::Level::kInfo;
}

void serve(im::devkafka::ControlSocket* control) {
  while (stop_requested == 0) {
    if (control == nullptr) {
      usleep(100 * 1000);
    } else if (!control->poll_once(100)) {
      return;
    }
  }
}

void run(const Arguments& arguments) {
  std::vector<im::devkafka::TopicSpec> topics;
  topics.reserve(arguments.topics.size());
  for (const auto& text : arguments.topics) topics.push_back(topic_of(text));
  im::devkafka::MockCluster cluster(arguments.brokers, topics);
  std::unique_ptr<im::devkafka::ControlSocket> control;
  if (!arguments.control.empty()) {
    control = std::make_unique<im::devkafka::ControlSocket>(control_path(arguments.control), cluster);
  }
  const im::kafka::Bootstrap bootstrap{cluster.bootstraps(),
                                       "devkafka-" + std::to_string(im::unix_ms()) + "-" + std::to_string(getpid())};
  if (!arguments.bootstrap_file.empty()) {
    const auto wrong = im::kafka::write_bootstrap_file(arguments.bootstrap_file, bootstrap);
    if (!wrong.empty()) throw std::runtime_error("--bootstrap-file: " + wrong);
  }
  std::cout << "im-devkafka ready: " << bootstrap.brokers << "\n" << std::flush;
  serve(control.get());
  // Nobody should look for this log any more; a file that another im-devkafka wrote meanwhile stays.
  if (!arguments.bootstrap_file.empty() && im::kafka::read_bootstrap_file(arguments.bootstrap_file) == bootstrap) {
    unlink(arguments.bootstrap_file.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"im-devkafka: a development broker that speaks the Kafka protocol and keeps nothing"};
  Arguments arguments;
  declare(app, arguments);
  CLI11_PARSE(app, argc, argv);
  im::log::init({"devkafka", "devkafka", level_of(arguments.log_level)});
  std::signal(SIGTERM, [](int) { stop_requested = 1; });
  std::signal(SIGINT, [](int) { stop_requested = 1; });
  try {
    run(arguments);
  } catch (const std::exception& error) {
    std::cerr << "im-devkafka: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
