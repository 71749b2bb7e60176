#pragma once

#include <string_view>

/// The files of migrations/, compiled in.
namespace im::logic::store::assets {

extern const std::string_view kUsers;
extern const std::string_view kConversations;
extern const std::string_view kMessages;
extern const std::string_view kCalls;
extern const std::string_view kMedia;
extern const std::string_view kWebim;
extern const std::string_view kPresence;
extern const std::string_view kHooks;
extern const std::string_view kWebimRooms;
extern const std::string_view kAdmin;
extern const std::string_view kRetention;
extern const std::string_view kGroupRooms;
extern const std::string_view kCaptionWords;
extern const std::string_view kKeptTexts;
extern const std::string_view kCallFigures;
extern const std::string_view kWebimStays;

}  // namespace im::logic::store::assets
