#include "logic/media/media_shaper.hpp"

#include <filesystem>
#include <numeric>
#include <optional>

#include <boost/json/serialize.hpp>

#include "common/base/fault.hpp"
#include "logic/media/content_type.hpp"
#include "logic/media/counted_bytes.hpp"
#include "logic/media/duration.hpp"
#include "logic/media/picture_bytes.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kHead = 4096;

/// What readers get of each variant; `bytes` in the order of kVariants.
std::string facts_of(const MadePicture& made, const VariantBytes& bytes) {
  const auto facts = [](const MadePicture::Size& of, std::int64_t size) {
    return boost::json::object{{"size", size}, {"width", of.width}, {"height", of.height}};
  };
  boost::json::object out = facts(made.file, bytes[0]);
  out["small"] = facts(made.small, bytes[1]);
  out["large"] = facts(made.large, bytes[2]);
  return boost::json::serialize(out);
}

Error over(const char* what) { return {Error::Code::kInvalid, std::string(what) + ": too many bytes for its type"}; }

}  // namespace

bool MediaShaper::remove(const std::string& id) const {
  bool all = true;
  for (const std::string& name : names_of(id)) all = blobs_.remove(name).ok() && all;
  return all;
}

bool MediaShaper::is_picture(const IncomingFile& file) const {
  const auto head = file.read(0, kHead);
  return head && content_type_of(head.value()).kind == std::string_view("image");
}

/// The store and im-picture go by the name of the file: it is that of the bytes that were hashed, before and after.
Status MediaShaper::shape(const IncomingFile& file, MediaRow& row) const {
  if (auto named = file.has_its_name(); !named) return named;
  if (auto kept = keep(file, row); !kept) return kept;
  auto named = file.has_its_name();
  if (!named) remove(row.id);
  return named;
}

Status MediaShaper::keep(const IncomingFile& file, MediaRow& row) const {
  const auto head = file.read(0, kHead);
  if (!head) return head.error();
  const ContentType type = content_type_of(head.value());
  row.kind = type.kind;
  row.mime = type.mime;
  row.facts = "{}";
  row.stored = counted_bytes(row.size);
  if (row.kind == "image") return row.size > limits_.image_bytes ? over("image") : shape_picture(file, row);
  if (row.kind == "voice" && row.size > limits_.voice_bytes) return over("voice");
  return row.kind == "file" ? blobs_.put(row.id, file.path()) : keep_recording(file, row);
}

/// How long it is, by its headers. What only begins like a container is a file of no type.
Status MediaShaper::keep_recording(const IncomingFile& file, MediaRow& row) const {
  std::optional<Error> broken;
  const FileBytes bytes{file.size(), [&](std::uint64_t at, std::size_t count) {
                          auto piece = file.read(at, count);
                          if (!piece) broken = piece.error();
                          return piece ? std::move(piece).value() : std::string();
                        }};
  const auto facts = container_facts(row.mime, bytes);
  if (broken) return *broken;
  if (!facts) {
    row.kind = "file";
    row.mime = "application/octet-stream";
  } else if (facts->duration_ms) {
    row.facts = boost::json::serialize(boost::json::object{{"duration_ms", *facts->duration_ms}});
  }
  return blobs_.put(row.id, file.path());
}

Status MediaShaper::shape_picture(const IncomingFile& file, MediaRow& row) const {
  const std::uint64_t most = most_made_of(file.size(), limits_.picture_bytes);
  const auto room = incoming_.hold(most);  // while they are written
  if (!room) return room.error();
  const std::string scratch = incoming_.scratch(row.id, kScratch);
  const auto made = pictures_.make(file.path(), scratch, most);
  auto kept = made ? keep_pictures(scratch, row.id) : Result<VariantBytes>(made.error());
  std::error_code ignored;
  for (const char* variant : kVariants) std::filesystem::remove(scratch + "." + variant, ignored);
  if (!kept) return kept.error();
  row.mime = made.value().mime;
  row.facts = facts_of(made.value(), kept.value());
  row.stored = std::accumulate(kept.value().begin(), kept.value().end(), std::int64_t{0},
                               [](std::int64_t sum, std::int64_t bytes) { return sum + counted_bytes(bytes); });
  return Ok{};
}

Result<VariantBytes> MediaShaper::keep_pictures(const std::string& scratch, const std::string& id) const {
  VariantBytes bytes{};
  for (std::size_t i = 0; i < kVariants.size(); ++i) {
    fault::fire("media.painted");
    const std::string path = scratch + "." + kVariants[i];
    std::error_code error;
    bytes[i] = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
    if (error) return Error{Error::Code::kUnavailable, "im-picture wrote no " + path};
    if (auto put = blobs_.put(blob_name(id, kVariants[i]), path); !put) return put.error();
  }
  return bytes;
}

}  // namespace im::logic::media
