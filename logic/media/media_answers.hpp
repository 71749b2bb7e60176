#pragma once

#include <boost/json/object.hpp>

#include "common/http/http_message.hpp"
#include "logic/media/download_service.hpp"
#include "logic/media/upload_service.hpp"

namespace im::logic::media {

/// {"media_id":…,"offset":…,"size":…,"done":…}
boost::json::object progress_json(const Progress& progress);
/// As the answers of requests look (docs/requests.md), with Upload-Offset and Upload-Length. Pure.
HttpResponse progress_answer(const Outcome<Progress>& outcome);
HttpResponse failure_answer(const Failure& failure);
/// {"urls":{…},"until_ms":…,"name":…,"mime":…,"size":…,"sizes":{…}}
boost::json::object links_json(const Links& links);
/// The bytes or a part of them, so that a browser takes them for nothing but what they are.
HttpResponse download_answer(const HttpRequest& request, Outcome<Download> outcome);

}  // namespace im::logic::media
