#include "tests/unit/config/config_fixture.hpp"

namespace im::config {
namespace {

using RenderTest = ConfigTest;

TEST_F(RenderTest, TheSampleIsAllComments) {
  const std::string before = show_toml(options, nullptr);
  const Loaded loaded = load_text(sample_toml(options, "svc"));
  EXPECT_TRUE(loaded.problems.empty()) << only_problem(loaded);
  EXPECT_EQ(show_toml(options, nullptr), before);
}

TEST_F(RenderTest, TheSampleSaysWhatIsAllowed) {
  const std::string sample = sample_toml(options, "svc");
  EXPECT_NE(sample.find("\n# The second.\n[two]\n# A name.\n# name = \"x\"\n# A choice. One of: slow, fast.\n"),
            std::string::npos);
  EXPECT_NE(sample.find("IM_SVC__SECTION__KEY"), std::string::npos);
}

TEST_F(RenderTest, WhatIsShownLoadsToTheSameValues) {
  values.on = true;
  values.share = 1e-9;
  values.name = "a \"quoted\"\n\tname \\ # [x]";
  values.list = {"a,b", "", "\x01"};
  values.wait = Millis(1234);
  values.size = Bytes{1536};
  const std::string shown = show_toml(options, nullptr);
  Everything fresh;
  Options table;
  fresh.describe(table);
  std::swap(values, fresh);
  const Loaded loaded = load_text(shown);
  EXPECT_TRUE(loaded.problems.empty()) << only_problem(loaded);
  EXPECT_EQ(show_toml(options, nullptr), shown);
  EXPECT_EQ(values.name, "a \"quoted\"\n\tname \\ # [x]");
  EXPECT_EQ(values.list, (std::vector<std::string>{"a,b", "", "\x01"}));
  EXPECT_EQ(values.share, 1e-9);
}

TEST_F(RenderTest, OriginsAreCommentsThatLoad) {
  const Loaded loaded = load_text("[one]\ncount = 9\n", {{"one.port", "81"}});
  const std::string shown = show_toml(options, &loaded);
  EXPECT_NE(shown.find("count = 9  # file\nport = 81  # flag\nbig = 1  # default\n"), std::string::npos) << shown;
  EXPECT_TRUE(load_text(shown).problems.empty());
}

TEST(MarkdownTest, KeepsTheTableWhole) {
  std::string mode = "a|b";
  Options options;
  options.section("one", "The first.");
  options.add("mode", mode, "This | that.", {"a|b", "c"});
  EXPECT_EQ(markdown(options, "svc"),
            "## svc\n\n### [one]\n\nThe first.\n\n| key | default | meaning |\n|---|---|---|\n"
            "| `one.mode` | `\"a\\|b\"` | This \\| that. One of: `a\\|b`, `c`. |\n");
}

}  // namespace
}  // namespace im::config
