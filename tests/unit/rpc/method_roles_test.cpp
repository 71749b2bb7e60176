#include "common/rpc/method_roles.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace im::rpc {
namespace {

/// Every method of every service in proto/im, as it travels. Read from the contracts themselves: what is linked into a
/// test would be those services only that it uses.
std::set<std::string> methods_of_the_contracts() {
  static const std::regex package(R"(^package ([\w.]+);)"), service(R"(^service (\w+) )"), method(R"(^\s*rpc\s+(\w+))");
  std::set<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(IM_PROTO_FOLDER)) {
    std::ifstream file(entry.path());
    std::string in_package, in_service;
    for (std::string line; std::getline(file, line);) {
      std::smatch found;
      if (std::regex_search(line, found, package)) in_package = found[1];
      if (std::regex_search(line, found, service)) in_service = found[1];
      if (std::regex_search(line, found, method))
        out.insert("/" + in_package + "." + in_service + "/" + found[1].str());
    }
  }
  return out;
}

TEST(MethodRoles, EachMethodOfTheContractsHasARow) {
  std::set<std::string> rows;
  for (const MethodRoles& row : method_roles()) {
    EXPECT_TRUE(rows.emplace(row.method).second) << row.method << " stands there twice";
    EXPECT_FALSE(row.callers.empty()) << row.method;
  }
  EXPECT_EQ(rows, methods_of_the_contracts());
  EXPECT_GT(rows.size(), 30U);
}

TEST(MethodRoles, WhatHasNoRowIsRefused) {
  for (const pki::Role role : pki::kRoles) {
    for (const char* method : {"", "/", "/im.comet.Comet/New", "/im.comet.Comet/push", "im.comet.Comet/Push"})
      EXPECT_FALSE(may_call(role, method)) << method;
  }
  EXPECT_TRUE(may_call(pki::Role::kJob, "/im.comet.Comet/Push"));
  EXPECT_FALSE(may_call(pki::Role::kLogic, "/im.comet.Comet/Push"));
}

/// Who pushes may not read sessions, and who holds connections may not push.
TEST(MethodRoles, ABackendAndACometReachLittle) {
  for (const MethodRoles& row : method_roles()) {
    EXPECT_EQ(may_call(pki::Role::kBackend, row.method), row.method.starts_with("/im.push.v1.")) << row.method;
    EXPECT_EQ(may_call(pki::Role::kComet, row.method), row.method.starts_with("/im.logic.Logic/")) << row.method;
  }
}

}  // namespace
}  // namespace im::rpc
