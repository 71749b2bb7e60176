#include "tools/imctl/bench/memory_reading.hpp"

#include <charconv>
#include <fstream>

#include "common/base/process_memory.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/daemon_figures.hpp"

namespace im::imctl {

namespace {

/// Memory of the kernel's objects, of the whole machine: sockets of both ends, and what others do meanwhile.
double kernel_slabs() {
  std::ifstream in("/proc/meminfo");
  for (std::string name, unit; in >> name;) {
    double kib = 0;
    in >> kib;
    std::getline(in, unit);
    if (name == "Slab:") return kib * 1024;
  }
  return 0;
}

void add_parts(MemoryReading& reading, const DaemonFigures& figures) {
  for (const char* kind : {"comet", "logic", "router", "job"}) {
    if (figures.count(kind) == 0) continue;
    const std::string of = std::string(kind) + " ";
    reading[of + "user memory"] = figures.sum(kind, "im_anonymous_memory_bytes");
    for (const auto& [state, bytes] : figures.by_label(kind, "im_heap_bytes")) reading[of + "heap, " + state] = bytes;
    for (const auto& [part, bytes] : figures.by_label(kind, std::string("im_") + kind + "_memory_bytes"))
      reading[of + "part, " + part] = bytes;
  }
}

}  // namespace

std::pair<std::string, int> parse_process(const std::string& text) {
  const std::size_t equals = text.find('=');
  int pid = 0;
  if (equals != std::string::npos) {
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data() + equals + 1, end, pid).ptr != end) pid = 0;
  }
  if (pid <= 0) throw UsageError("--pid: NAME=PID, not \"" + text + "\"");
  return {text.substr(0, equals), pid};
}

MemoryReading read_memory(const MemorySubjects& subjects) {
  MemoryReading reading;
  if (!subjects.ops.empty()) add_parts(reading, DaemonFigures::read(subjects.ops));
  std::map<std::string, double> processes;
  for (const auto& [name, pid] : subjects.processes) {
    const auto memory = memory_of(pid);
    if (!memory) throw Failure("there is no process " + std::to_string(pid) + " (" + name + ")");
    processes[name + " user memory"] += static_cast<double>(memory->anonymous);
  }
  for (const auto& [name, bytes] : processes) reading[name] = bytes;
  reading["kernel, both ends"] = kernel_slabs();
  return reading;
}

MemoryReading per_connection(const MemoryReading& before, const MemoryReading& after, std::size_t count) {
  MemoryReading each;
  for (const auto& [name, bytes] : after) {
    const auto was = before.find(name);
    each[name] = (bytes - (was == before.end() ? 0 : was->second)) / static_cast<double>(count);
  }
  return each;
}

}  // namespace im::imctl
