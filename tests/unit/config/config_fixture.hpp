#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "common/config/options.hpp"

namespace im::config {

using Flags = std::vector<std::pair<std::string, std::string>>;

/// One key of every type.
struct Everything {
  bool on = false;
  int count = 7;
  int port = 80;
  std::int64_t big = 1;
  double share = 0.5;
  std::string name = "x";
  std::string mode = "slow";
  std::vector<std::string> list{"a", "b"};
  Millis wait{250};
  Bytes size{65536};

  void describe(Options& options) {
    options.section("one", "The first.");
    options.add("on", on, "A switch.");
    options.add("count", count, "A count.");
    options.add("port", port, "A port.");
    options.add("big", big, "A large number.");
    options.add("share", share, "A part.");
    options.section("two", "The second.");
    options.add("name", name, "A name.");
    options.add("mode", mode, "A choice.", {"slow", "fast"});
    options.add("list", list, "A list.");
    options.add("wait", wait, "A time.");
    options.add("size", size, "A size.");
  }
};

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    path_ = std::filesystem::temp_directory_path() / ("im-config-test-" + std::to_string(::getpid()) + ".toml");
    values.describe(options);
  }
  ~ConfigTest() override {
    std::filesystem::remove(path_);
    for (const auto& name : variables_) ::unsetenv(name.c_str());
  }

  /// Loads a file with this text; "FILE" in problems stands for its path.
  Loaded load_text(const std::string& text, const Flags& flags = {}) {
    std::ofstream(path_, std::ios::binary) << text;
    return short_paths(load(options, "svc", path_.string(), flags));
  }
  Loaded load_flags(const Flags& flags) { return load(options, "svc", "", flags); }
  void variable(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    variables_.push_back(name);
  }
  /// "where: message" of the only problem.
  static std::string only_problem(const Loaded& loaded) {
    if (loaded.problems.size() != 1) return std::to_string(loaded.problems.size()) + " problems";
    return loaded.problems.front().where + ": " + loaded.problems.front().message;
  }
  Loaded short_paths(Loaded loaded) const {
    for (auto& problem : loaded.problems) {
      if (problem.where.starts_with(path_.string())) problem.where.replace(0, path_.string().size(), "FILE");
    }
    return loaded;
  }

  Everything values;
  Options options;

 private:
  std::filesystem::path path_;
  std::vector<std::string> variables_;
};

}  // namespace im::config
