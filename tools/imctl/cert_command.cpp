// imctl cert: an authority and certificates of daemons, for those who have no authority of their own (docs/mtls.md).
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <memory>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "common/base/secret_file.hpp"
#include "common/pki/authority.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/commands.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr mode_t kOwn = 0600, kForAll = 0644;

struct CertArguments {
  std::string folder;
  std::string cluster = "im";
  std::string role, id, out;
  std::vector<std::string> hosts;
  int days = 0;
};

void refuse_what_is_there(const std::string& path) {
  if (fs::exists(fs::symlink_status(path)))
    throw Failure(path + " is there already and nothing is overwritten; name another place, or take it away");
}

/// Never in place of another file.
void write_new(const std::string& path, const std::string& text, mode_t mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) throw Failure(path + ": cannot be written: " + std::strerror(errno));
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool kept = ::fsync(file) == 0;
  ::close(file);
  if (!written || !kept) throw Failure(path + ": cannot be written");
}

void write_pair(const std::string& stem, const pki::Issued& made) {
  refuse_what_is_there(stem + ".pem");
  refuse_what_is_there(stem + ".key");
  write_new(stem + ".key", made.key, kOwn);
  write_new(stem + ".pem", made.certificate, kForAll);
}

void make_folder(const std::string& folder) {
  std::error_code failed;
  const bool fresh = fs::create_directories(folder, failed);
  if (failed) throw Failure(folder + ": " + failed.message());
  if (fresh) fs::permissions(folder, fs::perms::owner_all, failed);
}

std::chrono::hours days(int count) { return std::chrono::hours(24) * count; }

int make_ca(const Globals& globals, const CertArguments& arguments) {
  if (!pki::is_cluster_name(arguments.cluster))
    throw UsageError("--cluster: \"" + arguments.cluster + "\" has others than a-z 0-9 . _ -");
  const std::string stem = arguments.folder + "/ca";
  make_folder(arguments.folder);
  write_pair(stem, pki::make_authority(arguments.cluster, days(arguments.days)));
  if (globals.json) {
    std::cout << json::serialize(json::object{
                     {"certificate", stem + ".pem"}, {"key", stem + ".key"}, {"cluster", arguments.cluster}})
              << "\n";
  } else {
    std::cout << "authority of the cluster " << arguments.cluster << " for " << arguments.days << " days: " << stem
              << ".pem\nIts key " << stem
              << ".key signs daemons; keep it where no daemon runs.\nNext: imctl cert issue " << arguments.folder
              << " --role comet --id c1\n";
  }
  return 0;
}

pki::Issued authority_in(const std::string& folder) {
  const std::string stem = folder + "/ca";
  const auto certificate = read_secret_file(stem + ".pem", FileSecrecy::kPublic);
  if (!certificate)
    throw Failure(stem + ".pem: " + certificate.error().message + "; `imctl cert ca " + folder + "` makes one");
  const auto key = read_secret_file(stem + ".key");
  if (!key) throw Failure(stem + ".key: " + key.error().message);
  return {certificate.value(), key.value()};
}

void print_issued(const Globals& globals, const pki::Identity& identity, const std::string& stem,
                  const std::string& ca) {
  if (globals.json) {
    std::cout << json::serialize(json::object{
                     {"certificate", stem + ".pem"}, {"key", stem + ".key"}, {"ca", ca}, {"uri", identity.uri()}})
              << "\n";
    return;
  }
  std::cout << identity.uri() << "\n";
  if (identity.role == pki::Role::kBackend) {
    std::cout << "certificate " << stem << ".pem, key " << stem << ".key, authority of the servers " << ca << "\n";
    return;
  }
  std::cout << "For " << pki::to_string(identity.role) << ".toml:\n\n[grpc_tls]\ncertificate = \"" << stem
            << ".pem\"\nkey = \"" << stem << ".key\"\nca = \"" << ca << "\"\n";
}

int issue(const Globals& globals, const CertArguments& arguments) {
  const pki::Issued authority = authority_in(arguments.folder);
  const auto cluster = pki::cluster_of(authority.certificate);
  if (!cluster) throw Failure(arguments.folder + "/ca.pem: " + cluster.error().message);
  if (!pki::is_id(arguments.id)) throw UsageError("--id: \"" + arguments.id + "\" has others than letters, 0-9 . _ -");
  const pki::Identity identity{cluster.value(), *pki::role_of(arguments.role), arguments.id};
  const auto made = pki::issue(authority, {identity, arguments.hosts, days(arguments.days)});
  if (!made) throw Failure(made.error().message);
  const std::string folder = arguments.out.empty() ? arguments.folder : arguments.out;
  make_folder(folder);
  const std::string stem = fs::absolute(folder + "/" + arguments.role + "-" + arguments.id).lexically_normal();
  write_pair(stem, made.value());
  print_issued(globals, identity, stem, fs::absolute(arguments.folder + "/ca.pem").lexically_normal());
  return 0;
}

CLI::App* cert_verb(CLI::App& parent, Globals& globals, const char* name, const char* doc,
                    const std::shared_ptr<CertArguments>& arguments, int (*run)(const Globals&, const CertArguments&)) {
  CLI::App* app = parent.add_subcommand(name, doc);
  app->add_option("dir", arguments->folder, "Folder of the authority")->required()->type_name("");
  app->add_option("--days", arguments->days, "Valid for so many days")
      ->check(CLI::Range(1, 36500))
      ->capture_default_str();
  app->callback(
      [&globals, arguments, run] { globals.run = [&globals, arguments, run] { return run(globals, *arguments); }; });
  return app;
}

}  // namespace

void add_cert(CLI::App& app, Globals& globals) {
  CLI::App* parent = app.add_subcommand("cert", "Certificates by which daemons know each other (docs/mtls.md)");
  parent->require_subcommand(1);
  parent->footer(
      "Keys are written for their owner only (0600). Nothing is ever overwritten.\n"
      "Examples:\n"
      "  imctl cert ca certs --cluster im.example\n"
      "  imctl cert issue certs --role comet --id c1\n"
      "  imctl cert issue certs --role comet --id c1 --out next     # the one after it");
  const auto authority = std::make_shared<CertArguments>();
  authority->days = 3650;
  CLI::App* ca = cert_verb(*parent, globals, "ca", "Make an authority: DIR/ca.pem and DIR/ca.key", authority, make_ca);
  ca->add_option("--cluster", authority->cluster, "Name of the cluster; daemons of others are refused")
      ->capture_default_str();
  const auto order = std::make_shared<CertArguments>();
  order->days = 90;
  CLI::App* one =
      cert_verb(*parent, globals, "issue", "Make a key and a certificate: ROLE-ID.pem and ROLE-ID.key", order, issue);
  one->add_option("--role", order->role, "What it is for: comet, logic, router, job, backend (pushes over gRPC)")
      ->required()
      ->check(CLI::IsMember({"comet", "logic", "router", "job", "backend"}));
  one->add_option("--id", order->id, "Name of the node, for people")->required();
  one->add_option("--host", order->hosts,
                  "A name or address that stands in it too, for clients that look at it; repeat for several");
  one->add_option("--out", order->out, "Folder for the two files; that of the authority when absent");
  one->footer("Example:\n  imctl cert issue certs --role logic --id l1 --days 30");
}

}  // namespace im::imctl
