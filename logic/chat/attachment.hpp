#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logic/chat/standing.hpp"
#include "logic/store/write.hpp"

namespace im::logic::chat {

/// Messages of these types name uploaded media: image, voice, video, file.
bool names_media(std::string_view type);

/// Which media a body names, and the body as readers get it.
struct Attachment {
  std::string body;
  std::vector<std::string> media;
};

/// Who sends what: their own media, or those of a message that they may read.
struct AttachAsk {
  Uid sender;
  std::string_view type, body;
  ConvId from;  ///< forwarded from there; 0: their own
  Seq seq = 0;
};

/// Of what the sender wrote ({"media":"ID","caption":…,"waveform":[…],"poster":"ID"}) what may be said, and what the
/// bytes say instead of the rest. kInvalid names the field; kNotFound: no such medium, or not theirs.
Result<Attachment> read_attachment(sql::Connection& db, const AttachAsk& ask);
/// The row (conv, seq) names them from now on. kNotFound: one is gone.
Status attach(store::Write& write, ConvId conv, Seq seq, const std::vector<std::string>& media);
/// The row names nothing any more; what no row names goes.
Status detach(store::Write& write, ConvId conv, Seq seq);

/// The ids in a stored body: of the medium, and of its poster or "". Nothing: none. Pure.
struct NamedMedia {
  std::string media, poster, name;
};
std::optional<NamedMedia> media_of(std::string_view body);

}  // namespace im::logic::chat
