#include "logic/media/media_config.hpp"

#include <string_view>

#include "common/config/rules.hpp"

namespace im::logic {

namespace {

constexpr std::uint64_t kMostBytes = 1ULL << 40;
constexpr std::uint64_t kLeastPicture = 64U << 10;

bool is_origin(std::string_view url) {
  const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
  return scheme > 0 && url.size() > scheme && url.find_first_of(" \"\\?#<>", scheme) == std::string_view::npos &&
         url.back() != '/';
}

std::string media_problem(const MediaConfig& config) {
  if (!config.origin.empty() && !is_origin(config.origin))
    return "media.origin: \"" + config.origin + "\" is not https://HOST, without a slash at its end";
  if (config.max_size.value == 0 || config.max_size.value > kMostBytes) return "media.max_size: must be 1 to 1TiB";
  if (config.picture_bytes.value < kLeastPicture) return "media.picture_bytes: must be 64KiB or more";
  if (config.link_ttl.count() < 1000) return "media.link_ttl: must be 1s or more";
  if (config.unfinished_ttl.count() < 1000) return "media.unfinished_ttl: must be 1s or more";
  return "";
}

std::string s3_problem(const MediaS3Config& config) {
  if (config.endpoint.empty()) return "";
  if (!is_origin(config.endpoint)) return "media_s3.endpoint: \"" + config.endpoint + "\" is not https://HOST[:PORT]";
  if (config.bucket.empty()) return "media_s3.bucket: the store needs it";
  if (config.key_id.empty()) return "media_s3.key_id: the store needs it";
  if (config.secret_file.empty()) return "media_s3.secret_file: the store needs it";
  if (config.deadline.count() < 1000) return "media_s3.deadline: must be 1s or more";
  return "";
}

}  // namespace

void describe(config::Options& options, MediaS3Config& config) {
  options.section("media_s3",
                  "An S3-compatible store for the finished bytes of media, in place of the folder (docs/media.md).");
  options.add("endpoint", config.endpoint, "\"https://HOST[:PORT]\". Empty: the bytes stay in media.dir.");
  options.add("region", config.region, "What calls are signed for.");
  options.add("bucket", config.bucket, "The bucket, which is there already.");
  options.add("prefix", config.prefix, "Before the names of all objects, \"media/\".");
  options.add("key_id", config.key_id, "Access key.");
  options.add("secret_file", config.secret_file, "Its first line is the secret of the key. Read at the start.");
  options.must(config::secret_or_empty(config.secret_file));
  options.add("ca_file", config.ca_file, "Whom https is believed (PEM). Empty: whom the system believes.");
  options.must(config::file_or_empty(config.ca_file));
  options.add("deadline", config.deadline,
              "Of one call; a part of an upload is one (8 MiB). Calls without bytes have 5s at most.");
  options.check([&config] { return s3_problem(config); });
}

void describe(config::Options& options, MediaConfig& config) {
  options.section("media", "Pictures, voice, video and files (docs/media.md); they need a store.");
  options.add(
      "dir", config.dir,
      "Folder of the bytes; several logics share it. Empty: \"FILE.media\" beside the file of an SQLite store, and "
      "with MySQL no media.");
  options.add(
      "origin", config.origin,
      "Where clients reach the media, \"https://media.example.com\": an origin of its own keeps what users sent away "
      "from the pages. Empty: addresses without a host, on the public port.");
  options.add("picture_program", config.picture_program,
              "Makes new pictures of what users send. Empty: im-picture beside this program.");
  options.add("max_size", config.max_size, "Largest file.");
  options.add("image_size", config.image_size, "Largest picture.");
  options.add("voice_size", config.voice_size, "Largest sound.");
  options.add("group_size", config.group_size, "Largest file in a group. 0 = no limit of its own.");
  options.add(
      "picture_bytes", config.picture_bytes,
      "What may be made of one picture, all its sizes together, and at most 4 times the upload or 4MiB. A picture "
      "that needs more is made with more loss, and then smaller.");
  options.add(
      "day_bytes", config.day_bytes,
      "What one user may begin to upload in a day (UTC), and what pictures grow by. A file counts at least 4 KiB, "
      "a picture three times that. 0 = no limit.");
  options.add(
      "user_bytes", config.user_bytes,
      "What one user's files may have together, counted alike. What only messages of others still name is not counted. "
      "0 = no limit.");
  options.add("keep_free", config.keep_free,
              "Uploads are refused where less is free on the disk of media.dir; at most a twentieth of it. 0 = never.");
  options.add("user_uploads", config.user_uploads, "Uploads that one user may have unfinished.", 1);
  options.add("unfinished_ttl", config.unfinished_ttl, "An upload goes when nothing came for so long.");
  options.add("unused_ttl", config.unused_ttl, "A file that no message has named goes after so long.");
  options.add("link_ttl", config.link_ttl, "How long an address to download is good for.");
  options.check([&config] { return media_problem(config); });
}

std::string media_folder(const MediaConfig& config, const std::string& dsn) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (!config.dir.empty() || !dsn.starts_with(kSqlite)) return config.dir;
  return dsn.substr(kSqlite.size()) + ".media";
}

}  // namespace im::logic
