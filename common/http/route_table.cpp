#include "common/http/route_table.hpp"

#include <algorithm>

namespace im::http {

const HttpRoute* RouteTable::Place::find(const std::string& method) const {
  auto found = methods.find(method);
  if (found == methods.end() && method == "HEAD") found = methods.find("GET");
  if (found == methods.end()) found = methods.find("*");
  return found == methods.end() ? nullptr : &found->second;
}

const HttpCors* RouteTable::Place::cors() const {
  for (const auto& [method, route] : methods) {
    if (route.cors != nullptr) return route.cors.get();
  }
  return nullptr;
}

bool RouteTable::Place::says_405() const {
  return std::any_of(methods.begin(), methods.end(), [](const auto& row) { return row.second.method_not_allowed; });
}

std::vector<std::string> RouteTable::Place::allow() const {
  std::vector<std::string> names;
  for (const auto& [method, route] : methods) {
    if (method == "*") continue;
    names.push_back(method);
    if (method == "GET" && !methods.contains("HEAD")) names.emplace_back("HEAD");
  }
  return names;
}

void RouteTable::add(HttpRoute route) {
  Place& place = place_of(route.pattern);
  route.stats = std::make_shared<HttpRouteStats>();
  std::string method = route.method;
  place.methods.insert_or_assign(std::move(method), std::move(route));
}

RouteTable::Place& RouteTable::place_of(const std::string& pattern) {
  for (const auto& place : places_) {
    if (place->pattern.text() == pattern) return *place;
  }
  Place& place = *places_.emplace_back(std::make_unique<Place>(Place{RoutePattern(pattern), {}}));
  if (pattern.find('{') == std::string::npos) {
    literals_[pattern] = &place;
  } else {
    const auto at = std::upper_bound(patterns_.begin(), patterns_.end(), &place,
                                     [](const Place* a, const Place* b) { return a->pattern < b->pattern; });
    patterns_.insert(at, &place);
  }
  return place;
}

void RouteTable::each(const std::function<void(const HttpRoute&)>& look) const {
  for (const auto& place : places_)
    for (const auto& [method, route] : place->methods) look(route);
}

RouteTable::Found RouteTable::find(const std::string& method, const std::string& path) const {
  Found first;  // a place that knows the path, but not the method: said only when no other does
  if (const auto literal = literals_.find(path); literal != literals_.end()) {
    first.place = literal->second;
    first.route = first.place->find(method);
    if (first.route != nullptr) return first;
  }
  for (const Place* place : patterns_) {
    auto captures = place->pattern.match(path);
    if (!captures) continue;
    const HttpRoute* route = place->find(method);
    if (route != nullptr) return {route, place, std::move(*captures)};
    if (first.place == nullptr) first.place = place;
  }
  return first;
}

}  // namespace im::http
