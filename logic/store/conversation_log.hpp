#pragma once

#include <string>
#include <vector>

#include "logic/store/lane_entry.hpp"
#include "logic/store/message.hpp"

namespace im::logic::store {

/// Columns of a head, of conversations named `c`.
constexpr const char* kHeadColumns = "c.conv_id, c.kind, c.last_seq, c.last_ts, c.counted, c.low_uid, c.high_uid";
constexpr std::size_t kHeadColumnCount = 7;
ConvHead head_of(const sql::Row& row);

/// kNotFound: no such conversation. Must be the first thing an entry does: two writers of a conversation wait here.
Result<ConvHead> lock_head(Write& write, ConvId conv);

/// The next row of the conversation: number, time and unread counts, the outbox, the search index, and the row to hand
/// on. Of `row` are taken: kind, type, sender, body, ref_seq, mentions, client_id, hidden_from, address.
/// `edited`: of an edit, the new text of the row it speaks of; that is told, and stored there only.
Result<Message> append(Write& write, ConvHead& head, Message row, const std::string& edited = {});

/// Up to `limit` rows after `after`, oldest first.
Result<std::vector<Message>> rows_after(sql::Connection& db, ConvId conv, Seq after, int limit);
/// Up to `limit` rows before `before`, newest first.
Result<std::vector<Message>> rows_before(sql::Connection& db, ConvId conv, Seq before, int limit);
/// kNotFound: no such row.
Result<Message> row_at(sql::Connection& db, ConvId conv, Seq seq);

/// A new text, or none (recalled): the row itself and what finds it.
Status change_body(Write& write, const Message& row, const std::string& body, bool recalled);

/// The row goes, and what finds it and what its sender is answered when the same comes again. Of what speaks of it
/// (reactions, pins) and of media the caller takes care.
Status remove_row(Write& write, const Message& row);

/// Columns of a message in `m`, where an edit shows the text of the row it speaks of (`o`).
std::string message_columns();
constexpr std::size_t kMessageColumns = 15;
constexpr const char* kMessageJoin =
    " LEFT JOIN messages o ON m.kind = 2 AND o.conv_id = m.conv_id AND o.seq = m.ref_seq ";
Message message_of(const sql::Row& row);

}  // namespace im::logic::store
