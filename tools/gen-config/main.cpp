#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <CLI/CLI.hpp>

#include "tools/gen-config/config_files.hpp"

namespace {

namespace fs = std::filesystem;

bool same(const fs::path& path, const std::string& text) {
  std::ifstream file(path, std::ios::binary);
  return file && std::string(std::istreambuf_iterator<char>(file), {}) == text;
}

int check(const fs::path& root) {
  int code = 0;
  for (const auto& file : im::config_files()) {
    if (same(root / file.path, file.text)) continue;
    std::cerr << "gen-config: " << file.path << " is not what the tables of keys say; run gen-config --out "
              << root.string() << "\n";
    code = 1;
  }
  return code;
}

int write(const fs::path& root) {
  for (const auto& file : im::config_files()) {
    const fs::path path = root / file.path;
    fs::create_directories(path.parent_path());
    std::ofstream out(path, std::ios::binary);
    out << file.text;
    out.close();
    if (!out) throw std::runtime_error("cannot write " + path.string());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("gen-config writes configs/*.toml and docs/configuration.md.", "gen-config");
  std::string out;
  bool only_check = false;
  app.add_option("--out", out, "Root of the repository")->required();
  app.add_flag("--check", only_check, "Write nothing; end with 1 and name the files that differ");
  try {
    app.parse(argc, argv);
    return only_check ? check(out) : write(out);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "gen-config: " << error.what() << "\n";
    return 1;
  }
}
