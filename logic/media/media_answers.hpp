#pragma once

#include <boost/json/object.hpp>

#include "common/http/http_message.hpp"
#include "logic/media/upload_service.hpp"

namespace im::logic::media {

/// {"media_id":…,"offset":…,"size":…,"done":…}
boost::json::object progress_json(const Progress& progress);
/// As the answers of requests look (docs/requests.md), with Upload-Offset and Upload-Length. Pure.
HttpResponse progress_answer(const Outcome<Progress>& outcome);
HttpResponse failure_answer(const Failure& failure);

}  // namespace im::logic::media
