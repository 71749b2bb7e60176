#include "common/kafka/bootstrap.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>
#include <unistd.h>

namespace im::kafka {

std::optional<Bootstrap> read_bootstrap_file(const std::string& path) {
  std::ifstream file(path);
  Bootstrap bootstrap;
  if (!file || !std::getline(file, bootstrap.brokers) || bootstrap.brokers.empty()) return std::nullopt;
  constexpr std::string_view kCluster = "cluster ";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kCluster)) bootstrap.cluster = line.substr(kCluster.size());
  }
  return bootstrap;
}

std::string write_bootstrap_file(const std::string& path, const Bootstrap& bootstrap) {
  const std::string fresh = path + "." + std::to_string(getpid()) + ".tmp";
  {
    std::ofstream file(fresh, std::ios::trunc);
    file << bootstrap.brokers << '\n';
    if (!bootstrap.cluster.empty()) file << "cluster " << bootstrap.cluster << '\n';
    file.close();
    if (!file) return "cannot write " + fresh + ": " + std::strerror(errno);
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return "cannot write " + path + ": " + std::strerror(errno);
  return {};
}

std::optional<Bootstrap> find_brokers(const std::string& brokers, const std::string& bootstrap_file) {
  if (!brokers.empty()) return Bootstrap{brokers, {}};
  return read_bootstrap_file(bootstrap_file);
}

}  // namespace im::kafka
