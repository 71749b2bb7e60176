#pragma once

#include <chrono>
#include <fstream>
#include <string>
#include <sys/stat.h>

#include "common/pki/authority.hpp"
#include "common/pki/cluster_files.hpp"
#include "tests/support/temp_folder.hpp"

namespace im::test {

/// An authority of a cluster, and files of daemons that it signed.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& cluster = "im")
      : cluster_(cluster), own_(pki::make_authority(cluster, std::chrono::hours(24))) {}

  const std::string& certificate() const { return own_.certificate; }
  const std::string& key() const { return own_.key; }
  pki::Issued issue(pki::Role role, std::chrono::hours valid = std::chrono::hours(1)) const {
    return pki::issue(own_, {{cluster_, role, "x"}, {}, valid}).value();
  }
  /// Files of a daemon of `role` that knows this authority; in place of earlier ones of the name.
  pki::ClusterFiles files(const std::string& name, pki::Role role,
                          std::chrono::hours valid = std::chrono::hours(1)) const {
    return write(name, issue(role, valid), own_.certificate);
  }
  pki::ClusterFiles write(const std::string& name, const pki::Issued& shown, const std::string& authorities) const {
    const pki::ClusterFiles files{folder_.file(name + ".pem"), folder_.file(name + ".key"),
                                  folder_.file(name + ".ca.pem")};
    put(files.certificate, shown.certificate, 0644);
    put(files.key, shown.key, 0600);
    put(files.ca, authorities, 0644);
    return files;
  }

 private:
  static void put(const std::string& path, const std::string& text, mode_t mode) {
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
  }
  const TempFolder folder_;
  const std::string cluster_;
  const pki::Issued own_;
};

}  // namespace im::test
