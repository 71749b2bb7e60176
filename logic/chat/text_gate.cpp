#include "logic/chat/text_gate.hpp"

#include "logic/chat/check.hpp"

namespace im::logic::chat {

Result<std::string> TextGate::pass(const TextCheck& text, std::size_t most) const {
  if (!ask_ || text.body.empty()) return text.body;
  auto kept = ask_(text);
  if (!kept || kept.value() == text.body) return kept;
  // What the operator's service wrote is a text like any other.
  if (auto good = check_given("body", kept.value(), most); !good) return good.error();
  return kept;
}

const TextGate& TextGate::open() {
  static const TextGate gate;
  return gate;
}

}  // namespace im::logic::chat
