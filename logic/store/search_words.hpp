#pragma once

#include <string>
#include <string_view>

namespace im::logic::store {

/// Text as words for a full-text index: each pair of neighbouring signs is a word of letters and digits, in the order
/// of the text, ASCII letters without their case, runs of white space as one space. A phrase of such words is exactly a
/// piece of the text, in any script, from two signs on; and both databases index it the same way (SQLite's trigram
/// needs three signs, MariaDB has no ngram parser). Empty for text of less than two signs.
std::string search_words(std::string_view utf8);

/// What finds `text`: the words as one phrase, quoted. Empty: too short to search for.
std::string search_phrase(std::string_view utf8);

}  // namespace im::logic::store
