#include "tools/imctl/output.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include "common/base/base64.hpp"

namespace im::imctl {
namespace {

TEST(Output, TableAlignsAndFillsEmptyCells) {
  EXPECT_EQ(table({{"A", "LONG", "C"}, {"wide", "", "x"}}), "A     LONG  C\nwide  -     x\n");
  EXPECT_EQ(table({}), "");
}

TEST(Output, Cell) {
  const auto object = boost::json::parse(R"({"text":"a\"b","number":5,"yes":true,"null":null})");
  EXPECT_EQ(cell(object, "text"), "a\"b");
  EXPECT_EQ(cell(object, "number"), "5");
  EXPECT_EQ(cell(object, "yes"), "true");
  EXPECT_EQ(cell(object, "null"), "");
  EXPECT_EQ(cell(object, "missing"), "");
  EXPECT_EQ(cell(boost::json::value(), "x"), "");
}

TEST(Output, Base64OfRfc4648) {
  const char* const pairs[][2] = {{"", ""},
                                  {"f", "Zg=="},
                                  {"fo", "Zm8="},
                                  {"foo", "Zm9v"},
                                  {"foob", "Zm9vYg=="},
                                  {"fooba", "Zm9vYmE="},
                                  {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, expected] : pairs) EXPECT_EQ(base64(text), expected);
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Output, PrintableKeepsTheTerminalSafe) {
  EXPECT_EQ(printable("hellö"), "hellö");
  EXPECT_EQ(printable("a\nb\x1b[31m\x7f"), "a\\nb\\x1b[31m\\x7f");
  EXPECT_EQ(printable("\xff"), "base64:/w==");
}

TEST(Output, MessageJson) {
  EXPECT_EQ(message_json(1, 1000, 0, "a\"b"), R"({"time_ms":1,"op":1000,"seq":0,"body":"a\"b"})");
  EXPECT_EQ(message_json(1, 1000, 0, "\xff"), R"({"time_ms":1,"op":1000,"seq":0,"body_base64":"/w=="})");
}

}  // namespace
}  // namespace im::imctl
