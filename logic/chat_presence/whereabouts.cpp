#include "logic/chat_presence/whereabouts.hpp"

namespace im::logic {

Result<Whereabouts> whereabouts_of(SessionDirectory& directory, const std::vector<Uid>& uids) {
  LocateAsk ask;
  for (const Uid uid : uids) ask.uids.push_back(uid.value());
  const auto answer = waited<LocateAnswer>([&](auto done) { directory.locate(std::move(ask), std::move(done)); });
  if (!answer.ok()) return answer.error();
  Whereabouts out;
  for (std::size_t i = 0; i < uids.size(); ++i) {
    if (!answer.value().by_uid[i].empty()) {
      out.online.insert(uids[i]);
    } else if (answer.value().unknown_uid(i)) {
      out.unknown.insert(uids[i]);
    }
  }
  return out;
}

}  // namespace im::logic
