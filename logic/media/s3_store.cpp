#include "logic/media/s3_store.hpp"

#include <algorithm>

#include "common/base/log.hpp"

namespace im::logic::media {

namespace {

/// In memory of one download.
constexpr std::uint64_t kObjectPiece = 512U * 1024;

/// Pieces of an object, each with a call of its own, so that a slow reader holds no connection to the store.
class ObjectSource final : public HttpSource {
 public:
  using Away = std::function<Error(const Error& why)>;
  struct Range {
    std::uint64_t first = 0, count = 0;
  };
  ObjectSource(s3::S3Client& client, std::string name, Range range, Away away)
      : client_(client),
        name_(std::move(name)),
        away_(std::move(away)),
        size_(range.count),
        at_(range.first),
        left_(range.count) {}
  std::optional<std::uint64_t> size() const override { return size_; }

  void next(Give give) override {
    const std::uint64_t count = std::min(left_, kObjectPiece), first = at_;
    if (count == 0) return give(std::string());
    at_ += count;
    left_ -= count;
    client_.read(name_, first, count, [away = away_, give = std::move(give)](Result<std::string> piece) {
      if (!piece) return give(away(piece.error()));
      give(std::move(piece));
    });
  }

 private:
  s3::S3Client& client_;
  const std::string name_;
  const Away away_;
  const std::uint64_t size_;
  std::uint64_t at_, left_;
};

}  // namespace

/// A silent store is told of once, by its client.
Error S3Store::away(const std::string& what, const std::string& name, const Error& why) {
  if (!client_.is_silent())
    if (const auto times = failing_.tell(what + ": " + why.message, monotonic_now()))
      log::warn("media: the S3 store fails", {{"what", what}, {"name", name}, {"why", why.message}, {"times", times}});
  return {Error::Code::kUnavailable, "the store of media is away"};
}

/// There is no such thing; that it says so is an answer.
bool S3Store::answers() {
  if (client_.is_silent()) (void)client_.size("silence");
  return !client_.is_silent();
}

Status S3Store::put(const std::string& name, const std::string& path) {
  auto put = client_.put(name, path);
  return put ? put : Status(away("put", name, put.error()));
}

Result<HttpContent> S3Store::open(const std::string& name, const std::string& type) {
  const auto size = client_.size(name);
  if (!size && size.error().code == Error::Code::kNotFound) return no_bytes();
  if (!size) return away("open", name, size.error());
  HttpContent out;
  out.type = type;
  out.size = size.value();
  out.open = [this, name](std::uint64_t first, std::uint64_t count) -> std::shared_ptr<HttpSource> {
    return std::make_shared<ObjectSource>(client_, name, ObjectSource::Range{first, count},
                                          [this, name](const Error& why) { return away("read", name, why); });
  };
  return out;
}

Status S3Store::remove(const std::string& name) {
  auto gone = client_.remove(name);
  return gone ? gone : Status(away("remove", name, gone.error()));
}

Status S3Store::each(const std::string& begin, const See& see) {
  auto seen = client_.each(begin, see);
  return seen ? seen : Status(away("list", begin, seen.error()));
}

Status S3Store::each_unfinished(const std::string& begin, const See& see) {
  auto seen = client_.each_unfinished(begin, see);
  return seen ? seen : Status(away("list", begin, seen.error()));
}

Status S3Store::remove_unfinished(const std::string& name) {
  auto gone = client_.remove_unfinished(name);
  return gone ? gone : Status(away("abort", name, gone.error()));
}

}  // namespace im::logic::media
