#include "common/jwt/jwk_file.hpp"

#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "common/base/secret_file.hpp"

namespace im {
namespace {

TEST(JwkFile, WhatSignsIsItsOwnersAloneAndWhatChecksMayBeRead) {
  const std::string path = testing::TempDir() + "jwk-" + std::to_string(::getpid());
  const auto with = [&](const std::string& key, unsigned mode) {
    EXPECT_TRUE(write_secret_file(path, R"({"keys":[)" + key + "]}").ok());
    ::chmod(path.c_str(), mode);
    const auto keys = read_jwk_file(path);
    return keys.ok() ? "" : keys.error().message;
  };
  const NewJwk pair = make_jwk(JwtAlgorithm::kEdDsa, "a"), shared = make_jwk(JwtAlgorithm::kHs256, "b");
  const std::string open = "is open to other users; chmod 600 " + path;
  EXPECT_EQ(with(pair.private_json, 0600), "");
  EXPECT_EQ(with(pair.private_json, 0644), open);
  EXPECT_EQ(with(shared.public_json, 0640), open);
  EXPECT_EQ(with(pair.public_json + "," + shared.public_json, 0644), open);
  EXPECT_EQ(with(pair.public_json, 0644), "");
  EXPECT_EQ(with(pair.public_json, 0664), "can be written by other users; chmod go-w " + path);
  std::remove(path.c_str());
  EXPECT_FALSE(read_jwk_file(path).ok());
}

}  // namespace
}  // namespace im
