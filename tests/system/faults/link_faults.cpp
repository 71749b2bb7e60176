#include "tests/system/faults/link_faults.hpp"

#include <algorithm>
#include <charconv>

namespace im::faults {

namespace {

constexpr std::int64_t kStallLookMs = 20;  ///< how soon the end of a stall is seen
constexpr std::int64_t kRateTurnMs = 20;   ///< a throttled link sends what this much time allows

bool* switch_of(LinkFaults& faults, const std::string& key) {
  if (key == "stall") return &faults.stall;
  if (key == "slice") return &faults.slice;
  if (key == "nofin") return &faults.no_fin;
  return nullptr;
}

std::int64_t* number_of(LinkFaults& faults, const std::string& key) {
  if (key == "delay") return &faults.delay_ms;
  if (key == "rate") return &faults.rate;
  if (key == "cut") return &faults.cut_after;
  return nullptr;
}

}  // namespace

std::string set_fault(LinkFaults& faults, const std::string& key, const std::string& value) {
  if (bool* on = switch_of(faults, key)) {
    if (value != "on" && value != "off") return key + " is on or off, not \"" + value + "\"";
    *on = value == "on";
    return "";
  }
  std::int64_t* number = number_of(faults, key);
  if (number == nullptr) return "unknown fault \"" + key + "\": delay, rate, cut, stall, slice, nofin";
  std::int64_t wanted = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), wanted);
  if (error != std::errc() || end != value.data() + value.size() || wanted < 0)
    return key + " is a number of 0 or more, not \"" + value + "\"";
  *number = wanted;
  return "";
}

LinkPacer::Step LinkPacer::next(const LinkFaults& faults, std::size_t oldest, std::int64_t came_ms,
                                std::int64_t now_ms) const {
  if (faults.stall) return {Step::What::kWait, 0, kStallLookMs};
  const std::int64_t due = came_ms + faults.delay_ms;
  if (now_ms < due) return {Step::What::kWait, 0, due - now_ms};
  std::size_t bytes = faults.slice ? 1 : oldest;
  if (faults.rate > 0) {
    if (now_ms < free_at_ms_) return {Step::What::kWait, 0, free_at_ms_ - now_ms};
    const auto share = static_cast<std::size_t>(std::max<std::int64_t>(1, faults.rate * kRateTurnMs / 1000));
    bytes = std::min(bytes, share);
  }
  if (faults.cut_after > 0) {
    const auto limit = static_cast<std::uint64_t>(faults.cut_after);
    if (total_ >= limit) return {Step::What::kCut, 0, 0};
    bytes = std::min(bytes, static_cast<std::size_t>(limit - total_));
  }
  return {Step::What::kSend, bytes, 0};
}

void LinkPacer::passed(const LinkFaults& faults, std::size_t bytes, std::int64_t now_ms) {
  total_ += bytes;
  if (faults.rate > 0)
    free_at_ms_ = now_ms + std::max<std::int64_t>(1, static_cast<std::int64_t>(bytes) * 1000 / faults.rate);
}

}  // namespace im::faults
