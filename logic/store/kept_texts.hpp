#pragma once

#include <vector>

#include "logic/store/lane_entry.hpp"
#include "logic/store/message.hpp"

namespace im::logic::store {

/// The reader goes on seeing the message as it is now, whatever becomes of its text; unless they do so already.
Status keep_text(Write& write, const Message& row, Uid reader);
/// Everybody sees the message as it is stored.
Status forget_kept(sql::Connection& db, const Message& row);
/// Rows of one conversation as the reader sees them: messages, and edits, which show the text of what they speak of.
Status show_kept(sql::Connection& db, Uid reader, std::vector<Message>& rows);

}  // namespace im::logic::store
