#include "logic/store/search_words.hpp"

#include <gtest/gtest.h>

namespace im::logic::store {
namespace {

TEST(SearchWords, PairsInTheOrderOfTheText) {
  EXPECT_EQ(search_words("Abc"), "61x62 62x63");
  EXPECT_EQ(search_words("你好"), "4f60x597d");
  EXPECT_EQ(search_words("🎉🎉"), "1f389x1f389");
}

TEST(SearchWords, CaseAndSpaceDoNotMatter) {
  EXPECT_EQ(search_words(" HELLO \n  World "), search_words("hello world"));
  EXPECT_EQ(search_words("你　好"), search_words("你 好"));
}

TEST(SearchWords, TooShortAndOdd) {
  EXPECT_EQ(search_phrase(""), "");
  EXPECT_EQ(search_phrase(" a "), "");
  EXPECT_EQ(search_phrase("ab"), "\"61x62\"");
  EXPECT_EQ(search_words("\xe4\xbd"), "e4xbd");  // cut: bytes for themselves
  EXPECT_EQ(search_words("\" OR *"), "22x20 20x6f 6fx72 72x20 20x2a");
}

}  // namespace
}  // namespace im::logic::store
