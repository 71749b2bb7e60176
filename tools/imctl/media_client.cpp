#include "tools/imctl/media_client.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <thread>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include "common/client/http_call.hpp"
#include "tools/imctl/api.hpp"

namespace im::imctl {

namespace {

namespace json = boost::json;

constexpr std::size_t kPart = 4U << 20;
constexpr std::chrono::milliseconds kPartDeadline{120'000}, kBetweenParts{500};
constexpr int kAttempts = 20;

json::object object_in(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

bool is_good(const json::object& answer) {
  const auto* ok = answer.if_contains("ok");
  return ok != nullptr && ok->is_bool() && ok->get_bool();
}

/// "too large (code 4413)"
std::string refusal_of(const client::HttpAnswer& answer) {
  const json::object object = object_in(answer.body);
  const auto* error = object.if_contains("error");
  const auto* code = object.if_contains("code");
  if (error == nullptr || code == nullptr) return "HTTP " + std::to_string(answer.status);
  return json::value_to<std::string>(*error) + " (code " + json::serialize(*code) + ")";
}

std::ifstream opened(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Failure("cannot read " + path);
  return file;
}

std::string sha256_of(const std::string& path) {
  std::ifstream file = opened(path);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::string piece(kPart, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0)
    EVP_DigestUpdate(context.get(), piece.data(), static_cast<std::size_t>(file.gcount()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

std::string part_of(const std::string& path, std::uint64_t from) {
  std::ifstream file = opened(path);
  file.seekg(static_cast<std::streamoff>(from));
  std::string bytes(kPart, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

}  // namespace

/// Addresses without a host are those of the server that was asked.
client::Url MediaClient::url_of(const std::string& address) const {
  std::string base = base_;
  while (base.ends_with('/')) base.pop_back();
  const auto url = client::parse_url(address.starts_with('/') ? base + address : address);
  if (!url.ok()) throw UsageError(url.error().message);
  return url.value();
}

Result<client::HttpAnswer> MediaClient::call(const std::string& method, const std::string& address,
                                             client::HttpHeaders headers, std::string body) const {
  client::HttpCall call;
  call.method = method;
  call.url = url_of(address);
  call.headers = std::move(headers);
  call.body = std::move(body);
  call.deadline = kPartDeadline;
  return client::http_call_now(std::move(call));
}

json::object MediaClient::ask(const std::string& cmd, const json::object& fields) const {
  const auto answer =
      call("POST", "/v1/" + cmd, {{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}},
           json::serialize(fields));
  if (!answer.ok()) throw Failure("cannot reach logic at " + base_ + ": " + answer.error().message);
  json::object object = object_in(answer.value().body);
  if (!is_good(object)) throw Failure(cmd + " is refused: " + refusal_of(answer.value()));
  return object;
}

/// 0 when there is no answer: it is asked again.
std::uint64_t MediaClient::offset_of(const Upload& upload) const {
  const auto answer = call("GET", upload.address, {{"Authorization", "Bearer " + upload.token}}, "");
  if (!answer.ok() || answer.value().status >= 500) return 0;
  const json::object object = object_in(answer.value().body);
  if (!is_good(object)) throw Failure("the upload is refused: " + refusal_of(answer.value()));
  return json::value_to<std::uint64_t>(object.at("offset"));
}

/// How far it is now; `from` when this part did not come through and may be tried again.
std::uint64_t MediaClient::put_part(const Upload& upload, std::uint64_t from, std::string bytes) const {
  const std::string range = "bytes " + std::to_string(from) + "-" + std::to_string(from + bytes.size() - 1) + "/" +
                            std::to_string(upload.size);
  const auto answer = call("PUT", upload.address,
                           {{"Authorization", "Bearer " + upload.token}, {"Content-Range", range}}, std::move(bytes));
  if (!answer.ok() || answer.value().status >= 500 || answer.value().status == 409) return from;
  const json::object object = object_in(answer.value().body);
  if (!is_good(object)) throw Failure("the upload is refused: " + refusal_of(answer.value()));
  return json::value_to<std::uint64_t>(object.at("offset"));
}

std::string MediaClient::put(const std::string& path, const std::string& name, const std::string& mime,
                             std::int64_t conv) const {
  const std::uint64_t size = std::filesystem::file_size(path);
  json::object fields{{"name", name}, {"size", size}, {"sha256", sha256_of(path)}, {"conv_id", conv}};
  if (!mime.empty()) fields["mime"] = mime;
  const json::object begun = ask("media.begin", fields);
  const auto id = json::value_to<std::string>(begun.at("media_id"));
  if (begun.at("done").as_bool()) return id;
  const Upload upload{json::value_to<std::string>(begun.at("upload")), json::value_to<std::string>(begun.at("token")),
                      size};
  auto at = json::value_to<std::uint64_t>(begun.at("offset"));
  for (int failed = 0; at < size;) {
    const std::uint64_t next = put_part(upload, at, part_of(path, at));
    if (next > at) {
      at = next;
      failed = 0;
      continue;
    }
    if (++failed == kAttempts) throw Failure("the upload does not go on at byte " + std::to_string(at));
    std::this_thread::sleep_for(kBetweenParts);
    at = std::max(at, offset_of(upload));
  }
  return id;
}

std::uint64_t MediaClient::get(const std::string& address, const std::string& path) const {
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::binary | std::ios::trunc);
  std::uint64_t at = 0;
  for (bool more = true; more;) {
    const auto answer =
        call("GET", address, {{"Range", "bytes=" + std::to_string(at) + "-" + std::to_string(at + kPart - 1)}}, "");
    if (!answer.ok()) throw Failure("the download stopped: " + answer.error().message);
    if (answer.value().status == 416 && at > 0) break;  // the part before was the last
    if (answer.value().status != 206) throw Failure("the download is refused: " + refusal_of(answer.value()));
    const std::string& bytes = answer.value().body;
    file << bytes;
    at += bytes.size();
    more = bytes.size() == kPart;
  }
  file.close();
  if (!file) throw Failure("cannot write " + part);
  std::filesystem::rename(part, path);
  return at;
}

}  // namespace im::imctl
