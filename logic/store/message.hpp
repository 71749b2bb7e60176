#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/ids.hpp"

namespace im::logic::store {

using ConvId = NamedType<std::int64_t, struct ConvIdTag>;
/// Number of a row in its conversation: dense, from 1.
using Seq = std::int64_t;

enum class ConvKind { kP2p = 1, kGroup = 2, kRoom = 3 };

/// What a row of a conversation says. Those from kEdit on speak of the row ref_seq and are nothing unread.
enum class RowKind { kMessage = 1, kEdit = 2, kRecall = 3, kReaction = 4, kPin = 5 };

/// The connection that a row came by.
struct Origin {
  CometInstance comet;
  ConnId conn;
  friend bool operator==(const Origin&, const Origin&) = default;
};

/// A row of a conversation, named by (conv, seq). The row before it is seq - 1, always.
struct Message {
  ConvId conv;
  Seq seq = 0;
  RowKind kind = RowKind::kMessage;
  std::string type;  ///< "text", "image", …, "system"; reactions and pins: "on" or "off"
  Uid sender;
  std::string body;          ///< kEdit: the newest text of ref_seq; kReaction: the emoji; empty when recalled
  std::int64_t ts = 0;       ///< the database's clock, ms; never decreasing in a conversation
  Seq ref_seq = 0;           ///< kMessage: what it replies to, or 0
  std::string mentions;      ///< uids with commas between, or "all", or empty
  std::string client_id;     ///< the sender's own number for it; empty: made by the server
  std::int64_t counted = 0;  ///< messages up to and with this one: for unread counts
  std::int64_t edited_ts = 0;
  bool recalled = false;
  Uid hidden_from;                 ///< the reader who has blocked the sender: sees that there is a row, nothing of it
  std::string address;             ///< of the sender's client, for operators
  std::optional<Origin> origin{};  ///< that hears of the row by its answer; not stored: absent in what is read

  friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace im::logic::store
