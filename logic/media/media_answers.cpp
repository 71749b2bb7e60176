#include "logic/media/media_answers.hpp"

#include "logic/media/disposition.hpp"
#include "logic/requests/answer.hpp"

namespace im::logic::media {

namespace {

HttpResponse json_answer(const Answer& answer) {
  HttpResponse response;
  response.body = to_json(answer) + "\n";
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

}  // namespace

boost::json::object progress_json(const Progress& progress) {
  return {{"media_id", progress.id}, {"offset", progress.offset}, {"size", progress.size}, {"done", progress.done}};
}

HttpResponse failure_answer(const Failure& failure) {
  HttpResponse response = json_answer(failure);
  response.status = http_status(failure.code);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(failure.retry_in).count();
  if (seconds > 0) response.headers.emplace_back("Retry-After", std::to_string(seconds));
  if (failure.code == Code::kNoToken) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

boost::json::object links_json(const Links& links) {
  return {{"urls", links.urls},       {"until_ms", links.until_ms}, {"name", links.name},
          {"mime", links.media.mime}, {"size", links.size},         {"sizes", links.sizes}};
}

HttpResponse download_answer(const HttpRequest& request, Outcome<Download> outcome) {
  if (!outcome.ok()) return failure_answer(outcome.failure());
  Download& download = outcome.value();
  download.content.headers = {{"Cache-Control", "private, max-age=300"},
                              {"Content-Disposition", disposition_of(download.inline_shown, download.file_name)},
                              {"Content-Security-Policy", "sandbox; default-src 'none'"},
                              {"Cross-Origin-Resource-Policy", "cross-origin"},
                              {"Referrer-Policy", "no-referrer"},
                              {"X-Content-Type-Options", "nosniff"}};
  return content_answer(request, download.content);
}

HttpResponse progress_answer(const Outcome<Progress>& outcome) {
  if (!outcome.ok()) return failure_answer(outcome.failure());
  HttpResponse response = json_answer(progress_json(outcome.value()));
  response.headers.emplace_back("Upload-Offset", std::to_string(outcome.value().offset));
  response.headers.emplace_back("Upload-Length", std::to_string(outcome.value().size));
  return response;
}

}  // namespace im::logic::media
