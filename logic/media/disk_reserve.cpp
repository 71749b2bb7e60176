#include "logic/media/disk_reserve.hpp"

#include <algorithm>
#include <sys/statvfs.h>

#include "common/base/log.hpp"

namespace im::logic::media {

namespace {

constexpr std::uint64_t kPartOfDisk = 20;
/// Uploads come in pieces of less, so that the last ones of a disk stop somewhere above the reserve.
constexpr std::uint64_t kPiece = 1U << 20;
/// Those of a database and of logs are few.
constexpr std::uint64_t kFilesKept = 1000;

bool has_few_files(const DiskReserve::Space& space) {
  return space.files > 0 && space.files_free < std::min(kFilesKept, space.files / kPartOfDisk);
}

std::optional<DiskReserve::Space> space_of(const std::string& folder) {
  struct statvfs facts{};
  if (::statvfs(folder.c_str(), &facts) != 0) return std::nullopt;
  return DiskReserve::Space{std::uint64_t{facts.f_blocks} * facts.f_frsize,
                            std::uint64_t{facts.f_bavail} * facts.f_frsize, facts.f_files, facts.f_favail};
}

}  // namespace

DiskReserve::DiskReserve(std::uint64_t keep, std::string folder)
    : DiskReserve(keep, [folder = std::move(folder)] { return space_of(folder); }) {}

Status DiskReserve::admit(std::uint64_t more) {
  if (keep_ == 0) return Ok{};
  const auto space = look_();
  if (!space) return Ok{};
  const std::uint64_t keep = std::min(keep_, space->size / kPartOfDisk), taken = keep + held_;
  tell(*space, keep);
  if (has_few_files(*space)) return Error{Error::Code::kUnavailable, "the disk takes no more files"};
  if (space->free >= taken && space->free - taken >= more) return Ok{};
  return Error{Error::Code::kUnavailable,
               is_nearly_full() ? "the disk is nearly full" : "the disk has no room for so many bytes now"};
}

Result<DiskReserve::Held> DiskReserve::hold(std::uint64_t more) {
  Held held(*this, more);
  if (auto admitted = admit(0); !admitted) return admitted.error();
  return held;
}

/// A state of the disk and of nothing that somebody asks for: who asks for too much is refused, and that is all.
void DiskReserve::tell(const Space& space, std::uint64_t keep) {
  const bool few_files = has_few_files(space);
  if (space.free < keep + kPiece || few_files) {
    if (!is_told_.exchange(true))
      log::warn(few_files ? "the disk of media takes hardly any more files (inodes), uploads are refused"
                          : "the disk of media is nearly full, uploads are refused (media.keep_free)",
                {{"free", space.free}, {"size", space.size}, {"files_free", space.files_free}});
  } else if (space.free >= keep + std::max(keep, 2 * kPiece) && is_told_.exchange(false)) {
    log::info("the disk of media has room again", {{"free", space.free}, {"files_free", space.files_free}});
  }
}

}  // namespace im::logic::media
