#include "tests/unit/config/config_fixture.hpp"

namespace im::config {
namespace {

using PrecedenceTest = ConfigTest;

TEST_F(PrecedenceTest, FlagWinsOverEnvironmentOverFileOverDefault) {
  variable("IM_SVC__ONE__PORT", "2");
  variable("IM_SVC__ONE__BIG", "2");
  const Loaded loaded = load_text("[one]\ncount = 1\nport = 1\nbig = 1\n", {{"one.big", "3"}});
  EXPECT_TRUE(loaded.problems.empty()) << only_problem(loaded);
  EXPECT_EQ(values.share, 0.5);
  EXPECT_EQ(values.count, 1);
  EXPECT_EQ(values.port, 2);
  EXPECT_EQ(values.big, 3);
  const std::vector<std::pair<std::string, Origin>> first(loaded.origins.begin(), loaded.origins.begin() + 5);
  EXPECT_EQ(first, (std::vector<std::pair<std::string, Origin>>{{"one.on", Origin::kDefault},
                                                                {"one.count", Origin::kFile},
                                                                {"one.port", Origin::kEnvironment},
                                                                {"one.big", Origin::kFlag},
                                                                {"one.share", Origin::kDefault}}));
}

TEST_F(PrecedenceTest, TheLastOfTwoFlagsWins) {
  EXPECT_TRUE(load_flags({{"one.count", "1"}, {"one.count", "2"}}).problems.empty());
  EXPECT_EQ(values.count, 2);
}

TEST_F(PrecedenceTest, ABadVariableIsNamed) {
  variable("IM_SVC__TWO__WAIT", "soon");
  EXPECT_EQ(only_problem(load_flags({})),
            "environment IM_SVC__TWO__WAIT: two.wait: \"soon\" is not a duration; write it like \"250ms\", \"5s\", "
            "\"4m\"");
}

TEST_F(PrecedenceTest, AnUnknownVariableIsAnErrorWithASuggestion) {
  variable("IM_SVC__TWO__WIAT", "5s");
  EXPECT_EQ(only_problem(load_flags({})),
            "environment IM_SVC__TWO__WIAT: unknown variable \"IM_SVC__TWO__WIAT\"; did you mean "
            "\"IM_SVC__TWO__WAIT\"?");
}

TEST_F(PrecedenceTest, VariablesOfOthersDoNotMatter) {
  variable("IM_OTHER__ONE__COUNT", "x");
  variable("IM_SVC_FLAGS", "x");
  EXPECT_TRUE(load_flags({}).problems.empty());
}

TEST_F(PrecedenceTest, AnUnknownFlagIsAnErrorWithASuggestion) {
  EXPECT_EQ(only_problem(load_flags({{"one.prot", "1"}})),
            "flag --one.prot: unknown option \"one.prot\"; did you mean \"one.port\"?");
}

}  // namespace
}  // namespace im::config
