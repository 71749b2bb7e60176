#include "logic/media/folder_store.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include "common/http/file_body.hpp"
#include "logic/media/incoming_folder.hpp"

namespace im::logic::media {

namespace {

Error store_error(const std::string& what) { return {Error::Code::kUnavailable, what + ": " + std::strerror(errno)}; }

/// The name is on the disk, too.
Status sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return store_error("cannot open " + folder);
  const bool done = ::fsync(fd) == 0;
  ::close(fd);
  return done ? Status(Ok{}) : store_error("cannot write " + folder);
}

}  // namespace

// A second name for the file, so that an upload whose row was not written any more can be finished again.
Status FolderStore::put(const std::string& name, const std::string& path) {
  if (auto made = make_folder(folder_of(name)); !made) return made;
  ::unlink(path_of(name).c_str());
  if (::link(path.c_str(), path_of(name).c_str()) != 0) return store_error("cannot keep an upload");
  return sync_folder(folder_of(name));
}

Result<HttpContent> FolderStore::open(const std::string& name, const std::string& type) {
  return file_content(path_of(name), type, &pool_);
}

Status FolderStore::remove(const std::string& name) {
  if (::unlink(path_of(name).c_str()) == 0 || errno == ENOENT) return Ok{};
  return store_error("cannot remove a file");
}

Status FolderStore::each(const std::string& begin, const See& see) {
  std::error_code error;
  const std::string folder = folder_of(begin);
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(begin)) see(name);
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return Error{Error::Code::kUnavailable, "cannot read " + folder + ": " + error.message()};
  return Ok{};
}

}  // namespace im::logic::media
