#include <cstdio>
#include <regex>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/secret_file.hpp"
#include "tests/unit/config/config_fixture.hpp"
#include "tools/gen-config/config_files.hpp"

namespace im {
namespace {

/// The sample file of a daemon, cut into its keys.
struct Key {
  std::string section;
  std::string line;  ///< `port = 3101`
};

std::vector<Key> keys_of(const std::string& sample) {
  static const std::regex kKey("# ([a-z0-9_]+ = .*)");
  std::vector<Key> keys;
  std::istringstream lines(sample);
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.starts_with('[')) section = line;
    if (std::regex_match(line, match, kKey)) keys.push_back({section, match[1]});
  }
  return keys;
}

class SampleFileTest : public testing::TestWithParam<std::string> {
 protected:
  SampleFileTest() {
    path_ = std::filesystem::temp_directory_path() / ("im-sample-test-" + std::to_string(::getpid()) + ".toml");
    for (const auto& file : config_files()) {
      if (file.path == "configs/" + GetParam() + ".toml") sample_ = file.text;
    }
  }
  ~SampleFileTest() override { std::filesystem::remove(path_); }

  /// Loads clean, to the defaults.
  void expect_defaults(const std::string& text) {
    std::ofstream(path_, std::ios::binary) << text;
    with_options(GetParam(), [&](config::Options& options) {
      const std::string defaults = config::show_toml(options, nullptr);
      const auto loaded = config::load(options, "test", path_.string(), {});
      for (const auto& problem : loaded.problems)
        ADD_FAILURE() << problem.where << ": " << problem.message << "\n" << text;
      EXPECT_EQ(config::show_toml(options, nullptr), defaults) << text;
    });
  }

  std::string sample_;

 private:
  std::filesystem::path path_;
};

TEST_P(SampleFileTest, LoadsCleanAsItIs) { expect_defaults(sample_); }

TEST_P(SampleFileTest, EveryKeyLoadsCleanAloneAndIsTheDefault) {
  for (const Key& key : keys_of(sample_)) expect_defaults(key.section + "\n" + key.line + "\n");
}

TEST_P(SampleFileTest, AllKeysLoadCleanTogether) {
  std::string text;
  std::string section;
  for (const Key& key : keys_of(sample_)) {
    if (key.section != section) text += key.section + "\n";
    section = key.section;
    text += key.line + "\n";
  }
  expect_defaults(text);
}

TEST_P(SampleFileTest, HasEveryKeyOfTheTable) {
  with_options(GetParam(), [&](config::Options& options) {
    std::size_t count = 0;
    for (const auto& part : options.sections()) count += part.options.size();
    EXPECT_EQ(keys_of(sample_).size(), count);
  });
}

TEST_P(SampleFileTest, EveryKeyIsExplained) {
  with_options(GetParam(), [&](config::Options& options) {
    for (const auto& part : options.sections()) {
      for (const auto& option : part.options) EXPECT_TRUE(option.doc.ends_with('.')) << option.key;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Daemons, SampleFileTest, testing::ValuesIn(daemons()),
                         [](const auto& name) { return name.param; });

std::string problem_of(const std::vector<std::pair<std::string, std::string>>& flags) {
  std::string text;
  with_options("logic", [&](config::Options& options) {
    for (const auto& problem : config::load(options, "logic", "", flags).problems) text += problem.message;
  });
  return text;
}

TEST(LogicRules, WhatCannotWorkIsSaidBeforeTheStart) {
  EXPECT_EQ(problem_of({{"http.allow_from", "10.0.0.0/8,::1"}}), "");
  EXPECT_NE(problem_of({{"http.allow_from", "10.0.0.0/33"}}).find("http.allow_from: \"10.0.0.0/33\""),
            std::string::npos);
  EXPECT_NE(problem_of({{"http.allow_from", "loopback"}}).find("\"loopback\" is not a network"), std::string::npos);
  EXPECT_NE(problem_of({{"identity.kind", "jwt"}}).find("identity.jwt_keys_file: "), std::string::npos);
  EXPECT_NE(problem_of({{"identity.kind", "webhook"}}).find("identity.webhook_url: "), std::string::npos);
  const auto hook = [](const char* url) {
    return problem_of({{"identity.kind", "webhook"}, {"identity.webhook_url", url}});
  };
  EXPECT_EQ(hook("http://127.0.0.1:8080/who"), "");
  EXPECT_EQ(hook("https://hook.example/who"), "");
  for (const char* url : {"ftp://127.0.0.1/who", "127.0.0.1:8080", "http://", "http://:80/"})
    EXPECT_NE(hook(url).find("identity.webhook_url: "), std::string::npos) << url;
}

TEST(LogicRules, KeyFilesAreReadByTheCheck) {
  const std::string file = testing::TempDir() + "keys-" + std::to_string(::getpid());
  const auto problem = [&](const char* key, const std::string& text, unsigned mode = 0600) {
    EXPECT_TRUE(write_secret_file(file, text).ok());
    ::chmod(file.c_str(), mode);
    return problem_of({{key, file}});
  };
  const std::string shared = R"({"kty":"oct","alg":"HS256","kid":"a","k":")" + std::string(43, 'A') + "\"}";
  for (const char* key : {"identity.jwt_keys_file", "identity.accounts_keys_file"}) {
    EXPECT_EQ(problem(key, R"({"keys":[)" + shared + "]}"), "") << key;
    EXPECT_NE(problem(key, R"({"keys":[)" + shared + "]}", 0640).find("chmod 600 " + file), std::string::npos) << key;
    EXPECT_NE(problem(key, R"({"keys":[)" + shared + "," + shared + "]}").find("stands twice"), std::string::npos);
    EXPECT_NE(problem(key, R"({"keys":[]})").find("has no key"), std::string::npos);
  }
  EXPECT_EQ(problem("push_api.keys_file", R"({"keys":[]})"), "");
  EXPECT_NE(problem("push_api.keys_file", R"({"keys":[]})", 0644).find("chmod 600"), std::string::npos);
  EXPECT_NE(problem("push_api.keys_file", "{").find(file), std::string::npos);
  EXPECT_NE(problem("identity.webhook_secret_file", "0123456789abcdef", 0604).find("chmod 600"), std::string::npos);
  EXPECT_NE(problem("hooks.secret_file", "0123456789abcdef", 0604).find("chmod 600"), std::string::npos);
  std::remove(file.c_str());
  EXPECT_NE(problem_of({{"identity.jwt_keys_file", file}}).find("cannot be read"), std::string::npos);
  EXPECT_EQ(problem_of({{"push_api.keys_file", file}}), "") << "`imctl key add` makes it later";
  EXPECT_EQ(problem_of({{"identity.accounts_keys_file", file}}), "") << "logic makes it at its first start";
}

}  // namespace
}  // namespace im
