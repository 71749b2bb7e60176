#include "common/base/log.hpp"

#include <algorithm>
#include <limits>
#include <regex>

#include <gtest/gtest.h>

namespace im::log {
namespace {

class LogTest : public testing::Test {
 protected:
  static std::string line_of(Format format, std::string_view event, Fields fields = {}, Level level = Level::kInfo) {
    init({"svc", "svc-1", Level::kDebug, format});
    testing::internal::CaptureStderr();
    write(level, event, fields);
    return testing::internal::GetCapturedStderr();
  }
  /// With the time taken off.
  static std::string json(std::string_view event, Fields fields = {}, Level level = Level::kInfo) {
    const std::string line = line_of(Format::kJson, event, fields, level);
    static const std::regex kTime(R"re(^\{"ts":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",)re");
    EXPECT_TRUE(std::regex_search(line, kTime)) << line;
    return std::regex_replace(line, kTime, "{");
  }
  static std::string text(std::string_view event, Fields fields = {}, Level level = Level::kInfo) {
    const std::string line = line_of(Format::kText, event, fields, level);
    static const std::regex kTime(R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z )");
    EXPECT_TRUE(std::regex_search(line, kTime)) << line;
    return std::regex_replace(line, kTime, "");
  }
};

TEST_F(LogTest, WritesOneTextLine) {
  EXPECT_EQ(text("registered", {{"number", 3}, {"name", "a"}}), "INFO  svc-1 registered number=3 name=a\n");
  EXPECT_EQ(text("gone", {}, Level::kError), "ERROR svc-1 gone\n");
}

TEST_F(LogTest, WritesOneJsonLine) {
  EXPECT_EQ(json("registered", {{"number", 3}, {"up", true}, {"name", "a"}, {"part", 0.5}}, Level::kWarn),
            R"({"level":"warn","svc":"svc","node":"svc-1","msg":"registered","number":3,"up":true,"name":"a",)"
            "\"part\":0.500000}\n");
}

TEST_F(LogTest, TextQuotesWhatWouldBeReadAsTwoFields) {
  EXPECT_EQ(text("e", {{"a", "x y"}, {"b", ""}, {"c", "k=v"}, {"d", "q\"q"}}),
            "INFO  svc-1 e a=\"x y\" b=\"\" c=\"k=v\" d=\"q\\\"q\"\n");
}

TEST_F(LogTest, AValueCannotStartALineOrMoveTheCursor) {
  EXPECT_EQ(text("a\nb", {{"k", "x\r\ny\x1b[2J"}}), "INFO  svc-1 a\\nb k=x\\u000d\\ny\\u001b[2J\n");
  EXPECT_EQ(json("a\nb", {{"k", "\"\\\t\x7f"}}),
            R"({"level":"info","svc":"svc","node":"svc-1","msg":"a\nb","k":"\"\\\u0009\u007f"})"
            "\n");
}

TEST_F(LogTest, JsonIsAlwaysUtf8) {
  EXPECT_EQ(json("Grüße 你好 🙂"),
            "{\"level\":\"info\",\"svc\":\"svc\",\"node\":\"svc-1\",\"msg\":\"Grüße 你好 🙂\"}\n");
  for (const char* bad :
       {"\x80", "\xff", "\xc0\xaf", "\xc3", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x99"}) {
    const std::string line = json(bad);
    EXPECT_NE(line.find(R"("msg":"\ufffd)"), std::string::npos) << line;
    EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  }
}

TEST_F(LogTest, NumbersThatJsonDoesNotKnowAreStrings) {
  EXPECT_NE(json("e", {{"n", std::numeric_limits<double>::quiet_NaN()}}).find("\"n\":\"nan\""), std::string::npos);
  EXPECT_NE(json("e", {{"n", std::numeric_limits<double>::infinity()}}).find("\"n\":\"inf\""), std::string::npos);
  EXPECT_NE(json("e", {{"n", std::numeric_limits<std::uint64_t>::max()}}).find("\"n\":18446744073709551615}"),
            std::string::npos);
}

TEST_F(LogTest, LeavesOutWhatIsBelowTheLevel) {
  init({"svc", "svc-1", Level::kWarn, Format::kText});
  testing::internal::CaptureStderr();
  debug("d");
  info("i");
  warn("w");
  set_level(Level::kError);
  warn("w2");
  error("e");
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_NE(lines.find("WARN  svc-1 w\n"), std::string::npos);
  EXPECT_NE(lines.find("ERROR svc-1 e\n"), std::string::npos);
}

TEST(FieldTest, KeepsItsTextBeyondTheArgument) {
  const Field field = [] {
    const std::string temporary(100, 'x');
    return Field("k", temporary);
  }();
  EXPECT_EQ(field.value(), std::string(100, 'x'));
}

}  // namespace
}  // namespace im::log
