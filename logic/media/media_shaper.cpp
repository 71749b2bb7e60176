#include "logic/media/media_shaper.hpp"

#include <filesystem>
#include <optional>

#include <boost/json/serialize.hpp>

#include "logic/media/content_type.hpp"
#include "logic/media/duration.hpp"
#include "logic/media/media_variants.hpp"

namespace im::logic::media {

namespace {

constexpr std::size_t kHead = 4096;

std::string facts_of(const MadePicture& made) {
  const auto size = [](const MadePicture::Size& of) {
    return boost::json::object{{"width", of.width}, {"height", of.height}};
  };
  boost::json::object facts = size(made.file);
  facts["small"] = size(made.small);
  facts["large"] = size(made.large);
  return boost::json::serialize(facts);
}

Error over(const char* what) { return {Error::Code::kInvalid, std::string(what) + ": too many bytes for its type"}; }

}  // namespace

void MediaShaper::remove(const std::string& id) const {
  for (const std::string& name : names_of(id)) blobs_.remove(name);
}

Status MediaShaper::shape(const IncomingFile& file, MediaRow& row) const {
  const auto head = file.read(0, kHead);
  if (!head) return head.error();
  const ContentType type = content_type_of(head.value());
  row.kind = type.kind;
  row.mime = type.mime;
  row.facts = "{}";
  row.stored = row.size;
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
  const std::string scratch = incoming_.scratch(row.id, kScratch);
  const auto made = pictures_.make(file.path(), scratch);
  auto kept = made ? keep_pictures(scratch, row) : Status(made.error());
  std::error_code ignored;
  for (const char* variant : kVariants) std::filesystem::remove(scratch + "." + variant, ignored);
  if (!kept) return kept;
  row.mime = made.value().mime;
  row.facts = facts_of(made.value());
  return Ok{};
}

Status MediaShaper::keep_pictures(const std::string& scratch, MediaRow& row) const {
  row.stored = 0;
  for (const char* variant : kVariants) {
    const std::string path = scratch + "." + variant;
    std::error_code error;
    row.stored += static_cast<std::int64_t>(std::filesystem::file_size(path, error));
    if (error) return Error{Error::Code::kUnavailable, "im-picture wrote no " + path};
    if (auto put = blobs_.put(blob_name(row.id, variant), path); !put) return put;
  }
  return Ok{};
}

}  // namespace im::logic::media
