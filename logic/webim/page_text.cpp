#include "logic/webim/page_text.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "common/base/utf8.hpp"

namespace im::logic::webim {

namespace {

using Entity = std::pair<std::string_view, std::string_view>;
constexpr std::array<Entity, 5> kEscapes{
    Entity{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#039;"}};
constexpr std::array<Entity, 3> kAlso{Entity{" ", "&nbsp;"}, {"'", "&#39;"}, {"'", "&apos;"}};

/// A tag that does not end takes the rest with it, as in the original.
std::string without_tags(std::string_view text) {
  std::string out;
  bool inside = false;
  for (const char c : text) {
    if (c == '<') inside = true;
    if (!inside && static_cast<unsigned char>(c) >= ' ') out += c;
    if (c == '>') inside = false;
  }
  return out;
}

const Entity* entity_at(std::string_view html, std::span<const Entity> all) {
  const auto found = std::ranges::find_if(all, [html](const Entity& one) { return html.starts_with(one.second); });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto found = std::ranges::find_if(kEscapes, [c](const Entity& one) { return one.first[0] == c; });
    if (found == kEscapes.end()) {
      out += c;
    } else {
      out += found->second;
    }
  }
  return out;
}

std::string page_name(std::string_view written, std::size_t most) {
  const std::string plain = without_tags(written);
  std::string out;
  std::string_view rest = plain;
  while (!rest.empty()) {
    const std::string_view character = rest.substr(0, std::max<std::size_t>(utf8_length(rest), 1));
    const std::string safe = escaped(character);
    if (out.size() + safe.size() > most) break;
    out += safe;
    rest.remove_prefix(character.size());
  }
  return out;
}

std::string unescaped(std::string_view html) {
  std::string out;
  while (!html.empty()) {
    const Entity* entity = html.front() == '&' ? entity_at(html, kEscapes) : nullptr;
    if (entity == nullptr && html.front() == '&') entity = entity_at(html, kAlso);
    out += entity == nullptr ? html.substr(0, 1) : entity->first;
    html.remove_prefix(entity == nullptr ? 1 : entity->second.size());
  }
  return out;
}

}  // namespace im::logic::webim
