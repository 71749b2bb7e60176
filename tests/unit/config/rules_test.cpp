#include "common/config/rules.hpp"

#include "tests/unit/config/config_fixture.hpp"

namespace im::config {
namespace {

/// The keys of a daemon that listens twice, reads a file and asks others.
struct RulesTest : testing::Test {
  RulesTest() {
    options.section("a", "One.");
    options.add("bind", bind, "Where.");
    options.add("port", port, "Port.");
    options.listens(bind, port);
    options.add("others", others, "Others.");
    options.must(addresses(others));
    options.add("advertise", advertise, "Us.");
    options.must(address_or_empty(advertise));
    options.section("b", "Two.");
    options.add("bind", second_bind, "Where.");
    options.add("port", second_port, "Port.");
    options.listens(second_bind, second_port);
    options.add("file", file, "A file.");
    options.must(file_or_empty(file));
  }
  std::vector<std::string> problems(const Flags& flags) {
    std::vector<std::string> all;
    for (const Problem& problem : load(options, "svc", "", flags).problems)
      all.push_back(problem.where + ": " + problem.message);
    return all;
  }
  Options options;
  std::string bind = "127.0.0.1", second_bind = "127.0.0.1", advertise, file;
  int port = 1, second_port = 2;
  std::vector<std::string> others{"127.0.0.1:3"};
};

TEST_F(RulesTest, AllThatIsWrongIsToldAtItsPlace) {
  EXPECT_EQ(problems({{"a.others", "10.0.0.1"}, {"a.advertise", "here"}, {"b.file", "/nowhere/x"}, {"b.port", "1"}}),
            (std::vector<std::string>{
                "flag --a.others: a.others: \"10.0.0.1\" is not HOST:PORT, for example 127.0.0.1:3101",
                "flag --a.advertise: a.advertise: \"here\" is not HOST:PORT, for example 127.0.0.1:3101",
                "flag --b.file: b.file: \"/nowhere/x\" cannot be read: No such file or directory",
                "flag --b.port: b.port: 1 is the port of a.port already"}));
}

TEST_F(RulesTest, NamesAndAddressesOfBothFamiliesMayStandTogether) {
  EXPECT_EQ(problems({{"a.others", "logic.example:3119,[::1]:3119,10.0.0.1:3119"}, {"a.advertise", "[::1]:9"}}),
            std::vector<std::string>{});
  EXPECT_EQ(problems({{"a.others", ""}}).size(), 1U);
}

TEST_F(RulesTest, ListenersMeetOnOneAddressOrEverywhere) {
  EXPECT_EQ(problems({{"b.port", "1"}, {"b.bind", "127.0.0.2"}}), std::vector<std::string>{});
  EXPECT_EQ(problems({{"b.port", "1"}, {"b.bind", "0.0.0.0"}}).size(), 1U);
  EXPECT_EQ(problems({{"a.port", "0"}, {"b.port", "0"}, {"b.bind", "127.0.0.1"}}), std::vector<std::string>{});
}

}  // namespace
}  // namespace im::config
