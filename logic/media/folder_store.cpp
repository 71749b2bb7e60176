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

using Kind = std::filesystem::file_type;
using Entry = std::filesystem::directory_entry;
using WantedEntry = std::function<bool(const Entry& entry)>;

std::string name_of(const Entry& entry) { return entry.path().filename().string(); }
/// Without following it. `not_found`: it has gone meanwhile.
Kind kind_of(const Entry& entry) {
  std::error_code unknown;
  return entry.symlink_status(unknown).type();
}

/// None where there is no folder.
Result<std::vector<std::string>> names_in(const std::string& folder, const WantedEntry& wanted) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (wanted(*at)) names.push_back(name_of(*at));
  if (error && error != std::errc::no_such_file_or_directory)
    return Error{Error::Code::kUnavailable, "cannot read " + folder + ": " + error.message()};
  return names;
}

WantedEntry begins_with(std::string begin) {
  return [begin = std::move(begin)](const Entry& entry) { return name_of(entry).starts_with(begin); };
}

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
/// "ab"; what has no such name is looked for with the first ones.
bool is_folder_name(const std::string& name) {
  return name.size() == kFolderLetters && is_hex_digit(name[0]) && is_hex_digit(name[1]);
}
std::string folder_for(const std::string& name) {
  const std::string part = name.substr(0, kFolderLetters);
  return is_folder_name(part) ? part : std::string(kFolderLetters, '0');
}

bool is_store_folder(const Entry& entry) { return is_folder_name(name_of(entry)) && kind_of(entry) == Kind::directory; }
bool may_be_read(const Entry& entry) {
  return ::faccessat(AT_FDCWD, entry.path().c_str(), R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0 || errno != EACCES;
}
bool is_odd(const Entry& entry) {
  const Kind kind = kind_of(entry);
  if (kind == Kind::regular) return !may_be_read(entry);
  return kind != Kind::not_found && kind != Kind::none;
}

/// Nothing of that name, or a folder in its place, or a file in the place of its folder: each_odd() names those.
bool is_not_ours(int why) { return why == ENOENT || why == EISDIR || why == ENOTDIR || why == ELOOP; }

Error store_error(const std::string& what) { return {Error::Code::kUnavailable, what + ": " + std::strerror(errno)}; }

}  // namespace

// A second name for the file, so that an upload whose row was not written any more can be finished again. It takes the
// place of another file in one step: where there is no room for it, that one stays. Who made the folder of the name has
// perhaps not lived to see it on the disk.
Status FolderStore::put(const std::string& name, const std::string& path) {
  if (auto made = make_folder(folder_of(name)); !made) return made;
  if (auto synced = sync_path(folder_); !synced) {
    ::rmdir(folder_of(name).c_str());  // an empty one is made by the next put, which asks the disk again
    return synced;
  }
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
  auto content = own_file_content(path_of(name), type, &pool_);
  // The text goes to readers: it does not say where the folder lies.
  if (!content.ok() && content.error().code == Error::Code::kNotFound) return no_bytes();
  return content;
}

Status FolderStore::remove(const std::string& name) {
  if (!is_disk_full("media.remove") && (::unlink(path_of(name).c_str()) == 0 || is_not_ours(errno))) return Ok{};
  return store_error("cannot remove a file");
}

Status FolderStore::each(const std::string& begin, const See& see) {
  const auto folders = names_in(folder_, [part = begin.substr(0, kFolderLetters)](const Entry& entry) {
    return name_of(entry).starts_with(part) && is_store_folder(entry);
  });
  if (!folders) return folders.error();
  for (const std::string& folder : folders.value()) {
    const auto names = names_in(folder_ + "/" + folder, begins_with(begin));
    if (!names) return names.error();
    for (const std::string& name : names.value())
      if (!see(name)) return Ok{};
  }
  return Ok{};
}

// A disk of its own has a folder "lost+found"; a file beside the folders is somebody's note.
Status FolderStore::each_odd(const std::string& begin, const See& see) {
  const auto is_here = [&](const Entry& entry) { return folder_for(name_of(entry)).starts_with(begin); };
  const auto folders = names_in(folder_, [&](const Entry& entry) { return is_here(entry) && is_store_folder(entry); });
  const auto odd = names_in(folder_, [&](const Entry& entry) {
    return is_here(entry) && is_odd(entry) && !is_store_folder(entry) && name_of(entry) != "lost+found";
  });
  if (!folders || !odd) return folders ? odd.error() : folders.error();
  for (const std::string& name : odd.value())
    if (!see(name)) return Ok{};
  for (const std::string& folder : folders.value()) {
    const auto inside = names_in(folder_ + "/" + folder, is_odd);
    if (!inside) return inside.error();
    for (const std::string& name : inside.value())
      if (!see(folder + "/" + name)) return Ok{};
  }
  return Ok{};
}

}  // namespace im::logic::media
