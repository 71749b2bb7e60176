#include "common/kafka/bootstrap.hpp"

#include <cstdio>
#include <fstream>
#include <unistd.h>

#include <gtest/gtest.h>

namespace im::kafka {
namespace {

class BootstrapTest : public testing::Test {
 protected:
  ~BootstrapTest() override { std::remove(path_.c_str()); }
  const std::string path_ = testing::TempDir() + "bootstrap_test." + std::to_string(getpid());
};

TEST_F(BootstrapTest, ComesBackAsWritten) {
  const Bootstrap bootstrap{"127.0.0.1:4001,127.0.0.1:4002", "devkafka-7-1"};
  ASSERT_EQ(write_bootstrap_file(path_, bootstrap), "");
  EXPECT_EQ(read_bootstrap_file(path_), bootstrap);
}

TEST_F(BootstrapTest, NoFileAndEmptyFileAreNothing) {
  EXPECT_EQ(read_bootstrap_file(path_), std::nullopt);
  std::ofstream(path_) << "\n";
  EXPECT_EQ(read_bootstrap_file(path_), std::nullopt);
}

TEST_F(BootstrapTest, AHandWrittenFileNeedsOnlyAddresses) {
  std::ofstream(path_) << "kafka-1:9092\n";
  EXPECT_EQ(read_bootstrap_file(path_), (Bootstrap{"kafka-1:9092", ""}));
}

TEST_F(BootstrapTest, GivenBrokersWinOverTheFile) {
  ASSERT_EQ(write_bootstrap_file(path_, {"file:1", "x"}), "");
  EXPECT_EQ(find_brokers("given:2", path_), (Bootstrap{"given:2", ""}));
  EXPECT_EQ(find_brokers("", path_), (Bootstrap{"file:1", "x"}));
}

TEST_F(BootstrapTest, SaysWhyItCannotWrite) {
  EXPECT_NE(write_bootstrap_file("/nonexistent/folder/file", {"a:1", ""}).find("/nonexistent/folder"),
            std::string::npos);
}

}  // namespace
}  // namespace im::kafka
