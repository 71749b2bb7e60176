#pragma once

#include <cstdint>
#include <string>

#include <boost/json/object.hpp>

#include "common/client/http_client.hpp"

namespace im::imctl {

/// A client of media (docs/media.md) with a user's token. Blocking; what fails throws Failure.
class MediaClient {
 public:
  MediaClient(std::string base, std::string token) : base_(std::move(base)), token_(std::move(token)) {}

  /// A request over HTTP; its answer when it is good.
  boost::json::object ask(const std::string& cmd, const boost::json::object& fields) const;
  /// All bytes of a file, in parts; goes on after a cut. The id of the medium.
  std::string put(const std::string& path, const std::string& name, const std::string& mime, std::int64_t conv) const;
  /// What is behind an address of media.get, into a file.
  std::uint64_t get(const std::string& address, const std::string& path) const;

 private:
  struct Upload {
    std::string address, token;
    std::uint64_t size = 0;
  };
  Result<client::HttpAnswer> call(const std::string& method, const std::string& address, client::HttpHeaders headers,
                                  std::string body) const;
  std::uint64_t put_part(const Upload& upload, std::uint64_t from, std::string bytes) const;
  std::uint64_t offset_of(const Upload& upload) const;
  client::Url url_of(const std::string& address) const;

  const std::string base_, token_;
};

}  // namespace im::imctl
