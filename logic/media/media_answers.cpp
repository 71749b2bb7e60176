#include "logic/media/media_answers.hpp"

#include "logic/media/disposition.hpp"
#include "logic/requests/http_answer.hpp"

namespace im::logic::media {

boost::json::object progress_json(const Progress& progress) {
  return {{"media_id", progress.id}, {"offset", progress.offset}, {"size", progress.size}, {"done", progress.done}};
}

HttpResponse failure_answer(const Failure& failure) { return http_answer(failure); }

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
  HttpResponse response = http_answer(progress_json(outcome.value()));
  response.headers.emplace_back("Upload-Offset", std::to_string(outcome.value().offset));
  response.headers.emplace_back("Upload-Length", std::to_string(outcome.value().size));
  return response;
}

}  // namespace im::logic::media
