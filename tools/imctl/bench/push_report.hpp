#pragma once

#include <map>
#include <string>

#include <boost/json/object.hpp>

#include "tools/imctl/bench/push_plans.hpp"
#include "tools/load/push_run.hpp"

namespace im::imctl {

/// Of the servers given by pid: seconds of CPU during the pushes, bytes of memory of one connection. By name.
struct ServerCost {
  std::map<std::string, double> cpu_s;
  std::map<std::string, double> bytes_per_connection;
};

/// The report of a run, from which the table, the page and a comparison are made:
/// `{bench, settings{}, ledger{offered acked refused delivered lost dup reorder phantom closed}, delivery_ms{p50 p90
/// p99 p999}, answer_ms{the same}, per_second{acked delivered}, messages_per_read, cpu_us{NAME} (a push),
/// bytes_per_connection{NAME}, histogram[[from_ms, to_ms, count]], timeline[{second, delivered, p50, p99}]}`. Pure.
boost::json::object push_report(const PushBench& bench, const load::PushRun& run, const ServerCost& cost);

/// Two columns for a terminal. Pure.
std::string push_table(const boost::json::object& report);

/// A number of a report with two places. Pure.
std::string shown_number(const boost::json::value& value);

}  // namespace im::imctl
