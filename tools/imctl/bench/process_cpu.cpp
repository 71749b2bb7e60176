#include "tools/imctl/bench/process_cpu.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <unistd.h>

#include "tools/imctl/api.hpp"

namespace im::imctl {

double cpu_seconds(int pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_ends = text.rfind(')');  // a name may hold spaces and brackets
  if (name_ends == std::string::npos) throw Failure("cannot read " + path + ": is the process there?");
  std::istringstream fields(text.substr(name_ends + 1));
  std::string skipped;
  for (int field = 3; field <= 13; ++field) fields >> skipped;
  double user = 0, system = 0;  // fields 14 and 15 of proc(5)
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace im::imctl
