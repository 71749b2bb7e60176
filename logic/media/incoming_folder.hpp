#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/keys/digest.hpp"
#include "logic/media/disk_reserve.hpp"

namespace im::logic::media {

/// An upload on its way, held against all others that would write it (also of other logics) until it is let go of.
/// Blocks; one thread at a time.
class IncomingFile {
 public:
  IncomingFile(int fd, std::string path, std::uint64_t size, std::shared_ptr<DiskReserve> reserve)
      : fd_(fd), path_(std::move(path)), reserve_(std::move(reserve)), size_(size) {}
  ~IncomingFile();
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  /// At its end. kUnavailable: the disk takes no more, or is nearly full; what was written stays. kNotFound: the file
  /// was taken away meanwhile (an erasure).
  Status append(std::string_view bytes);
  /// On the disk for good. kUnavailable: it is not, and nobody can tell which bytes are lost. Then none of them counts:
  /// the upload begins anew (decision 123).
  Status sync();
  /// Of all its bytes, 64 hexadecimal digits. Those that came while it was held are hashed on their way; only what was
  /// there before is read, and then all that is behind it.
  Result<std::string> sha256() const;
  /// kUnavailable: its name is none any more, or that of another file. What goes by the name would keep other bytes
  /// than are read here.
  Status has_its_name() const;
  /// At most so many bytes from there on, or what there is.
  Result<std::string> read(std::uint64_t at, std::size_t most) const;

 private:
  bool is_linked() const;
  Status write_all(std::string_view bytes);
  void hash(std::uint64_t at, std::string_view bytes);
  void begin_write_out();
  void drop();

  const int fd_;
  const std::string path_;
  const std::shared_ptr<DiskReserve> reserve_;  ///< or null
  std::uint64_t size_;
  std::uint64_t written_out_ = 0;  ///< up to there the kernel was asked to begin
  std::uint64_t hashed_ = 0;       ///< so many bytes, the first ones, are in `hash_`
  std::optional<Sha256> hash_{std::in_place};
};

/// A folder with a file for each upload under way; how far one is, is the size of its file. One rule (decision 117):
/// who writes, finishes or takes away anything of an upload holds its file, and looks at it when it is held. Only what
/// is kGoing loses its names to whoever finds them. Blocks; any thread.
class IncomingFolder {
 public:
  /// Makes the folder (mode 0700). kUnavailable: see the message. `reserve`: what its files leave free; null: nothing.
  static Result<IncomingFolder> make(const std::string& path, std::shared_ptr<DiskReserve> reserve = nullptr);

  /// An empty one, where there is none; its name is on the disk for good. Also where the folder has gone meanwhile. One
  /// that is there is changed now: it is not over for as long as a new one.
  Status add(const std::string& id) const;
  /// kNotFound; kConflict: somebody else writes it.
  Result<std::shared_ptr<IncomingFile>> open(const std::string& id) const;
  struct Facts {
    std::uint64_t size = 0;
    std::int64_t changed_ms = 0;
    bool is_file = true;  ///< else it is a folder, a link, a pipe, …: nothing of ours, and no upload
  };
  Result<Facts> look(const std::string& id) const;
  /// Held, or there is no file of that upload that could be held (it is missing, or it cannot be opened): then nobody
  /// works on it. False: somebody does.
  struct Idle {
    bool is_idle = false;
    std::shared_ptr<IncomingFile> held;
    explicit operator bool() const { return is_idle; }
  };
  Idle hold_idle(const std::string& id) const;
  /// By whoever holds it. A folder goes when it is empty. False: there is none, or it stays.
  bool remove(const std::string& id) const;
  /// kUnavailable: so many bytes more would not leave what is to be free.
  Status admit(std::uint64_t more) const { return reserve_ ? reserve_->admit(more) : Status(Ok{}); }
  /// The same, of what another program is about to write.
  Result<DiskReserve::Held> hold(std::uint64_t more) const {
    return reserve_ ? reserve_->hold(more) : Result<DiskReserve::Held>(DiskReserve::Held());
  }
  /// A name for a file that nobody else uses; what is there under it may be thrown away.
  std::string scratch(const std::string& id, const std::string& what) const { return path_of(id) + "." + what; }
  std::vector<std::string> names() const;

 private:
  IncomingFolder(std::string path, std::shared_ptr<DiskReserve> reserve)
      : path_(std::move(path)), reserve_(std::move(reserve)) {}
  std::string path_of(const std::string& id) const { return path_ + "/" + id; }

  std::string path_;
  std::shared_ptr<DiskReserve> reserve_;
};

/// Makes a folder with its parents, mode 0700 for those that are new. Its name is on the disk for good.
Status make_folder(const std::string& path);

/// The bytes of a file, or the names in a folder, are on the disk for good. kUnavailable: they are not, and another
/// call may say that they are. What was to be kept is thrown away, and made anew.
Status sync_path(const std::string& path);

}  // namespace im::logic::media
