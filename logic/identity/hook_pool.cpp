#include "logic/identity/hook_pool.hpp"

#include <algorithm>
#include <stdexcept>

#include "common/base/log.hpp"
#include "common/base/secret_file.hpp"

namespace im::logic {

namespace {

constexpr std::size_t kShortest = 16;
constexpr std::size_t kLongest = 256;

Result<std::string> secret_in(const std::string& path) {
  auto read = read_secret_file(path);
  if (!read.ok()) return read;
  std::string text = std::move(read).value();
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (text.size() < kShortest || text.size() > kLongest || !printable)
    return Error{Error::Code::kInvalid, "must hold 16 to 256 printable characters without spaces"};
  return text;
}

}  // namespace

void HookSecret::look() {
  if (path_.empty() || !stamp_.changed(path_)) return;
  auto secret = secret_in(path_);
  const std::lock_guard lock(mutex_);
  if (secret.ok()) {
    value_ = std::move(secret).value();
  } else if (value_.empty()) {
    throw std::runtime_error(key_ + ": " + path_ + " " + secret.error().message);
  } else {
    log::error("the secret for the hook stays as it was", {{"file", path_}, {"why", secret.error().message}});
  }
}

std::string HookSecret::value() const {
  const std::lock_guard lock(mutex_);
  return value_;
}

void HookPool::ask(std::string question, std::function<void(Result<HookReply>)> done) {
  client::HttpPool::Headers headers;
  if (std::string secret = secret_.value(); !secret.empty())
    headers.emplace_back("Authorization", "Bearer " + std::move(secret));
  pool_.post(std::move(question), headers, [done = std::move(done)](Result<client::HttpAnswer> answer) {
    if (!answer.ok()) return done(answer.error());
    done(HookReply{answer.value().status, std::move(answer.value().body)});
  });
}

}  // namespace im::logic
