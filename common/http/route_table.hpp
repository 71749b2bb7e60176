#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/http/http_route.hpp"
#include "common/http/route_pattern.hpp"

namespace im::http {

/// The routes of a server. Filled before it starts, then only read, from any thread.
class RouteTable {
 public:
  /// One pattern and what its methods do.
  struct Place {
    RoutePattern pattern;
    std::map<std::string, HttpRoute> methods;

    const HttpRoute* find(const std::string& method) const;
    const HttpCors* cors() const;            ///< of any of its methods
    bool says_405() const;                   ///< one of them wants it
    std::vector<std::string> allow() const;  ///< its methods, and HEAD where there is GET
  };
  struct Found {
    const HttpRoute* route = nullptr;  ///< nullptr: not with this method
    const Place* place = nullptr;      ///< nullptr: no such path
    HttpFields captures;
  };

  /// A second one for the same pattern and method takes its place.
  void add(HttpRoute route);
  /// HEAD is served by GET where it has no route of its own.
  Found find(const std::string& method, const std::string& path) const;
  void each(const std::function<void(const HttpRoute&)>& look) const;

 private:
  Place& place_of(const std::string& pattern);

  std::map<std::string, Place*> literals_;  ///< by path: most routes, found at once
  std::vector<Place*> patterns_;            ///< the more literal first
  std::vector<std::unique_ptr<Place>> places_;
};

}  // namespace im::http
