#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "common/base/blocking_pool.hpp"
#include "common/keys/digest.hpp"
#include "logic/media/counted_bytes.hpp"
#include "logic/media/folder_store.hpp"
#include "logic/media/media_sweeper.hpp"
#include "logic/media/media_variants.hpp"
#include "logic/media/upload_service.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_chat.hpp"

namespace im::logic::media {

inline MediaConfig small_config() {
  MediaConfig config;
  config.max_size.value = 1000;
  config.day_bytes.value = 8 * kLeastCounted;
  config.user_bytes.value = 0;
  config.user_uploads = 3;
  return config;
}

/// 2 by 1, one colour.
inline const std::string kSmallGif("GIF89a\x02\0\x01\0\x80\0\0\xff\0\0\0\0\0,\0\0\0\0\x02\0\x01\0\0\x02\x02\x84\x51\0;",
                                   36);

class Uploads : public testing::Test {
 protected:
  /// 4000: what is made of kSmallGif has about 1900.
  static constexpr MediaShaper::Limits kLimits{.image_bytes = 1000, .voice_bytes = 1000, .picture_bytes = 4000};
  BeginAsk ask(const std::string& bytes) {
    return {"a.txt", "text/plain", sha256_hex(bytes), static_cast<std::int64_t>(bytes.size()), conv_};
  }
  UploadTicket ticket(const Begun& begun) { return *signer_.read_upload(begun.token); }
  Outcome<Begun> begin(int uid, const std::string& bytes) {
    return uploads_.begin(test::TestChat::actor(uid), ask(bytes));
  }
  /// The code of the failure, or 0.
  template <class T>
  static int code(const Outcome<T>& outcome) {
    return outcome.ok() ? 0 : static_cast<int>(outcome.failure().code);
  }
  Outcome<Progress> put(const UploadTicket& to, std::uint64_t first, const std::string& bytes, std::uint64_t size) {
    auto file = uploads_.open(to, {first, bytes.size(), size});
    if (!file.ok()) return file.failure();
    EXPECT_TRUE(file.value()->append(bytes).ok());
    auto kept = uploads_.keep(to, *file.value());
    const bool is_last = kept.ok() && kept.value().offset == kept.value().size;
    return is_last ? uploads_.complete(to, *file.value()) : kept;
  }
  /// A finished upload of the first user.
  std::string sent(const std::string& bytes) {
    const auto to = ticket(begin(1, bytes).value());
    EXPECT_TRUE(put(to, 0, bytes, bytes.size()).value().done);
    return to.id;
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.file("")))
      if (entry.is_regular_file()) ++count;
    return count;
  }
  /// Everything that is there becomes older.
  void pass(std::chrono::minutes time) {
    const auto ms = std::chrono::milliseconds(time).count();
    chat_.database.open()->execute("UPDATE media SET drop_ms = drop_ms - ?", {ms}).value();
    for (const auto& entry : std::filesystem::directory_iterator(folder_.file("incoming")))
      std::filesystem::last_write_time(entry, std::filesystem::last_write_time(entry) - time);
  }
  void let_time_pass() { chat_.database.open()->execute("UPDATE media SET drop_ms = 1").value(); }

  store::LaneOptions lane() {
    store::LaneOptions options;
    options.commit = [this](sql::Connection& db) {
      return is_full_() ? Status(Error{Error::Code::kUnavailable, "the database is full"}) : db.commit();
    };
    return options;
  }

  test::TempFolder folder_;
  std::function<bool()> is_full_ = [] { return false; };  ///< the disk takes no row
  std::uint64_t free_ = 1'000'000;                        ///< of a disk of as many bytes
  test::TestChat chat_{{}, lane()};
  chat::ConvId conv_ = chat_.p2p(1, 2);
  BlockingPool pool_{{.threads = 1, .max_waiting = 10}};
  TokenSigner signer_{"key"};
  std::shared_ptr<DiskReserve> reserve_ =
      std::make_shared<DiskReserve>(1000, [this] { return DiskReserve::Space{1'000'000, free_}; });
  IncomingFolder incoming_ = IncomingFolder::make(folder_.file("incoming"), reserve_).value();
  FolderStore blobs_{folder_.file("files"), pool_};
  PictureMaker pictures_{IM_PICTURE, std::chrono::seconds(60)};
  MediaShaper shaper_{incoming_, blobs_, pictures_, kLimits};
  UploadService uploads_{small_config(), {*chat_.store, incoming_, shaper_, signer_}};
  MediaSweeper sweeper_{*chat_.store, incoming_, blobs_, 0};
};

}  // namespace im::logic::media
