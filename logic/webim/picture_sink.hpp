#pragma once

#include <memory>
#include <string>
#include <utility>

#include "common/http/file_body.hpp"
#include "logic/media/disk_reserve.hpp"
#include "logic/webim/upload_seats.hpp"

namespace im::logic::webim {

/// The body of an upload on its way to a file, as long as its sender has a seat and the disk has room.
class PictureSink final : public HttpSink {
 public:
  PictureSink(std::shared_ptr<FileSink> file, std::shared_ptr<UploadSeat> seat,
              std::shared_ptr<media::DiskReserve> reserve)
      : file_(std::move(file)), seat_(std::move(seat)), reserve_(std::move(reserve)) {}

  void write(std::string piece, Done done) override {
    if (seat_->taken_away())
      return done(Error{Error::Code::kOverloaded,
                        "too slow, or too many of one address: another picture has taken this one's place"});
    if (auto admitted = reserve_->admit(piece.size()); !admitted) return done(admitted);
    seat_->came(piece.size());
    file_->write(std::move(piece), std::move(done));
  }
  void finish(Done done) override {
    seat_->whole();
    file_->finish(std::move(done));
  }
  const std::string& path() const { return file_->path(); }

 private:
  const std::shared_ptr<FileSink> file_;
  const std::shared_ptr<UploadSeat> seat_;
  const std::shared_ptr<media::DiskReserve> reserve_;
};

}  // namespace im::logic::webim
