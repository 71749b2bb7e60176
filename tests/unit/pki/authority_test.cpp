#include "common/pki/authority.hpp"

#include <openssl/x509v3.h>

#include <gtest/gtest.h>

#include "common/pki/pem.hpp"

namespace im::pki {
namespace {

using std::chrono::hours;

TEST(PkiAuthority, KnowsItsClusterAgain) {
  EXPECT_EQ(cluster_of(make_authority("im.example", hours(1)).certificate).value(), "im.example");
  EXPECT_FALSE(cluster_of("nonsense"));
  const Issued authority = make_authority("im", hours(1));
  const auto one = issue(authority, {{"im", Role::kJob, "j1"}, {}, hours(1)});
  EXPECT_FALSE(cluster_of(one.value().certificate)) << "a daemon is no authority";
}

TEST(PkiAuthority, NothingLivesLongerThanWhatItStandsOn) {
  const Issued authority = make_authority("im", hours(24));
  const auto one = issue(authority, {{"im", Role::kJob, "j1"}, {}, hours(48)});
  ASSERT_TRUE(one);
  const auto own = certificates_of(one.value().certificate), root = certificates_of(authority.certificate);
  EXPECT_EQ(ASN1_TIME_compare(X509_get0_notAfter(own[0].get()), X509_get0_notAfter(root[0].get())), 0);
}

TEST(PkiAuthority, HostsStandInIt) {
  const Issued authority = make_authority("im", hours(24));
  const auto one = issue(authority, {{"im", Role::kBackend, "b"}, {"im.example", "10.0.0.7", "::1"}, hours(1)});
  ASSERT_TRUE(one);
  const auto own = certificates_of(one.value().certificate);
  EXPECT_EQ(X509_check_host(own[0].get(), "im.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(own[0].get(), "10.0.0.7", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(own[0].get(), "::1", 0), 1);
  EXPECT_EQ(uris_of(own[0].get()), std::vector<std::string>{"spiffe://im/backend/b"});
  for (const char* host : {"a,URI:spiffe://im/router/r", "", "a b", "email:x@y"})
    EXPECT_FALSE(issue(authority, {{"im", Role::kBackend, "b"}, {host}, hours(1)})) << host;
}

TEST(PkiAuthority, AnotherKeySignsNothing) {
  const Issued one = make_authority("im", hours(1)), two = make_authority("im", hours(1));
  EXPECT_FALSE(issue({one.certificate, two.key}, {{"im", Role::kJob, "j"}, {}, hours(1)}));
}

}  // namespace
}  // namespace im::pki
