#include "common/daemon/health.hpp"

#include "common/base/log.hpp"

namespace im {

namespace {

constexpr std::chrono::minutes kBetweenLines{1};

std::string json_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

}  // namespace

bool Health::worth_a_line(Dependency& dependency, TimePoint now) {
  if (dependency.up || dependency.detail == dependency.told || now < dependency.next_line) return false;
  dependency.told = dependency.detail;
  dependency.next_line = now + kBetweenLines;
  return true;
}

void Health::set(const std::string& name, bool up, const std::string& detail) {
  std::int64_t waited_s = 0;
  {
    const std::lock_guard lock(mutex_);
    const TimePoint now = clock_();
    const auto [found, fresh] = dependencies_.try_emplace(name);
    Dependency& dependency = found->second;
    dependency.detail = detail;
    if (fresh || dependency.up != up) {
      dependency = {.up = up, .detail = detail, .since = now, .told = detail, .next_line = {}};
    } else if (!worth_a_line(dependency, now)) {
      return;
    }
    waited_s = std::chrono::duration_cast<std::chrono::seconds>(now - dependency.since).count();
  }
  if (up) {
    log::info(name + " is up");
  } else {
    log::warn("waiting for " + name, {{"why", detail}, {"seconds", waited_s}});
  }
}

void Health::start_draining() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

bool Health::ready() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, dependency] : dependencies_) {
    if (!dependency.up) return false;
  }
  return !draining_;
}

bool Health::draining() const {
  const std::lock_guard lock(mutex_);
  return draining_;
}

std::string Health::to_json() const {
  const bool is_ready = ready();
  const std::lock_guard lock(mutex_);
  std::string out = std::string("{\"ready\":") + (is_ready ? "true" : "false") +
                    ",\"draining\":" + (draining_ ? "true" : "false") + ",\"dependencies\":{";
  bool first = true;
  for (const auto& [name, dependency] : dependencies_) {
    if (!first) out += ',';
    first = false;
    out += json_string(name) + ":{\"up\":" + (dependency.up ? "true" : "false") +
           ",\"detail\":" + json_string(dependency.detail) + "}";
  }
  return out + "}}";
}

}  // namespace im
