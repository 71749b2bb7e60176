#include "logic/media/folder_store.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "common/http/file_body.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/media/media_variants.hpp"
#include "logic/media/planted.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kFolderLetters = 2;

/// Those in a folder that begin so; none where there is no folder.
Result<std::vector<std::string>> names_in(const std::string& folder, std::string_view begin) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::string name = at->path().filename().string();
    if (name.starts_with(begin)) names.push_back(std::move(name));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return Error{Error::Code::kUnavailable, "cannot read " + folder + ": " + error.message()};
  return names;
}

Error store_error(const std::string& what) { return {Error::Code::kUnavailable, what + ": " + std::strerror(errno)}; }

}  // namespace

// A second name for the file, so that an upload whose row was not written any more can be finished again. It takes the
// place of another file in one step: where there is no room for it, that one stays. Who made the folder of the name has
// perhaps not lived to see it on the disk.
Status FolderStore::put(const std::string& name, const std::string& path) {
  if (auto made = make_folder(folder_of(name)); !made) return made;
  if (auto synced = sync_path(folder_); !synced) return synced;
  if (auto synced = sync_path(path); !synced) return synced;
  const std::string beside = put_name(path);
  ::unlink(beside.c_str());
  const bool kept = ::link(path.c_str(), beside.c_str()) == 0 && !is_disk_full("media.put") &&
                    ::rename(beside.c_str(), path_of(name).c_str()) == 0;
  const int why = errno;
  ::unlink(beside.c_str());  // also where rename() does nothing, because both are names of one file
  errno = why;
  if (!kept) return store_error("cannot keep an upload");
  auto synced = sync_path(folder_of(name));
  if (!synced) ::unlink(path_of(name).c_str());  // a put of the same file would change nothing, and be called good
  return synced;
}

Result<HttpContent> FolderStore::open(const std::string& name, const std::string& type) {
  auto content = file_content(path_of(name), type, &pool_);
  // The text goes to readers: it does not say where the folder lies.
  if (!content.ok() && content.error().code == Error::Code::kNotFound) return no_bytes();
  return content;
}

Status FolderStore::remove(const std::string& name) {
  if (!is_disk_full("media.remove") && (::unlink(path_of(name).c_str()) == 0 || errno == ENOENT)) return Ok{};
  return store_error("cannot remove a file");
}

Status FolderStore::each(const std::string& begin, const See& see) {
  const auto folders = names_in(folder_, begin.substr(0, kFolderLetters));
  if (!folders) return folders.error();
  for (const std::string& folder : folders.value()) {
    if (folder.size() != kFolderLetters) continue;
    const auto names = names_in(folder_ + "/" + folder, begin);
    if (!names) return names.error();
    for (const std::string& name : names.value())
      if (!see(name)) return Ok{};
  }
  return Ok{};
}

}  // namespace im::logic::media
