#include "logic/store/schema.hpp"

#include "logic/store/assets.hpp"
#include "logic/store/search_index.hpp"

namespace im::logic::store {

const std::vector<sql::Migration>& migrations() {
  static const std::vector<sql::Migration> all = {
      {1, "users", assets::kUsers},
      {2, "conversations", assets::kConversations},
      {3, "messages", assets::kMessages},
      {4, "calls", assets::kCalls},
      {5, "media", assets::kMedia},
      {6, "webim", assets::kWebim},
      {7, "presence", assets::kPresence},
      {8, "hooks", assets::kHooks},
      {9, "webim rooms", assets::kWebimRooms},
      {10, "admin", assets::kAdmin},
      {11, "retention", assets::kRetention},
      {12, "group_rooms", assets::kGroupRooms},
      {13, "caption words", assets::kCaptionWords, index_captions},
      {14, "kept texts", assets::kKeptTexts},
      {15, "call figures", assets::kCallFigures},
      {16, "webim stays", assets::kWebimStays},
  };
  return all;
}

}  // namespace im::logic::store
