#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace im::logic::media {

/// The length of an id; what follows it in a name says which part it is.
inline constexpr std::size_t kIdLetters = 32;

/// What a medium is stored as: the file itself, and of pictures two smaller ones.
inline constexpr std::array<const char*, 3> kVariants = {"file", "small", "large"};

/// How many bytes each of them has.
using VariantBytes = std::array<std::int64_t, kVariants.size()>;

/// The name of a variant in the store: "ID" for the file, "ID.small".
inline std::string blob_name(const std::string& id, const std::string& variant) {
  return variant == "file" ? id : id + "." + variant;
}
inline std::array<std::string, 3> names_of(const std::string& id) {
  return {blob_name(id, kVariants[0]), blob_name(id, kVariants[1]), blob_name(id, kVariants[2])};
}

/// What im-picture writes beside an upload, "ID.picture.small", until it is in the store.
inline constexpr const char* kScratch = "picture";
inline std::array<std::string, 3> scratch_names_of(const std::string& id) {
  const std::string begin = id + "." + kScratch + ".";
  return {begin + kVariants[0], begin + kVariants[1], begin + kVariants[2]};
}

/// A second name of a file beside it, until that is the name in a folder of finished files.
inline std::string put_name(const std::string& path) { return path + ".put"; }

/// Every name that an upload may have among the unfinished ones.
inline std::vector<std::string> names_under_way(const std::string& id) {
  std::vector<std::string> names{id};
  for (const std::string& scratch : scratch_names_of(id)) names.push_back(scratch);
  for (std::size_t i = 0, end = names.size(); i < end; ++i) names.push_back(put_name(names[i]));
  return names;
}

}  // namespace im::logic::media
