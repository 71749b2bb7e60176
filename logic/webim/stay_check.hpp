#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "logic/routers/session_directory.hpp"
#include "logic/webim/person.hpp"

namespace im::logic::webim {

/// Whether people are online, of whom no word will come: who has just been noted somewhere may have gone before that,
/// and who went while nobody looked is missed. A user of a newer client stays as long as a session that came in. The
/// routers are asked until they can say. Any thread.
class StayCheck {
 public:
  struct Answers {
    std::function<void(const std::vector<Stay>&)> gone, there;
  };
  StayCheck(SessionDirectory& directory, Answers answers) : directory_(directory), answers_(std::move(answers)) {}

  void noted(const std::vector<Stay>& stays);
  /// Those of whom nobody could say.
  void ask_again();

 private:
  void ask(std::vector<Stay> stays);
  void answered(const std::vector<Stay>& stays, const Result<LocateAnswer>& answer);

  SessionDirectory& directory_;
  const Answers answers_;
  std::mutex mutex_;
  std::set<Stay> unknown_;
};

}  // namespace im::logic::webim
