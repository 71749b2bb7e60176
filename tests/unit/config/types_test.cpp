#include "tests/unit/config/config_fixture.hpp"

namespace im::config {
namespace {

using TypesTest = ConfigTest;

constexpr const char* kAll = R"([one]
on = true
count = 8
port = 65535
big = 9000000000
share = 0.25
[two]
name = "Grüße"
mode = "fast"
list = ["c", "d,e"]
wait = "2m"
size = "1GiB"
)";

TEST_F(TypesTest, AFileSetsEveryType) {
  const Loaded loaded = load_text(kAll);
  EXPECT_TRUE(loaded.problems.empty()) << only_problem(loaded);
  EXPECT_TRUE(values.on);
  EXPECT_EQ(values.count, 8);
  EXPECT_EQ(values.port, 65535);
  EXPECT_EQ(values.big, 9000000000);
  EXPECT_EQ(values.share, 0.25);
  EXPECT_EQ(values.name, "Grüße");
  EXPECT_EQ(values.mode, "fast");
  EXPECT_EQ(values.list, (std::vector<std::string>{"c", "d,e"}));
  EXPECT_EQ(values.wait, Millis(120000));
  EXPECT_EQ(values.size.value, 1U << 30);
}

TEST_F(TypesTest, FlagsSetEveryType) {
  const Loaded loaded = load_flags({{"one.on", "true"},
                                    {"one.count", "8"},
                                    {"one.port", "0"},
                                    {"one.big", "12345678901"},
                                    {"one.share", "1"},
                                    {"two.name", ""},
                                    {"two.mode", "fast"},
                                    {"two.list", "c, d,,"},
                                    {"two.wait", "0"},
                                    {"two.size", "7"}});
  EXPECT_TRUE(loaded.problems.empty()) << only_problem(loaded);
  EXPECT_TRUE(values.on);
  EXPECT_EQ(values.port, 0);
  EXPECT_EQ(values.big, 12345678901);
  EXPECT_EQ(values.share, 1.0);
  EXPECT_EQ(values.name, "");
  EXPECT_EQ(values.list, (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(values.wait, Millis(0));
  EXPECT_EQ(values.size.value, 7U);
}

TEST_F(TypesTest, AnEmptyFlagEmptiesAList) {
  EXPECT_TRUE(load_flags({{"two.list", ""}}).problems.empty());
  EXPECT_TRUE(values.list.empty());
}

struct BadFlag {
  const char* key;
  const char* text;
  const char* message;
};
class BadFlagTest : public ConfigTest, public testing::WithParamInterface<BadFlag> {};

TEST_P(BadFlagTest, IsRefusedWithTheReasonAndLeavesTheDefault) {
  const std::string before = show_toml(options, nullptr);
  const Loaded loaded = load_flags({{GetParam().key, GetParam().text}});
  EXPECT_EQ(only_problem(loaded),
            "flag --" + std::string(GetParam().key) + ": " + GetParam().key + ": " + GetParam().message);
  EXPECT_EQ(show_toml(options, nullptr), before);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFlagTest,
    testing::Values(BadFlag{"one.on", "yes", "\"yes\" is not true or false"},
                    BadFlag{"one.count", "7x", "\"7x\" is not a whole number"},
                    BadFlag{"one.count", "", "\"\" is not a whole number"}, BadFlag{"one.count", "-1", "-1 is below 0"},
                    BadFlag{"one.big", "-1", "-1 is below 0"}, BadFlag{"one.share", "-0.5", "-0.5 is below 0"},
                    BadFlag{"one.count", "99999999999", "\"99999999999\" is not a whole number"},
                    BadFlag{"one.port", "65536", "65536 is not a port (0 to 65535)"},
                    BadFlag{"one.port", "-1", "-1 is not a port (0 to 65535)"},
                    BadFlag{"one.big", "1.5", "\"1.5\" is not a whole number"},
                    BadFlag{"one.share", "half", "\"half\" is not a number"},
                    BadFlag{"one.share", "nan", "\"nan\" is not a finite number"},
                    BadFlag{"one.share", "inf", "\"inf\" is not a finite number"},
                    BadFlag{"two.mode", "medium", "\"medium\" is not one of slow fast"},
                    BadFlag{"two.wait", "5", "\"5\" is not a duration; write it like \"250ms\", \"5s\", \"4m\""},
                    BadFlag{"two.size", "5MB", "\"5MB\" is not a size; write it like \"512\", \"64KiB\", \"4MiB\""}));

}  // namespace
}  // namespace im::config
