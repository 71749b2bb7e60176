// im-faultproxy: a TCP proxy that delays, stalls, cuts and hides ends on command.

#include <cstdio>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>

#include "tests/system/faults/fault_proxy.hpp"

int main(int argc, char** argv) {
  CLI::App app("A TCP proxy that hurts connections on command. Commands come as lines on the control port; try help.");
  std::vector<std::string> routes;
  std::uint16_t control = 0;
  app.add_option("--route", routes, "NAME=PORT:IP:PORT: listen on 127.0.0.1:PORT for that target; repeated")
      ->required();
  app.add_option("--control", control, "port of the commands on 127.0.0.1")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    boost::asio::io_context context{1};
    std::vector<im::faults::RouteConfig> configs;
    for (const auto& route : routes) configs.push_back(im::faults::parse_route(route));
    im::faults::FaultProxy proxy(context, configs, control);
    boost::asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&context](boost::system::error_code, int) { context.stop(); });
    context.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "im-faultproxy: %s\n", error.what());
    return 1;
  }
  return 0;
}
