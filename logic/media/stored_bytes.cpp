#include "logic/media/stored_bytes.hpp"

#include <boost/json/parse.hpp>

#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

namespace json = boost::json;

std::optional<std::uint64_t> size_in(const json::object& facts) {
  const auto* size = facts.if_contains("size");
  if (size == nullptr || !size->is_int64() || size->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(size->get_int64());
}

}  // namespace

std::vector<StoredBytes> stored_bytes_of(const Finished& medium) {
  if (medium.kind != "image") return {{medium.id, static_cast<std::uint64_t>(medium.size)}};
  json::error_code error;
  const json::value parsed = json::parse(medium.facts, error);
  const json::object facts = !error && parsed.is_object() ? parsed.get_object() : json::object();
  std::vector<StoredBytes> all{{medium.id, size_in(facts)}};
  for (std::size_t i = 1; i < kVariants.size(); ++i) {
    const auto* variant = facts.if_contains(kVariants[i]);
    const bool is_known = variant != nullptr && variant->is_object();
    all.push_back({blob_name(medium.id, kVariants[i]), is_known ? size_in(variant->get_object()) : std::nullopt});
  }
  return all;
}

}  // namespace im::logic::media
