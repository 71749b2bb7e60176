#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "tests/system/faults/link_faults.hpp"

namespace im::faults {

struct RouteConfig {
  std::string name;
  std::uint16_t port = 0;  ///< listens on 127.0.0.1
  boost::asio::ip::tcp::endpoint target;
};

/// "NAME=PORT:IP:PORT". Throws std::invalid_argument.
RouteConfig parse_route(const std::string& text);

/// A TCP proxy that hurts connections on command. Runs on one io_context and one thread; faults that are set work on
/// connections that are open, too. "up" is from who connected to the target, "down" the way back.
class FaultProxy {
 public:
  FaultProxy(boost::asio::io_context& context, const std::vector<RouteConfig>& routes, std::uint16_t control_port);
  ~FaultProxy();
  FaultProxy(const FaultProxy&) = delete;
  FaultProxy& operator=(const FaultProxy&) = delete;

  /// One command of the control port; see command_help(). Ends with a newline.
  std::string command(const std::string& line);

 private:
  struct Route;
  struct Connection;
  struct Link;

  void accept(Route& route);
  void accept_control(boost::asio::ip::tcp::acceptor& acceptor);
  std::string set(const std::vector<std::string>& words);
  std::string list() const;

  boost::asio::io_context& context_;
  std::map<std::string, std::unique_ptr<Route>> routes_;
  boost::asio::ip::tcp::acceptor control_;
};

const char* command_help();

}  // namespace im::faults
