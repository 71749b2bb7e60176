#include "logic/webim/page_text.hpp"

#include <gtest/gtest.h>

#include "logic/webim/fd.hpp"

namespace im::logic::webim {
namespace {

TEST(PageText, NamesLoseTheirTagsAndAreEscapedOnce) {
  EXPECT_EQ(page_name("<b>Ann</b> & \"Bob\"", 100), "Ann &amp; &quot;Bob&quot;");
  EXPECT_EQ(page_name("a<script", 100), "a");
  EXPECT_EQ(page_name("a\x01\nb>c", 100), "ab&gt;c");
  EXPECT_EQ(page_name("你好吗", 7), "你好");
  EXPECT_EQ(page_name("ab&", 6), "ab") << "no half entity";
}

TEST(PageText, WhatThePageWroteIsReadBack) {
  EXPECT_EQ(unescaped("a&nbsp;b &lt;c&gt; &amp;amp; &#039;d&#39; &unknown; &"), "a b <c> &amp; 'd' &unknown; &");
  EXPECT_EQ(unescaped(escaped("<a href=\"x\">'&'</a>")), "<a href=\"x\">'&'</a>");
}

TEST(Fd, BothKindsLeadBackToTheirUser) {
  EXPECT_EQ(fd_of(Uid(18), false), "18");
  EXPECT_EQ(fd_of(Uid(18), true), "fdfdfdfdfdfdfdfd0000000000000012");
  EXPECT_EQ(fd_json("18"), boost::json::value(18));
  EXPECT_EQ(fd_json(fd_of(Uid(18), true)), boost::json::value("fdfdfdfdfdfdfdfd0000000000000012"));
  for (const boost::json::value& fd :
       {boost::json::value(18), boost::json::value("18"), boost::json::value("fdfdfdfdfdfdfdfd0000000000000012")})
    EXPECT_EQ(uid_of(fd), Uid(18));
  for (const boost::json::value& fd :
       {boost::json::value(0), boost::json::value(-1), boost::json::value("x"), boost::json::value("18x"),
        boost::json::value(1.5), boost::json::value(nullptr), boost::json::value("99999999999999999999"),
        boost::json::value("00000000000000000000000000000012x"), boost::json::value("")})
    EXPECT_FALSE(uid_of(fd));
}

}  // namespace
}  // namespace im::logic::webim
