#include "common/pki/cluster_files.hpp"

#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "tests/support/test_authority.hpp"

namespace im::pki {
namespace {

using test::TestAuthority;

std::string fault(const ClusterFiles& files, Role role) {
  const auto read = read_cluster_files(files, role);
  return read.ok() ? "" : read.error().message;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(PkiClusterFiles, GoodOnesSayWhoItIs) {
  const TestAuthority own;
  const auto read = read_cluster_files(own.files("c", Role::kComet), Role::kComet);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read.value().own.uri(), "spiffe://im/comet/x");
  EXPECT_TRUE(says(read.value().pem, "PRIVATE KEY"));
  EXPECT_TRUE(says(read.value().pem, "BEGIN CERTIFICATE"));
}

TEST(PkiClusterFiles, EachFaultNamesItsFile) {
  const TestAuthority own, other;
  const ClusterFiles good = own.files("c", Role::kComet);
  EXPECT_TRUE(says(fault(good, Role::kLogic), "is not of the role \"logic\""));
  EXPECT_TRUE(says(fault(own.files("old", Role::kComet, std::chrono::hours(-1)), Role::kComet), "expired"));
  const ClusterFiles foreign = own.write("f", own.issue(Role::kComet), other.certificate());
  EXPECT_TRUE(says(fault(foreign, Role::kComet), foreign.certificate + ": spiffe://im/comet/x: "));
  const ClusterFiles mixed = own.write("m", {own.issue(Role::kComet).certificate, own.issue(Role::kComet).key}, "");
  EXPECT_TRUE(says(fault(mixed, Role::kComet), mixed.key + ": not the key of the certificate"));
  const ClusterFiles empty = own.write("e", own.issue(Role::kComet), "");
  EXPECT_TRUE(says(fault(empty, Role::kComet), empty.ca + ": no certificate of an authority"));
  EXPECT_TRUE(says(fault({"/nowhere", good.key, good.ca}, Role::kComet), "/nowhere: cannot be read"));
}

TEST(PkiClusterFiles, AKeyThatIsOpenToOthersIsNotTaken) {
  const TestAuthority own;
  const ClusterFiles files = own.files("c", Role::kComet);
  ::chmod(files.key.c_str(), 0640);
  EXPECT_TRUE(says(fault(files, Role::kComet), "chmod 600 " + files.key));
}

}  // namespace
}  // namespace im::pki
