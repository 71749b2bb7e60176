#include "common/pki/tls_section.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_authority.hpp"

namespace im::pki {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

/// What --check says of a comet with these flags.
std::string told(const Settings& flags) {
  TlsSection section;
  std::string bind = "127.0.0.1";
  int port = 3109;
  config::Options options;
  options.section("grpc", "");
  options.add("bind", bind, "");
  options.add("port", port, "", -1);
  std::vector<std::string> logics{"127.0.0.1:3119"};
  options.section("logic", "");
  options.add("addresses", logics, "");
  describe(options, section, Role::kComet, {{"grpc.bind", &bind, &port}}, {{"logic.addresses", &logics}});
  std::string out;
  for (const auto& problem : config::load(options, "comet", "", flags).problems) out += problem.message + "\n";
  return out;
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(GrpcTlsSection, PlainTextStaysOnThisMachineUnlessToldOtherwise) {
  for (const char* bind : {"127.0.0.1", "127.0.0.7", "::1", "[::1]", "localhost"})
    EXPECT_EQ(told({{"grpc.bind", bind}}), "") << bind;
  for (const char* bind : {"0.0.0.0", "::", "10.0.0.5", "comet.example"}) {
    EXPECT_TRUE(mentions(told({{"grpc.bind", bind}}), "grpc_tls.plain_text = true")) << bind;
    EXPECT_EQ(told({{"grpc.bind", bind}, {"grpc_tls.plain_text", "true"}}), "") << bind;
    EXPECT_EQ(told({{"grpc.bind", bind}, {"grpc.port", "-1"}}), "") << "off";
  }
}

TEST(GrpcTlsSection, NobodyElsewhereIsCalledInPlainTextUnlessToldOtherwise) {
  for (const char* address : {"127.0.0.2:1", "[::1]:1", "localhost:1"})
    EXPECT_EQ(told({{"logic.addresses", address}}), "") << address;
  for (const char* address : {"10.0.0.5:3119", "[fd00::5]:3119", "logic.example:3119"}) {
    const Settings one_of_two{{"logic.addresses", std::string("127.0.0.1:3119,") + address}};
    EXPECT_TRUE(mentions(told(one_of_two), std::string("logic.addresses: \"") + address)) << told(one_of_two);
    EXPECT_EQ(told({one_of_two[0], {"grpc_tls.plain_text", "true"}}), "") << address;
  }
}

TEST(GrpcTlsSection, FilesAreCheckedAsTheDaemonReadsThem) {
  const test::TestAuthority own;
  const ClusterFiles comet = own.files("c", Role::kComet), logic = own.files("l", Role::kLogic);
  const auto flags = [](const ClusterFiles& files) {
    return Settings{{"grpc.bind", "0.0.0.0"},
                    {"grpc_tls.certificate", files.certificate},
                    {"grpc_tls.key", files.key},
                    {"grpc_tls.ca", files.ca}};
  };
  EXPECT_EQ(told(flags(comet)), "");
  EXPECT_TRUE(mentions(told(flags(logic)), "is not of the role \"comet\""));
  EXPECT_TRUE(mentions(told(flags({comet.certificate, logic.key, comet.ca})), "not the key of the certificate"));
  EXPECT_TRUE(mentions(told(flags({comet.certificate, comet.key, ""})), "grpc_tls.ca: is empty") ||
              mentions(told(flags({comet.certificate, comet.key, ""})), "ca: is empty"));
}

}  // namespace
}  // namespace im::pki
