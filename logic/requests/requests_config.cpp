#include "logic/requests/requests_config.hpp"

#include "logic/requests/request_limits.hpp"

namespace im::logic {

void describe(config::Options& options, RequestsConfig& config) {
  options.section("requests", "Requests of clients: op 100 and POST /v1/COMMAND (docs/requests.md).");
  options.add("rate", config.rate,
              "Requests a second that one user may send on average, over all devices and commands, to each logic; one "
              "more is answered 4429. 0 = no limit.");
  options.add("burst", config.burst, "How many of them at once.", 1);
  options.add(
      "command_rates", config.command_rates,
      "The same for single commands, \"COMMAND=PER_SECOND/BURST\"; in the place of the defaults, not beside them.");
  options.add("max_open", config.max_open,
              "Most requests without an answer yet on this logic; one more is answered 4503.", 1);
  options.add(
      "origins", config.origins,
      "Web pages of other sites (\"https://chat.example.com\") that may call POST /v1/COMMAND; empty: only those "
      "of the public port itself.");
  options.check([&config]() -> std::string {
    const auto rates = read_rates(config.command_rates);
    return rates.ok() ? "" : "requests.command_rates: " + rates.error().message;
  });
}

}  // namespace im::logic
