#include "tools/imctl/bench/patient_reader.hpp"

#include <utility>

#include <boost/json/serialize.hpp>

namespace im::imctl {

namespace {
constexpr std::size_t kMostShown = 200;
}  // namespace

void PatientReader::tick(TimePoint now) {
  now_ = now;
  if (!std::exchange(running_, true)) begun_ = now;
  if (done() || given_up_) return;
  given_up_ = now - begun_ >= times_.quiet;
  if (!given_up_ && now >= next_try_) ask();
}

void PatientReader::ask() {
  const Read& read = reads_.front();
  next_try_ = now_ + times_.answer;
  const std::size_t device = read.devices[tries_++ % read.devices.size()];
  ask_(device,
       {read.body, [this, number = ++number_](const boost::json::object& answer) { answered(number, answer); }});
}

void PatientReader::answered(std::uint64_t number, const boost::json::object& answer) {
  if (number != number_ || given_up_) return;
  if (!reads_.front().take(answer)) {
    last_ = boost::json::serialize(answer).substr(0, kMostShown);
    next_try_ = now_ + times_.again;
    return;
  }
  reads_.pop_front();
  last_.clear();
  tries_ = 0;
  begun_ = now_;
  if (!done()) ask();
}

std::string PatientReader::problem() const {
  if (done()) return "";
  return reads_.front().what + ": " + (last_.empty() ? "no answer came" : last_);
}

}  // namespace im::imctl
