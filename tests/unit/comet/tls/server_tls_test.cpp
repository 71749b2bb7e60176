// The files of a certificate: what is refused, and with which words.

#include "tests/unit/comet/tls/tls_fixture.hpp"

namespace im::comet {
namespace {

std::string fault_of(const ServerTls::Files& files) {
  const auto loaded = ServerTls::load(files);
  return loaded.ok() ? "" : loaded.error().message;
}

TEST(ServerTlsTest, SaysWhichFileIsWrongAndHow) {
  const TlsFiles files("wrong"), others("others");
  const ServerTls::Files good = files.files();
  EXPECT_EQ(fault_of(good), "");
  EXPECT_NE(fault_of({good.certificate + ".no", good.key}).find(".no"), std::string::npos);
  EXPECT_NE(fault_of({good.key, good.key}).find("no certificate in PEM"), std::string::npos);
  EXPECT_NE(fault_of({good.certificate, others.files().key}).find("not the key of the certificate"), std::string::npos);
  ::chmod(good.key.c_str(), 0644);
  EXPECT_NE(fault_of(good).find("chmod"), std::string::npos);
}

TEST(ServerTlsTest, AReloadThatFailsLeavesWhatThereWas) {
  const TlsFiles files("reload");
  const auto tls = files.load();
  const auto before = tls->context();
  std::ofstream(files.files().certificate) << "nonsense";
  EXPECT_FALSE(tls->reload().ok());
  EXPECT_EQ(tls->context(), before);
  EXPECT_NE(tls->ends().find("GMT"), std::string::npos);
}

}  // namespace
}  // namespace im::comet
