#pragma once

#include <string>
#include <string_view>

/// Texts that the old page puts into its HTML as they are. Pure.
namespace im::logic::webim {

/// Without tags, then escaped, once; what does not fit into `most` bytes is cut off at a character.
std::string page_name(std::string_view written, std::size_t most);
/// `&`, `<`, `>` and quotes as entities.
std::string escaped(std::string_view text);
/// What the page has written, for others: entities as the characters they stand for (`&nbsp;` a space).
std::string unescaped(std::string_view html);

}  // namespace im::logic::webim
