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

TEST(Output, PrintableEscapesWhatTurnsTextAroundOrIsNotSeen) {
  EXPECT_EQ(printable("a\xc2\x9b\x31m"), "a\\u{9b}1m") << "C1: CSI in one character";
  EXPECT_EQ(printable("\xe2\x80\xaegpj.exe"), "\\u{202e}gpj.exe");
  EXPECT_EQ(printable("a\xe2\x81\xa6z\xe2\x80\xa8\xef\xbb\xbf"), "a\\u{2066}z\\u{2028}\\u{feff}");
  EXPECT_EQ(printable("\xf3\xa0\x81\x81"), "\\u{e0041}");
  EXPECT_EQ(printable("a\tb\r\n"), "a\\x09b\\x0d\\n");
  const std::string kept = "\xe8\x81\x8a\xe5\xa4\xa9\xe5\xae\xa4 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7 \xc2\xa0";
  EXPECT_EQ(printable(kept), kept) << "letters of all scripts, joined emoji";
  EXPECT_EQ(printable(printable("\x1b\xe2\x80\xae")), printable("\x1b\xe2\x80\xae"));
}

TEST(Output, TableMakesEachCellPrintable) {
  EXPECT_EQ(table({{"K", "P"}, {"\x1b[2J", "x\ny"}, {"\xc3\xb6", "z"}}),
            "K        P\n\\x1b[2J  x\\ny\n\xc3\xb6        z\n");
}

TEST(Output, TimesAndKindsForPeople) {
  EXPECT_EQ(time_text("1795908032576"), "2026-11-28T23:20:32Z");
  EXPECT_EQ(time_text("0"), "") << "never";
  EXPECT_EQ(time_text(""), "");
  EXPECT_EQ(time_text("soon"), "soon");
  EXPECT_EQ(word_of({"user", "group"}, "2"), "group");
  EXPECT_EQ(word_of({"user", "group"}, "3"), "3");
  EXPECT_EQ(word_of({"user", "group"}, "0"), "0");
}

TEST(Output, MessageJson) {
  EXPECT_EQ(message_json(1, 1000, 0, "a\"b"), R"({"time_ms":1,"op":1000,"seq":0,"body":"a\"b"})");
  EXPECT_EQ(message_json(1, 1000, 0, "\xff"), R"({"time_ms":1,"op":1000,"seq":0,"body_base64":"/w=="})");
}

}  // namespace
}  // namespace im::imctl
