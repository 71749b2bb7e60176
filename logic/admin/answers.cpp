#include "logic/admin/answers.hpp"

#include <boost/json/serialize.hpp>

#include "common/base/utf8.hpp"

namespace im::logic {

HttpResponse answer(int status, const boost::json::value& body) {
  HttpResponse response;
  response.status = status;
  response.body = boost::json::serialize(body) + "\n";
  return response;
}

HttpResponse problem(int status, const char* code, const std::string& text) {
  return answer(status, {{"code", code}, {"error", to_utf8(text)}});
}

}  // namespace im::logic
