#include "logic/webim/picture_http.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <memory>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "logic/webim/picture_sink.hpp"
#include "logic/webim/upload_form.hpp"

namespace im::logic::webim {

namespace {

namespace json = boost::json;

/// 1.6 KB/s: a phone at the edge of its network. The seats bound how many such senders there are.
constexpr HttpPace kPace{.stride = 16U * 1024, .whole = std::chrono::minutes(15)};

using Seat = std::shared_ptr<UploadSeat>;

/// As the gate gave it.
Seat seat_of(const HttpRequest& head) {
  const auto* seat = std::any_cast<Seat>(&head.context);
  return seat == nullptr ? nullptr : *seat;
}

/// 0: not stated.
std::uint64_t stated_length(const HttpRequest& head) {
  const std::string_view text = head.header("content-length");
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return length;
}

/// What the server itself refuses.
PictureRefusal refusal_of(int status) {
  switch (status) {
    case 408:
      return PictureRefusal::kSlow;
    case 413:
      return PictureRefusal::kTooLarge;
    case 429:
      return PictureRefusal::kCrowded;
    case 500:
    case 503:
      return PictureRefusal::kSpool;
    default:
      return PictureRefusal::kMalformed;
  }
}

int status_of(const Error& error) {
  switch (error.code) {
    case Error::Code::kInvalid:
      return 422;
    case Error::Code::kNotFound:
      return 403;  // as the page's later server said when there was no file
    case Error::Code::kOverloaded:
      return 429;
    default:
      return 503;
  }
}

HttpResponse said(int status, const json::object& answer) {
  HttpResponse response;
  response.status = status;
  response.body = json::serialize(answer);
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

HttpResponse tell_form(const Result<std::string>& address) {
  if (address.ok()) return said(200, {{"img", address.value()}});
  return said(status_of(address.error()), {{"img", ""}, {"error", address.error().message}});
}

/// `data` is JSON as text, as the page's later server had it.
HttpResponse tell_multipart(const Result<std::string>& address) {
  if (!address.ok())
    return said(status_of(address.error()), {{"code", 1}, {"msg", address.error().message}, {"data", ""}});
  const std::string data = json::serialize(json::object{{"url", address.value()}});
  return said(200, {{"code", 0}, {"msg", ""}, {"data", data}});
}

std::optional<std::string> read_form(const HttpRequest&, const std::string& body) { return picture_in_form(body); }

std::optional<std::string> read_multipart(const HttpRequest& request, const std::string& body) {
  const auto file = multipart_field(body, request.header("content-type"), "photo");
  return file ? std::optional(std::string(*file)) : std::nullopt;
}

Result<std::string> whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) return Error{Error::Code::kUnavailable, "the upload cannot be read again"};
  return bytes;
}

}  // namespace

void PictureHttp::add_routes(HttpServer& open) {
  open.route(upload("/upload.php", {read_form, tell_form}));
  open.route(upload("/upload", {read_multipart, tell_multipart}));
  open.route("GET", "/upload/{name}",
             [this](HttpRequest request, HttpReply reply) { give(std::move(request), std::move(reply)); });
}

/// A data URL is a third longer, and its escapes a little more.
HttpRoute PictureHttp::upload(const char* path, Way way) {
  HttpRoute route;
  route.method = "POST";
  route.pattern = path;
  route.body_limit = pictures_.options().size * 2 + 64U * 1024;
  route.pace = kPace;
  route.gate = [this, tell = way.tell](HttpRequest& head) { return admit(head, tell); };
  route.sink = [this](const HttpRequest& head, std::optional<std::uint64_t>) -> Result<std::shared_ptr<HttpSink>> {
    auto made = FileSink::make(pictures_.spool(), &pool_);
    if (!made.ok()) return made.error();
    return std::shared_ptr<HttpSink>(
        std::make_shared<PictureSink>(std::move(made).value(), seat_of(head), pictures_.options().reserve));
  };
  route.refusal = [this, tell = way.tell](const HttpRequest& head, int by_server, const std::string& why) {
    const Seat seat = seat_of(head);
    const int status = seat && seat->taken_away() ? 429 : by_server;
    pictures_.refuse(refusal_of(status));
    HttpResponse response = tell(Error{Error::Code::kInvalid, why});
    response.status = status;
    return response;
  };
  route.handler = [this, way](HttpRequest request, const HttpReply& reply) {
    const auto asked = std::make_shared<const HttpRequest>(std::move(request));
    const Status posted =
        painters_.post(asked->peer_ip, [this, way, asked, reply] { reply(way.tell(take(*asked, way.read))); });
    if (posted.ok()) return;
    pictures_.refuse(PictureRefusal::kCrowded);
    reply(way.tell(posted.error()));
  };
  return route;
}

/// The seat is free again when the request has its answer.
std::optional<HttpResponse> PictureHttp::admit(HttpRequest& head, Teller tell) {
  if (auto admitted = pictures_.options().reserve->admit(stated_length(head)); !admitted) {
    pictures_.refuse(PictureRefusal::kSpool);
    return tell(admitted.error());
  }
  auto seat = seats_.take(head.peer_ip);
  if (seat) {
    head.context = std::move(seat);
    return std::nullopt;
  }
  pictures_.refuse(PictureRefusal::kCrowded);
  return tell(Error{Error::Code::kOverloaded, "too many pictures are on their way"});
}

Result<std::string> PictureHttp::take(const HttpRequest& request, Reader read) {
  const auto body = whole_file(static_cast<const PictureSink&>(*request.sink).path());
  if (!body.ok()) {
    pictures_.fail();
    return body.error();
  }
  const auto bytes = read(request, body.value());
  if (!bytes) {
    pictures_.refuse(PictureRefusal::kNoFile);
    return Error{Error::Code::kNotFound, "no picture came with it"};
  }
  const auto name = pictures_.keep(*bytes, request.peer_ip);
  return name.ok() ? Result<std::string>(origin_ + "/upload/" + name.value()) : name.error();
}

void PictureHttp::give(HttpRequest request, HttpReply reply) {
  const auto asked = std::make_shared<const HttpRequest>(std::move(request));
  const Status posted = pool_.post([this, asked, reply] {
    auto content = pictures_.open(std::string(asked->capture("name")));
    if (!content.ok()) {
      const bool none = content.error().code == Error::Code::kNotFound;
      return reply(said(none ? 404 : 503, {{"error", content.error().message}}));
    }
    content.value().headers = {{"Cache-Control", "public, max-age=86400, immutable"},
                               {"Content-Disposition", "inline"},
                               {"Content-Security-Policy", "sandbox; default-src 'none'"},
                               {"Cross-Origin-Resource-Policy", "cross-origin"},
                               {"X-Content-Type-Options", "nosniff"}};
    reply(content_answer(*asked, content.value()));
  });
  if (!posted.ok()) reply(said(503, {{"error", posted.error().message}}));
}

}  // namespace im::logic::webim
