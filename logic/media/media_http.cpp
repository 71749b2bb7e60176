#include "logic/media/media_http.hpp"

#include <charconv>

#include "common/base/clock.hpp"
#include "common/http/http_server.hpp"
#include "logic/media/media_answers.hpp"
#include "logic/requests/http_answer.hpp"

namespace im::logic::media {

namespace {

constexpr const char* kUploads = "/media/upload/{id}";

/// Who reads has turns of their own: whoever got hold of an address takes none away from what its reader uploads.
std::string reader_of(const LinkTicket& ticket) { return "d" + sender_of(ticket.reader); }

bool states_other_length(const HttpRequest& head, std::uint64_t count) {
  const std::string_view text = head.header("content-length");
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return !text.empty() && length != count;
}

/// What the server refuses for the route, with the code of the upload where there is one.
HttpResponse refusal_answer(const HttpRequest& head, int status, const std::string& why) {
  if (const auto* sink = dynamic_cast<const UploadSink*>(head.sink.get()))
    if (const auto outcome = sink->outcome(); outcome && !outcome->ok()) return failure_answer(outcome->failure());
  return http_refusal(status, why);
}

}  // namespace

Outcome<UploadTicket> MediaHttp::ticket_of(const HttpRequest& request) {
  const std::string_view token = request.bearer();
  if (token.empty()) return refused(Code::kNoToken, "send Authorization: Bearer TOKEN of media.begin");
  auto ticket = signer_.read_upload(token);
  if (!ticket || ticket->id != request.capture("id")) return refused(Code::kForbidden, "not the token of this upload");
  if (ticket->until_ms < unix_ms()) return refused(Code::kForbidden, "the token is over");
  return std::move(*ticket);
}

std::string MediaHttp::range_problem(const HttpRequest& head, const UploadTicket& ticket, ContentRange& range) {
  const auto read = read_content_range(head.header("content-range"));
  if (!read) return "Content-Range: \"bytes FIRST-LAST/SIZE\"";
  range = *read;
  if (range.size != ticket.size) return "Content-Range: the size is another one";
  return states_other_length(head, range.count) ? "Content-Range: the length of the body is another one" : "";
}

HttpResponse MediaHttp::no_ticket(const Failure& failure) {
  ++uploads_.stats().refused_token;
  return failure_answer(failure);
}

std::optional<HttpResponse> MediaHttp::admit_put(HttpRequest& head) {
  auto ticket = ticket_of(head);
  if (!ticket.ok()) return no_ticket(ticket.failure());
  ContentRange range;
  if (const std::string why = range_problem(head, ticket.value(), range); !why.empty()) {
    ++uploads_.stats().refused_range;
    return failure_answer(refused(Code::kBadValue, why));
  }
  head.context = PutAsk{std::move(ticket.value()), range};
  return std::nullopt;
}

void MediaHttp::add_routes(HttpServer& open) {
  HttpRoute put;
  put.method = "PUT";
  put.pattern = kUploads;
  put.body_limit = max_size_;
  put.gate = [this](HttpRequest& head) { return admit_put(head); };
  put.sink = [this](const HttpRequest& head, std::optional<std::uint64_t>) -> Result<std::shared_ptr<HttpSink>> {
    return std::shared_ptr<HttpSink>(
        std::make_shared<UploadSink>(uploads_, pools_, std::any_cast<const PutAsk&>(head.context)));
  };
  put.refusal = refusal_answer;
  put.handler = [](const HttpRequest& request, const HttpReply& reply) {
    reply(progress_answer(*static_cast<const UploadSink&>(*request.sink).outcome()));
  };
  open.route(std::move(put));
  const auto add_get = [&open](const char* pattern, HttpHandler handler) {
    HttpRoute get;
    get.method = "GET";
    get.pattern = pattern;
    get.handler = std::move(handler);
    get.refusal = refusal_answer;
    open.route(std::move(get));
  };
  add_get(kUploads, [this](const HttpRequest& request, HttpReply reply) { tell_progress(request, std::move(reply)); });
  add_get("/media/file/{token}",
          [this](HttpRequest request, HttpReply reply) { give(std::move(request), std::move(reply)); });
}

void MediaHttp::give(HttpRequest request, HttpReply reply) {
  const auto ticket = signer_.read_link(request.capture("token"));
  if (!ticket || ticket->until_ms < unix_ms()) {
    ++downloads_.stats().refused;
    return reply(failure_answer(refused(Code::kForbidden, ticket ? "the address is over" : "no address of ours")));
  }
  const auto asked = std::make_shared<const HttpRequest>(std::move(request));
  const auto posted = pools_.bytes.post(reader_of(*ticket), [this, ticket = *ticket, asked, reply] {
    reply(download_answer(*asked, downloads_.open(ticket)));
  });
  if (posted) return;
  if (posted.error().code != Error::Code::kOverloaded) ++downloads_.stats().away;  // their own share is nobody's fault
  reply(failure_answer(failure_of(posted.error())));
}

void MediaHttp::tell_progress(const HttpRequest& request, HttpReply reply) {
  const auto ticket = ticket_of(request);
  if (!ticket.ok()) return reply(no_ticket(ticket.failure()));
  const auto posted = pools_.bytes.post(sender_of(ticket.value().owner), [this, ticket = ticket.value(), reply] {
    reply(progress_answer(uploads_.progress(ticket)));
  });
  if (!posted) reply(failure_answer(failure_of(posted.error())));
}

}  // namespace im::logic::media
