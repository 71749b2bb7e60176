#include "common/ws/deflate_offer.hpp"

#include <algorithm>
#include <optional>

namespace im::ws {

namespace {

constexpr std::string_view kName = "permessage-deflate";
constexpr int kFewestBits = 8, kMostBits = 15;

bool token_char(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Walks through Sec-WebSocket-Extensions (RFC 6455 §9.1); each call takes from the front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool done() { return spaces().empty(); }
  bool take(char wanted) {
    if (spaces().empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// "" when there is none.
  std::string_view token() {
    spaces();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), token_char);
    const std::string_view out = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return out;
  }
  /// A token, which may stand in quotes; "" when there is none.
  std::string_view value() {
    if (!take('"')) return token();
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) return "";
    const std::string_view out = rest_.substr(0, end);
    if (!std::all_of(out.begin(), out.end(), token_char)) return "";
    rest_.remove_prefix(end + 1);
    return out;
  }

 private:
  std::string_view spaces() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    return rest_;
  }
  std::string_view rest_;
};

/// 8 to 15, as RFC 7692 §7.1.2 writes them; nothing: no such number.
std::optional<int> bits_of(std::string_view text) {
  if (text.empty() || text.size() > 2 || text.front() == '0') return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value >= kFewestBits && value <= kMostBits ? std::optional(value) : std::nullopt;
}

struct Offer {
  bool good = true;
  bool server_none = false, client_none = false, client_bits = false;
  std::optional<int> server_bits;

  void add(std::string_view name, std::optional<std::string_view> value) {
    if (name == "server_no_context_takeover") {
      flag(server_none, value);
    } else if (name == "client_no_context_takeover") {
      flag(client_none, value);
    } else if (name == "client_max_window_bits") {
      good = good && !client_bits && (!value || bits_of(*value));
      client_bits = true;
    } else if (name == "server_max_window_bits") {
      good = good && !server_bits && value && bits_of(*value);
      server_bits = value ? bits_of(*value) : std::nullopt;
    } else {
      good = false;
    }
  }

 private:
  void flag(bool& seen, std::optional<std::string_view> value) {
    good = good && !seen && !value;
    seen = true;
  }
};

/// The parameters behind a name; nothing: malformed.
std::optional<Offer> read_offer(Cursor& cursor) {
  Offer offer;
  while (cursor.take(';')) {
    const std::string_view name = cursor.token();
    if (name.empty()) return std::nullopt;
    std::optional<std::string_view> value;
    if (cursor.take('=')) {
      value = cursor.value();
      if (value->empty()) return std::nullopt;
    }
    offer.add(name, value);
  }
  return offer;
}

}  // namespace

std::string accept_deflate(std::string_view offers) {
  std::string accepted;
  Cursor cursor(offers);
  while (!cursor.done()) {
    if (cursor.take(',')) continue;
    const std::string_view name = cursor.token();
    const auto offer = read_offer(cursor);
    if (name.empty() || !offer || (!cursor.done() && !cursor.take(','))) return "";
    const bool whole_window = !offer->server_bits || *offer->server_bits == kMostBits;
    if (!accepted.empty() || name != kName || !offer->good || !whole_window) continue;
    accepted = std::string(kName) + "; server_no_context_takeover; client_no_context_takeover";
    if (offer->server_bits) accepted += "; server_max_window_bits=" + std::to_string(kMostBits);
  }
  return accepted;
}

}  // namespace im::ws
