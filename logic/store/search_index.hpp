#pragma once

#include <string>

#include "logic/store/lane_entry.hpp"
#include "logic/store/message.hpp"

namespace im::logic::store {

/// What of a message can be searched for: a text, a link, name and caption of a file. Empty: nothing.
std::string searchable_text(std::string_view type, std::string_view body);

/// The stored row is found by `body`, or by its own no more.
Status add_words(Write& write, const Message& row, const std::string& body);
Status remove_words(sql::Connection& db, const Message& row);

/// Captions and links of before there was an index of them. Part of a migration: may begin again.
Status index_captions(sql::Connection& db);

}  // namespace im::logic::store
