#include "logic/media/media_admin.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "common/http/http_server.hpp"

namespace im::logic::media {

namespace {

constexpr const char* kCheck = "/admin/v1/media/check";
constexpr std::size_t kMostNamed = 1000;  ///< of each list

HttpResponse admin_answer(int status, const boost::json::object& body) {
  HttpResponse response;
  response.status = status;
  response.body = boost::json::serialize(body) + "\n";
  return response;
}

HttpResponse admin_problem(const Error& error) {
  return admin_answer(503, {{"code", "unavailable"}, {"error", error.message}});
}

bool is_part(const std::string& text) {
  return text.size() <= 2 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

boost::json::array some_of(std::initializer_list<const std::vector<std::string>*> lists) {
  boost::json::array out;
  for (const auto* names : lists)
    for (const std::string& name : *names)
      if (out.size() < kMostNamed) out.emplace_back(name);
  return out;
}

boost::json::object owners_of(const CheckReport& report) {
  boost::json::object out;
  for (const auto& [id, owner] : report.owners) out[id] = owner.value();
  return out;
}

boost::json::object report_json(const CheckReport& report) {
  return {{"too_many", report.too_many},
          {"rows", report.rows},
          {"files", report.files},
          {"lost", some_of({&report.lost})},
          {"strays", some_of({&report.strays, &report.left_over})},
          {"half_put", some_of({&report.half_put})},
          {"miscounted", some_of({&report.miscounted})},
          {"odd", some_of({&report.odd})},
          {"owners", owners_of(report)}};
}

}  // namespace

void MediaAdmin::add_routes(HttpServer& ops) {
  ops.route("GET", kCheck,
            [this](const HttpRequest& request, HttpReply reply) { run(request, std::move(reply), false); });
  ops.route("POST", kCheck,
            [this](const HttpRequest& request, HttpReply reply) { run(request, std::move(reply), true); });
}

void MediaAdmin::run(const HttpRequest& request, HttpReply reply, bool mends) {
  const std::string* part = request.parameter("part");
  if (part == nullptr || !is_part(*part))
    return reply(
        admin_answer(400, {{"code", "invalid"}, {"error", "parameter \"part\" is empty, 0 to f, or 00 to ff"}}));
  const auto posted = pool_.post([this, begin = *part, mends, reply] { reply(checked(begin, mends)); });
  if (!posted) reply(admin_problem(posted.error()));
}

HttpResponse MediaAdmin::checked(const std::string& begin, bool mends) {
  const auto report = check_.look(begin);
  if (!report) return admin_problem(report.error());
  boost::json::object body = report_json(report.value());
  if (mends) {
    const auto mended = check_.mend(report.value());
    if (!mended) return admin_problem(mended.error());
    body["mended"] = mended.value();
  }
  return admin_answer(200, body);
}

}  // namespace im::logic::media
