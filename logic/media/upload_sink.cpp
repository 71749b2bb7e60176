#include "logic/media/upload_sink.hpp"

namespace im::logic::media {

void UploadSink::write(std::string piece, Done done) {
  pool_.run([self = shared_from_this(), piece = std::move(piece)] { return self->take(piece); }, std::move(done));
}

void UploadSink::finish(Done done) {
  pool_.run([self = shared_from_this()] { return self->end(); }, std::move(done));
}

Status UploadSink::refuse(Failure failure) {
  Error error{Error::Code::kInvalid, failure.error};
  outcome_.emplace(std::move(failure));
  file_.reset();
  return error;
}

Status UploadSink::hold() {
  if (file_) return Ok{};
  auto file = uploads_.open(ask_.ticket, ask_.range);
  if (!file.ok()) return refuse(file.failure());
  file_ = std::move(file.value());
  return Ok{};
}

Status UploadSink::take(std::string_view piece) {
  if (auto held = hold(); !held) return held;
  taken_ += piece.size();
  if (taken_ > ask_.range.count) return refuse(refused(Code::kBadValue, "Content-Range: the body is longer"));
  auto wrote = file_->append(piece);
  if (wrote) return wrote;
  ++uploads_.stats().failed;
  return refuse(failure_of(wrote.error()));
}

/// A request to finish may come twice, when its answer was lost.
bool UploadSink::is_finished() {
  if (ask_.range.count > 0 || taken_ > 0) return false;
  auto now = uploads_.progress(ask_.ticket);
  if (!now.ok() || !now.value().done) return false;
  outcome_.emplace(std::move(now));
  return true;
}

Status UploadSink::end() {
  if (is_finished()) return Ok{};
  if (auto held = hold(); !held) return held;
  if (taken_ != ask_.range.count) return refuse(refused(Code::kBadValue, "Content-Range: the body is shorter"));
  uploads_.stats().bytes += taken_;
  outcome_.emplace(uploads_.close(ask_.ticket, *file_));
  file_.reset();
  return Ok{};
}

}  // namespace im::logic::media
