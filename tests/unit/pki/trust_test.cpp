#include "common/pki/trust.hpp"

#include <gtest/gtest.h>

#include "common/pki/authority.hpp"
#include "common/pki/pem.hpp"
#include "tests/support/test_authority.hpp"

namespace im::pki {
namespace {

using test::TestAuthority;

std::string why(const Verdict& verdict) {
  const auto* refusal = std::get_if<Refusal>(&verdict);
  return refusal != nullptr ? to_string(refusal->why) : "taken";
}

std::string judged(const TestAuthority& trusted, const std::string& certificate, const std::string& cluster = "im") {
  const auto trust = Trust::from(trusted.certificate(), cluster);
  const std::string as_client = why(trust.value().check(certificate, "", Side::kClient));
  EXPECT_EQ(why(trust.value().check(certificate, "", Side::kServer)), as_client);
  return as_client;
}

/// A certificate that the authority signed and that names nobody.
std::string without_names(const TestAuthority& authority) {
  const auto all = certificates_of(authority.issue(Role::kComet).certificate);
  X509* own = all.front().get();
  X509_EXTENSION_free(X509_delete_ext(own, X509_get_ext_by_NID(own, NID_subject_alt_name, -1)));
  X509_sign(own, key_of(authority.key()).get(), EVP_sha256());
  return to_pem(own);
}

TEST(PkiTrust, EachReasonHasItsName) {
  const TestAuthority own, other, elsewhere("elsewhere");
  EXPECT_EQ(judged(own, own.issue(Role::kComet).certificate), "taken");
  EXPECT_EQ(judged(own, ""), "no_certificate");
  EXPECT_EQ(judged(own, "nonsense"), "no_certificate");
  EXPECT_EQ(judged(own, other.issue(Role::kComet).certificate), "unknown_authority");
  EXPECT_EQ(judged(own, own.issue(Role::kComet, std::chrono::hours(-1)).certificate), "expired");
  EXPECT_EQ(judged(elsewhere, elsewhere.issue(Role::kComet).certificate), "other_cluster");
  EXPECT_EQ(judged(own, own.certificate()), "unknown_authority") << "an authority is no daemon";
  EXPECT_EQ(judged(own, without_names(own)), "no_role");
}

TEST(PkiTrust, ACertificateThatWasTouchedIsNotTaken) {
  const TestAuthority own;
  auto all = certificates_of(own.issue(Role::kComet).certificate);
  X509_gmtime_adj(X509_getm_notAfter(all.front().get()), 1'000'000);
  i2d_re_X509_tbs(all.front().get(), nullptr);  // else it would be written as it was read
  EXPECT_EQ(judged(own, to_pem(all.front().get())), "unknown_authority");
}

TEST(PkiTrust, TwoAuthoritiesStandBesideEachOther) {
  const TestAuthority old_one, new_one;
  const auto both = Trust::from(old_one.certificate() + new_one.certificate() + old_one.certificate(), "im");
  ASSERT_TRUE(both);
  for (const auto* authority : {&old_one, &new_one})
    EXPECT_EQ(why(both.value().check(authority->issue(Role::kJob).certificate, "", Side::kClient)), "taken");
}

TEST(PkiTrust, WhatIsNoAuthorityIsSaidSo) {
  EXPECT_FALSE(Trust::from("", "im"));
  EXPECT_FALSE(Trust::from("nonsense", "im"));
  const TestAuthority own;
  EXPECT_FALSE(
      Trust::from(own.certificate() + "-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n", "im"));
}

}  // namespace
}  // namespace im::pki
