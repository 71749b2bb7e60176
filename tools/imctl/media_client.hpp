#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <boost/json/object.hpp>

#include "common/client/http_client.hpp"
#include "tools/imctl/api.hpp"
#include "tools/imctl/patience.hpp"
#include "tools/imctl/served_range.hpp"

namespace im::imctl {

/// Why a file cannot be sent, in words: "no such file", "a folder"; "" when it can. Blocking.
std::string why_unreadable(const std::string& path);

/// The name under which a file of somebody else is kept here. The sender chose `given`: no folder, no hidden file,
/// nothing that looks like an option. Pure.
std::string plain_name(const std::string& given);

/// How long a transfer may stand still until it is given up.
inline constexpr std::chrono::seconds kMediaPatience{120};

/// A client of media (docs/media.md) with a user's token. What the server says is for a while is tried again, when it
/// says. Blocking; what fails throws Failure.
class MediaClient {
 public:
  struct Saved {
    std::string path;
    std::uint64_t size = 0;
  };
  /// `stop`: true ends what is under way with its part.
  MediaClient(std::string base, std::string token, std::chrono::milliseconds patience = kMediaPatience,
              const std::atomic<bool>* stop = nullptr)
      : base_(std::move(base)), token_(std::move(token)), patience_(patience), stop_(stop) {}

  /// A request over HTTP; its answer when it is good.
  boost::json::object ask(const std::string& cmd, const boost::json::object& fields) const;
  /// All bytes of a file, in parts; goes on after a cut. The id of the medium.
  std::string put(const std::string& path, const std::string& name, const std::string& mime, std::int64_t conv) const;
  /// What hangs on a message ("CONV:SEQ"), into a file; `path` empty: by the name that the message says, here, when
  /// there is no such file yet.
  Saved get(const std::string& message, const std::string& variant, std::string path) const;

 private:
  /// Where a file is. An address is good for a while only (`media.link_ttl`), so a long download asks for another one.
  struct Source {
    std::string message, variant, address;
  };
  boost::json::object links_of(Source& source) const;
  std::uint64_t save(Source& source, const std::string& path, std::optional<std::uint64_t> announced) const;
  void check_stop() const;
  /// Until the next try. Throws: `what` stands still for too long.
  void wait(Patience& patience, const Setback& setback, const std::string& what) const;
  void sleep(std::chrono::milliseconds pause) const;
  Failure no_logic(const Result<client::HttpAnswer>& answer) const;
  struct Upload {
    std::string address, token;
    std::uint64_t size = 0;
  };
  Result<client::HttpAnswer> call(const std::string& method, const std::string& address, client::HttpHeaders headers,
                                  std::string body, const Patience& patience) const;
  /// How far an upload is; `done`: a file was made of it.
  struct Place {
    std::uint64_t offset = 0;
    bool done = false;
  };
  using Step = std::variant<Place, Setback>;
  static Step step_in(const Result<client::HttpAnswer>& answer);
  Step place_of(const Upload& upload, const Patience& patience) const;
  Step put_part(const Upload& upload, std::uint64_t from, std::string bytes, const Patience& patience) const;
  std::string piece(Source& source, DownloadPlace& place) const;
  void put_all(const Upload& upload, const std::string& path, std::uint64_t from) const;
  client::Url url_of(const std::string& address) const;

  const std::string base_, token_;
  const std::chrono::milliseconds patience_;
  const std::atomic<bool>* const stop_;
};

}  // namespace im::imctl
