#include "logic/hooks/hook_poster.hpp"

#include "common/base/clock.hpp"
#include "logic/hooks/hook_signature.hpp"

namespace im::logic {

void HttpHookPoster::post(std::string body, std::function<void(Result<HookReply>)> done) {
  const client::HttpPool::Headers headers{{"IM-Signature", hook_signature(secret_.value(), unix_ms() / 1000, body)}};
  pool_.post(std::move(body), headers, [done = std::move(done)](Result<client::HttpAnswer> answer) {
    if (!answer.ok()) return done(answer.error());
    done(HookReply{answer.value().status, std::move(answer.value().body)});
  });
}

}  // namespace im::logic
