#include "tests/unit/config/config_fixture.hpp"

namespace im::config {
namespace {

struct BadFile {
  const char* text;
  const char* problem;
};
class BadFileTest : public ConfigTest, public testing::WithParamInterface<BadFile> {};

TEST_P(BadFileTest, NamesThePlaceAndTheReason) {
  EXPECT_EQ(only_problem(load_text(GetParam().text)), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFileTest,
    testing::Values(BadFile{"[one]\ncuont = 7\n", "FILE:2:1: unknown key \"one.cuont\"; did you mean \"one.count\"?"},
                    BadFile{"[one]\n  nothing_like_it = 7\n",
                            "FILE:2:3: unknown key \"one.nothing_like_it\"; --sample-config lists all keys"},
                    BadFile{"\n[oen]\non = true\n", "FILE:2:2: unknown section \"oen\"; did you mean \"one\"?"},
                    BadFile{"on = true\n", "FILE:1:1: \"on\" must stand in a table, e.g. [node]"},
                    BadFile{"[one]\non = 1\n", "FILE:2:1: one.on: must be true or false"},
                    BadFile{"[one]\ncount = \"7\"\n", "FILE:2:1: one.count: must be a whole number"},
                    BadFile{"[one]\ncount = 7.5\n", "FILE:2:1: one.count: must be a whole number"},
                    BadFile{"[one]\nshare = true\n", "FILE:2:1: one.share: must be a number"},
                    BadFile{"[one]\nshare = nan\n", "FILE:2:1: one.share: \"nan\" is not a finite number"},
                    BadFile{"[one]\nport = 70000\n", "FILE:2:1: one.port: 70000 is not a port (0 to 65535)"},
                    BadFile{"[two]\nname = 7\n", "FILE:2:1: two.name: must be a string"},
                    BadFile{"[two]\nlist = \"a\"\n",
                            "FILE:2:1: two.list: must be a list of strings, e.g. [\"127.0.0.1:3119\"]"},
                    BadFile{"[two]\nlist = [\"a\", 7]\n", "FILE:2:1: two.list: must be a list of strings"},
                    BadFile{"[two]\nwait = true\n", "FILE:2:1: two.wait: must be a duration like \"5s\""},
                    BadFile{"[two]\nwait = \"5 s\"\n",
                            "FILE:2:1: two.wait: \"5 s\" is not a duration; write it like \"250ms\", \"5s\", \"4m\""},
                    BadFile{"[two]\nsize = 1.5\n", "FILE:2:1: two.size: must be a size like \"64KiB\""},
                    BadFile{"[two]\nmode = \"quick\"\n", "FILE:2:1: two.mode: \"quick\" is not one of slow fast"}));

using FileTest = ConfigTest;

TEST_F(FileTest, ReportsEveryProblem) {
  EXPECT_EQ(load_text("[one]\non = 1\ncount = \"x\"\n[two]\nnmae = \"y\"\n").problems.size(), 3U);
}

TEST_F(FileTest, ASyntaxErrorHasItsPlace) {
  const Loaded loaded = load_text("[one]\ncount = = 7\n");
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].where.substr(0, 7), "FILE:2:");
}

TEST_F(FileTest, ARepeatedKeyIsAnError) { EXPECT_EQ(load_text("[one]\ncount = 1\ncount = 2\n").problems.size(), 1U); }

TEST_F(FileTest, AMissingFileIsAProblemOfTheFile) {
  const Loaded loaded = load(options, "svc", "/nowhere/svc.toml", {});
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].where, "/nowhere/svc.toml");
}

TEST_F(FileTest, SizesMayBePlainNumbers) {
  EXPECT_TRUE(load_text("[two]\nsize = 512\nwait = 0\n").problems.empty());
  EXPECT_EQ(values.size.value, 512U);
  EXPECT_EQ(values.wait, Millis(0));
}

TEST_F(FileTest, ChecksRunOverTheLoadedValues) {
  options.check([this] { return values.count > values.port ? "one.count: must not be above one.port" : ""; });
  EXPECT_TRUE(load_text("[one]\ncount = 80\n").problems.empty());
  EXPECT_EQ(only_problem(load_text("[one]\ncount = 81\n")), "FILE:2:1: one.count: must not be above one.port");
}

TEST_F(FileTest, ChecksAreSilentWhenAValueCouldNotBeRead) {
  options.check([] { return "one.on: never"; });
  EXPECT_EQ(only_problem(load_text("[one]\non = 1\n")), "FILE:2:1: one.on: must be true or false");
}

}  // namespace
}  // namespace im::config
