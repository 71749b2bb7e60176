#include "common/daemon/command_line.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace im {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    options_.section("kafka", "Kafka.");
    options_.add("brokers", brokers_, "Brokers.");
    options_.add("port", port_, "Port.");
  }

  CommandLine parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "svc");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    CommandLine line =
        parse_command_line("svc", "svc does this.", options_, static_cast<int>(argv.size()), argv.data());
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return line;
  }
  /// Ends with 2 and says this on stderr.
  void expect_usage_error(const std::vector<std::string>& arguments, const std::string& message) {
    EXPECT_EQ(parse(arguments).exit_code, 2);
    EXPECT_EQ(err_, "svc: " + message + "\nTry: svc --help\n");
    EXPECT_EQ(out_, "");
  }

  std::string brokers_ = "localhost:1";
  int port_ = 5;
  config::Options options_;
  std::string out_;
  std::string err_;
};

TEST_F(CommandLineTest, NothingMeansRun) {
  const CommandLine line = parse({});
  EXPECT_EQ(line.exit_code, -1);
  EXPECT_TRUE(line.settings.empty());
  EXPECT_FALSE(line.check || line.show_config || line.sample_config || line.config_docs);
}

TEST_F(CommandLineTest, TakesBothWaysToWriteAValue) {
  const CommandLine line = parse({"--kafka.brokers=a:1,b:2", "--kafka.port", "-1", "--config", "x.toml", "--check"});
  EXPECT_EQ(line.settings, (Settings{{"kafka.brokers", "a:1,b:2"}, {"kafka.port", "-1"}}));
  EXPECT_EQ(line.config_file, "x.toml");
  EXPECT_TRUE(line.check);
}

TEST_F(CommandLineTest, AnEmptyValueDoesNotTakeTheNextFlag) {
  const CommandLine line = parse({"--kafka.brokers=", "--check"});
  EXPECT_EQ(line.exit_code, -1) << err_;
  EXPECT_EQ(line.settings, (Settings{{"kafka.brokers", ""}}));
  EXPECT_TRUE(line.check);
}

TEST_F(CommandLineTest, AnEmptyConfigFileDoesNotTakeTheNextFlag) {
  const CommandLine line = parse({"--config=", "--check"});
  EXPECT_EQ(line.config_file, "");
  EXPECT_TRUE(line.check);
}

TEST_F(CommandLineTest, ValuesMayHoldEqualsSigns) {
  EXPECT_EQ(parse({"--kafka.brokers=a=b="}).settings, (Settings{{"kafka.brokers", "a=b="}}));
}

TEST_F(CommandLineTest, RepeatsStayInOrder) {
  EXPECT_EQ(parse({"--kafka.port=1", "--kafka.port", "2"}).settings,
            (Settings{{"kafka.port", "1"}, {"kafka.port", "2"}}));
}

TEST_F(CommandLineTest, TheShortFlagNamesTheFile) { EXPECT_EQ(parse({"-c", "x.toml"}).config_file, "x.toml"); }

TEST_F(CommandLineTest, AValueThatIsMissingIsAnError) {
  expect_usage_error({"--kafka.port"}, "--kafka.port needs a value: --kafka.port=VALUE");
  expect_usage_error({"--kafka.brokers", "--check"}, "--kafka.brokers needs a value: --kafka.brokers=VALUE");
  expect_usage_error({"--config", "--check"}, "--config needs a value: --config=VALUE");
}

TEST_F(CommandLineTest, AnUnknownFlagNamesTheNearest) {
  expect_usage_error({"--kafka.borkers=x"}, "unknown option \"--kafka.borkers\"; did you mean \"--kafka.brokers\"?");
  expect_usage_error({"--chekc"}, "unknown option \"--chekc\"; did you mean \"--check\"?");
  expect_usage_error({"--xyzzyplugh"}, "unknown option \"--xyzzyplugh\"");
}

TEST_F(CommandLineTest, AWordThatBelongsToNoFlagIsAnError) {
  expect_usage_error({"x.toml"}, "unexpected argument \"x.toml\"; values are given as --section.key=VALUE");
}

TEST_F(CommandLineTest, HelpListsEveryKeyWithItsDefault) {
  EXPECT_EQ(parse({"--help"}).exit_code, 0);
  for (const char* text :
       {"Examples:", "svc does this.", "--config", "--check", "--kafka.brokers", "\"localhost:1\"", "Port."}) {
    EXPECT_NE(out_.find(text), std::string::npos) << text;
  }
}

TEST_F(CommandLineTest, VersionNamesTheLibraries) {
  EXPECT_EQ(parse({"--version"}).exit_code, 0);
  EXPECT_TRUE(out_.starts_with("svc "));
  for (const char* text : {"\ncommit ", "\ncompiler ", "\nboost ", "\ngrpc ", "\nlibrdkafka "}) {
    EXPECT_NE(out_.find(text), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace im
