#include "common/pki/identity.hpp"

#include <gtest/gtest.h>

namespace im::pki {
namespace {

TEST(PkiIdentity, EachRoleIsReadAsItIsWritten) {
  for (const Role role : kRoles) {
    const auto read = parse_identity(Identity{"im.example", role, "c-1"}.uri());
    ASSERT_TRUE(read) << to_string(role);
    EXPECT_EQ(read.value().role, role);
    EXPECT_EQ(read.value().cluster, "im.example");
    EXPECT_EQ(read.value().id, "c-1");
  }
}

TEST(PkiIdentity, AllElseIsRefused) {
  for (const char* uri :
       {"", "comet", "spiffe://", "spiffe://im", "spiffe://im/comet", "spiffe://im/comet/", "spiffe:///comet/a",
        "spiffe://im/king/a", "spiffe://im/Comet/a", "spiffe://im/comet/a/b", "spiffe://IM/comet/a",
        "spiffe://im:80/comet/a", "spiffe://u@im/comet/a", "spiffe://im/comet/a?b", "spiffe://im/comet/..",
        "https://im/comet/a", " spiffe://im/comet/a", "spiffe://im/comet/a ", "spiffe://im//a"})
    EXPECT_FALSE(parse_identity(uri)) << uri;
  using namespace std::string_literals;
  EXPECT_FALSE(parse_identity("spiffe://im/comet/a\0b"s));
}

}  // namespace
}  // namespace im::pki
