#include "tools/imctl/bench/push_comparison.hpp"

#include <algorithm>
#include <string_view>

#include <boost/json/serialize.hpp>

#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/push_report.hpp"
#include "tools/imctl/output.hpp"

namespace im::imctl {

namespace json = boost::json;

namespace {

enum class Rule { kNeverMore, kLatency, kCost };
struct Group {
  std::string_view name;
  Rule rule;
};
constexpr Group kGroups[] = {{"ledger", Rule::kNeverMore},
                             {"delivery_ms", Rule::kLatency},
                             {"answer_ms", Rule::kLatency},
                             {"cpu_us", Rule::kCost},
                             {"bytes_per_connection", Rule::kCost}};

/// What was offered and what came of it is no promise that could be broken.
bool counts_good(std::string_view name) { return name == "offered" || name == "acked" || name == "delivered"; }

bool is_worse(Rule rule, double before, double now, double tolerance) {
  if (rule == Rule::kNeverMore) return now > before;
  const double limit = before * (1 + tolerance);
  return now > (rule == Rule::kLatency ? std::max(limit, kNoiseMs) : limit);
}

const json::object& group_of(const json::object& report, std::string_view group) {
  const json::value* const value = report.if_contains(group);
  if (value == nullptr || !value->is_object())
    throw UsageError("--compare: the old report has no \"" + std::string(group) + "\"; is it of imctl bench --json?");
  return value->as_object();
}

double number_of(const json::object& group, std::string_view group_name, std::string_view name) {
  const json::value* const value = group.if_contains(name);
  if (value == nullptr || !value->is_number()) {
    throw UsageError("--compare: the old report has no number \"" + std::string(group_name) + " " + std::string(name) +
                     "\"; give both runs the same --pid");
  }
  return value->to_number<double>();
}

void check_same(const json::object& before, const json::object& now) {
  for (const auto* const name : {"bench", "settings"}) {
    const json::value* const was = before.if_contains(name);
    if (was == nullptr) throw UsageError(std::string("--compare: the old report has no \"") + name + "\"");
    // As text: a number that was written and read again may be of another kind.
    if (json::serialize(*was) != json::serialize(now.at(name))) {
      throw UsageError(std::string("--compare: another ") + name + " cannot be compared: " + json::serialize(*was) +
                       ", now " + json::serialize(now.at(name)));
    }
  }
}

}  // namespace

std::vector<Difference> compare_reports(const json::value& old_report, const json::object& report, double tolerance) {
  if (!old_report.is_object()) throw UsageError("--compare: not a report of imctl bench --json");
  const json::object& before = old_report.as_object();
  check_same(before, report);
  std::vector<Difference> out;
  for (const Group& group : kGroups) {
    const json::object& old_group = group_of(before, group.name);
    for (const auto& [name, value] : report.at(group.name).as_object()) {
      if (group.rule == Rule::kNeverMore && counts_good(name)) continue;
      const double was = number_of(old_group, group.name, name), now = value.to_number<double>();
      out.push_back(
          {std::string(group.name) + " " + std::string(name), was, now, is_worse(group.rule, was, now, tolerance)});
    }
  }
  return out;
}

std::string comparison_table(const std::vector<Difference>& differences) {
  std::vector<Row> rows{{"FIGURE", "BEFORE", "NOW", ""}};
  for (const Difference& each : differences)
    rows.push_back({each.figure, shown_number(each.before), shown_number(each.now), each.worse ? "WORSE" : ""});
  return table(rows);
}

}  // namespace im::imctl
