#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "logic/media/folder_store.hpp"
#include "logic/media/incoming_folder.hpp"
#include "logic/media/picture_maker.hpp"
#include "logic/store/store.hpp"

namespace im::logic::webim {

/// Pictures of old pages, by the rules of media: what they are, their bytes say; they are made anew by a process with
/// limits. Who has the address may see one. Blocking; any thread but one of an io_context.
class Pictures {
 public:
  struct Options {
    std::string folder;           ///< of their own
    std::string program;          ///< see media::PictureMaker
    std::uint64_t size = 0;       ///< of one, at most
    std::uint64_t day_bytes = 0;  ///< of one address in a day; 0: as many as it likes
    std::chrono::milliseconds keep{};
  };
  struct Stats {
    std::atomic<std::uint64_t> kept{0}, refused{0}, failed{0}, served{0}, removed{0};
  };
  /// `readers` reads for whoever looks at one. Throws std::runtime_error when the folder cannot be used.
  Pictures(Options options, store::Store& store, BlockingPool& readers);

  /// Its name. kInvalid: no picture, or too large; kOverloaded: the address has sent enough today; kUnavailable.
  Result<std::string> keep(std::string_view bytes, const std::string& address);
  /// kNotFound.
  Result<HttpContent> open(const std::string& name);
  /// Those that are old go, and what a logic that died left half done.
  Status sweep();

  const Options& options() const { return options_; }
  const std::string& spool() const { return spool_; }  ///< a folder for what is on its way
  const Stats& stats() const { return stats_; }

 private:
  Result<std::string> make(const std::string& id, std::string_view bytes);
  Status note(const std::string& id, std::string_view bytes, const std::string& address);
  void drop(const std::string& id);
  void forget(const std::string& id);

  const Options options_;
  const std::string spool_;
  const media::IncomingFolder incoming_;
  media::FolderStore blobs_;
  const media::PictureMaker maker_;
  store::Store& store_;
  Stats stats_;
};

}  // namespace im::logic::webim
