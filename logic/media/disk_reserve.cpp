#include "logic/media/disk_reserve.hpp"

#include <algorithm>
#include <sys/statvfs.h>

#include "common/base/log.hpp"

namespace im::logic::media {

namespace {

constexpr std::uint64_t kPartOfDisk = 20;

std::optional<DiskReserve::Space> space_of(const std::string& folder) {
  struct statvfs facts{};
  if (::statvfs(folder.c_str(), &facts) != 0) return std::nullopt;
  return DiskReserve::Space{std::uint64_t{facts.f_blocks} * facts.f_frsize,
                            std::uint64_t{facts.f_bavail} * facts.f_frsize};
}

}  // namespace

DiskReserve::DiskReserve(std::uint64_t keep, std::string folder)
    : DiskReserve(keep, [folder = std::move(folder)] { return space_of(folder); }) {}

Status DiskReserve::admit(std::uint64_t more) {
  if (keep_ == 0) return Ok{};
  const auto space = look_();
  if (!space) return Ok{};
  const std::uint64_t keep = std::min(keep_, space->size / kPartOfDisk);
  if (space->free < keep || space->free - keep < more) return refuse(*space);
  if (space->free - keep >= keep && is_told_.exchange(false))
    log::info("the disk of media has room again", {{"free", space->free}});
  return Ok{};
}

Status DiskReserve::refuse(const Space& space) {
  if (!is_told_.exchange(true))
    log::warn("the disk of media is nearly full, uploads are refused (media.keep_free)",
              {{"free", space.free}, {"size", space.size}});
  return Error{Error::Code::kUnavailable, "the disk is nearly full"};
}

}  // namespace im::logic::media
