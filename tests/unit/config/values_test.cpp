#include "common/config/values.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace im::config {
namespace {

TEST(DurationTest, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("250ms"), Millis(250));
  EXPECT_EQ(parse_duration("5s"), Millis(5000));
  EXPECT_EQ(parse_duration("4m"), Millis(240000));
  EXPECT_EQ(parse_duration("1h"), Millis(3600000));
  EXPECT_EQ(parse_duration("0"), Millis(0));
}

TEST(DurationTest, RefusesEverythingElse) {
  for (const char* text : {"", "5", "s", "-5s", "+5s", " 5s", "5 s", "5S", "1.5s", "5sec", "5s5", "99999999999h",
                           "99999999999999999999s", "0x5s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(BytesTest, ReadsEveryUnit) {
  EXPECT_EQ(parse_bytes("512")->value, 512U);
  EXPECT_EQ(parse_bytes("64KiB")->value, 65536U);
  EXPECT_EQ(parse_bytes("4MiB")->value, 4194304U);
  EXPECT_EQ(parse_bytes("1GiB")->value, 1073741824U);
}

TEST(BytesTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "KiB", "-1", "1kb", "1KB", "1 MiB", "1.5MiB", "18446744073709551616", "99999999999GiB"}) {
    EXPECT_FALSE(parse_bytes(text).has_value()) << text;
  }
}

TEST(TextTest, TakesTheLargestUnitThatFits) {
  EXPECT_EQ(to_text(Millis(0)), "0ms");
  EXPECT_EQ(to_text(Millis(1500)), "1500ms");
  EXPECT_EQ(to_text(Millis(240000)), "4m");
  EXPECT_EQ(to_text(Bytes{0}), "0");
  EXPECT_EQ(to_text(Bytes{1025}), "1025");
  EXPECT_EQ(to_text(Bytes{1U << 20}), "1MiB");
}

TEST(TextTest, NumbersKeepTheirValue) {
  EXPECT_EQ(to_text(0.5), "0.5");
  EXPECT_EQ(to_text(2.0), "2.0");
  EXPECT_EQ(std::stod(to_text(1e-7)), 1e-7);
  EXPECT_EQ(std::stod(to_text(0.1 + 0.2)), 0.1 + 0.2);
}

TEST(TextTest, QuotesWhatTomlDoesNotTake) {
  EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quoted("a\nb\tc\x7f"), R"("a\u000ab\u0009c\u007f")");
}

TEST(NearestTest, FindsWhatWasMeant) {
  const std::vector<std::string> keys{"tcp.bind", "tcp.port", "tcp.rcvbuf"};
  EXPECT_EQ(nearest("tcp.rcvbufs", keys), "tcp.rcvbuf");
  EXPECT_EQ(nearest("tpc.port", keys), "tcp.port");
  EXPECT_EQ(nearest("something.else", keys), "");
  EXPECT_EQ(nearest("", keys), "");
}

}  // namespace
}  // namespace im::config
