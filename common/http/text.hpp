#pragma once

#include <string>
#include <string_view>

/// The small rules of RFC 9110 §5.6 that every header value is read with. ASCII only, whatever the locale.
namespace im::http {

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower(std::string_view text);
bool equals_any_case(std::string_view a, std::string_view b);
bool starts_any_case(std::string_view text, std::string_view prefix);
std::string_view trimmed(std::string_view value);  ///< without OWS at both ends
/// Takes the next element off a comma list, trimmed; quoted strings are not looked into.
std::string_view take_item(std::string_view& list);
/// A comma list names this word, in any case.
bool has_word(std::string_view list, std::string_view word);

}  // namespace im::http
