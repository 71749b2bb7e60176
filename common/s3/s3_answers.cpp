#include "common/s3/s3_answers.hpp"

#include <array>

namespace im::s3 {

namespace {

constexpr std::size_t kMostCode = 60;
constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
    {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}}};

std::string plain_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t taken = 1;
    char letter = text.front();
    for (const auto& [entity, meant] : kEntities)
      if (text.starts_with(entity)) {
        taken = entity.size();
        letter = meant;
        break;
      }
    out += letter;
    text.remove_prefix(taken);
  }
  return out;
}

std::string_view raw_element(std::string_view xml, std::string_view name, std::size_t& at) {
  const std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
  const std::size_t begin = at <= xml.size() ? xml.find(open, at) : std::string_view::npos;
  const std::size_t end = begin == std::string_view::npos ? begin : xml.find(close, begin);
  at = end == std::string_view::npos ? end : end + close.size();
  if (end == std::string_view::npos) return {};
  return xml.substr(begin + open.size(), end - begin - open.size());
}

Error no_list() { return {Error::Code::kUnavailable, "the S3 store answers something else than a list"}; }

/// More follows, and nothing says where.
Error half_a_list() { return {Error::Code::kUnavailable, "the S3 store does not say where a list goes on"}; }

}  // namespace

std::string element(std::string_view xml, std::string_view name, std::size_t& at) {
  return plain_text(raw_element(xml, name, at));
}

std::string element(std::string_view xml, std::string_view name) {
  std::size_t at = 0;
  return element(xml, name, at);
}

Result<Listed> read_list(std::string_view xml) {
  if (xml.find("<ListBucketResult") == std::string_view::npos) return no_list();
  Listed out;
  std::size_t at = 0;
  while (true) {
    std::string key = element(xml, "Key", at);
    if (at == std::string_view::npos) break;
    out.keys.push_back(std::move(key));
  }
  if (element(xml, "IsTruncated") != "true") return out;
  out.next = element(xml, "NextContinuationToken");
  if (out.next.empty()) return half_a_list();
  return out;
}

Result<OpenUploads> read_uploads(std::string_view xml) {
  if (xml.find("<ListMultipartUploadsResult") == std::string_view::npos) return no_list();
  OpenUploads out;
  std::size_t at = 0;
  while (true) {
    const std::string_view upload = raw_element(xml, "Upload", at);
    if (at == std::string_view::npos) break;
    out.uploads.push_back({element(upload, "Key"), element(upload, "UploadId")});
  }
  if (element(xml, "IsTruncated") != "true") return out;
  out.next = {element(xml, "NextKeyMarker"), element(xml, "NextUploadIdMarker")};
  if (out.next.key.empty()) return half_a_list();
  return out;
}

Error error_of(const client::HttpAnswer& answer) {
  if (answer.status == 404) return {Error::Code::kNotFound, "the S3 store has no such thing"};
  const std::string code = element(answer.body, "Code").substr(0, kMostCode);
  return {Error::Code::kUnavailable,
          "the S3 store answers " + std::to_string(answer.status) + (code.empty() ? "" : " " + code)};
}

}  // namespace im::s3
