#include "logic/media/upload_sink.hpp"

namespace im::logic::media {

void UploadSink::write(std::string piece, Done done) {
  auto then = [self = shared_from_this(), done = std::move(done)](const Status& taken) { done(self->told(taken)); };
  pools_.bytes.run(
      sender_, [self = shared_from_this(), piece = std::move(piece)] { return self->take(piece); }, std::move(then));
}

void UploadSink::finish(Done done) {
  auto then = [self = shared_from_this(), done = std::move(done)](const Status& ended) {
    if (!ended || self->outcome()) return done(self->told(ended));
    self->complete_later(done);
  };
  pools_.bytes.run(sender_, [self = shared_from_this()] { return self->end(); }, std::move(then));
}

void UploadSink::complete_later(Done done) {
  auto work = [self = shared_from_this()] { return self->complete(); };
  auto then = [self = shared_from_this(), done = std::move(done)](const Status& completed) {
    done(self->told(completed));
  };
  TurnQueue& queue = uploads_.is_picture(*file_) ? pools_.pictures : pools_.files;
  queue.run(sender_, std::move(work), std::move(then));
}

/// What failed has said why, unless it never ran.
Status UploadSink::told(const Status& status) { return status || outcome() ? status : not_begun(status.error()); }

/// The bytes are kept. Whose uploads have their share is told so; everybody else waits for others.
Status UploadSink::not_begun(const Error& error) {
  const bool is_own = error.code == Error::Code::kOverloaded;
  ++(is_own ? uploads_.stats().refused_quota : uploads_.stats().failed);
  return refuse(failure_of(is_own ? error : Error{Error::Code::kUnavailable, error.message}));
}

std::optional<Outcome<Progress>> UploadSink::outcome() const {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

void UploadSink::tell(Outcome<Progress> outcome) {
  const std::lock_guard lock(mutex_);
  outcome_.emplace(std::move(outcome));
}

Status UploadSink::refuse(Failure failure) {
  Error error{Error::Code::kInvalid, failure.error};
  tell(std::move(failure));
  file_.reset();
  return error;
}

Status UploadSink::refuse_range(const char* why) {
  ++uploads_.stats().refused_range;
  return refuse(refused(Code::kBadValue, why));
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
  if (taken_ > ask_.range.count) return refuse_range("Content-Range: the body is longer");
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
  tell(std::move(now));
  return true;
}

Status UploadSink::end() {
  if (is_finished()) return Ok{};
  if (auto held = hold(); !held) return held;
  if (taken_ != ask_.range.count) return refuse_range("Content-Range: the body is shorter");
  uploads_.stats().bytes += taken_;
  auto kept = uploads_.keep(ask_.ticket, *file_);
  if (kept.ok() && kept.value().offset == kept.value().size) return Ok{};
  tell(std::move(kept));
  file_.reset();
  return Ok{};
}

Status UploadSink::complete() {
  tell(uploads_.complete(ask_.ticket, *file_));
  file_.reset();
  return Ok{};
}

}  // namespace im::logic::media
