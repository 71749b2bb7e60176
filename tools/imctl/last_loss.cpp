#include "tools/imctl/last_loss.hpp"

namespace im::imctl {

std::string last_loss(const client::Status& status, const std::string& whose) {
  if (status.state == client::State::kEnded)
    return (whose.empty() ? "this client" : whose) + " must not come back by itself";
  if (status.cut_short >= kTries && !whose.empty())
    return std::to_string(status.cut_short) + " times right after the login: it seems that another client uses " +
           whose + ", so the two replace each other (TCP does not say why it closes, --ws does)";
  return "";
}

}  // namespace im::imctl
