#include "common/daemon/health.hpp"

#include "common/base/log.hpp"

namespace im {

namespace {

std::string json_string(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + '"';
}

}  // namespace

void Health::set(const std::string& name, bool up, const std::string& detail) {
  {
    const std::lock_guard lock(mutex_);
    const auto [found, fresh] = dependencies_.try_emplace(name);
    Dependency& dependency = found->second;
    const bool same = !fresh && dependency.up == up;
    dependency = {up, detail};
    if (same) return;
  }
  if (up) {
    log::info(name + " is up");
  } else {
    log::warn("waiting for " + name, {{"why", detail}});
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
