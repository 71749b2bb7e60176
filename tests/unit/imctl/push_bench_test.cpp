#include <algorithm>
#include <set>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "tools/imctl/api.hpp"
#include "tools/imctl/bench/push_comparison.hpp"
#include "tools/imctl/bench/push_html.hpp"
#include "tools/imctl/bench/push_report.hpp"
#include "tools/load/push_order.hpp"

namespace im::imctl {
namespace {

namespace json = boost::json;

PushBench bench_of(const char* verb) {
  PushBench bench;
  bench.verb = verb;
  bench.apis = {"127.0.0.1:1"};
  bench.comets = {2};
  bench.connections = 20;
  bench.rate = 100;
  bench.seconds = 1;
  bench.run = 7;
  return bench;
}

/// 100 pushes of 2 ms, two of them late, the last in the third second.
json::object report_of() {
  load::PushRun run;
  run.pushes.sent = 100;
  run.pushes.acked = 99;
  run.pushes.seconds = 2;
  run.judgement.delivered = 200;
  run.judgement.lost = 1;
  run.reads = 50;
  run.by_second.resize(3);
  for (int i = 0; i < 198; ++i) run.by_second[0].add(2'000'000);
  run.by_second[2].add(50'000'000);
  run.by_second[2].add(60'000'000);
  for (const auto& second : run.by_second) run.delivery.add(second);
  return push_report(bench_of("fanout"), run, {{{"comet", 0.5}}, {{"comet", 300}}});
}

bool worse(const std::vector<Difference>& all, const std::string& figure) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Difference& each) { return each.figure == figure; });
  if (found == all.end()) ADD_FAILURE() << "no figure " << figure;
  return found != all.end() && found->worse;
}

/// As it is read from a file.
json::value old_report() { return json::parse(json::serialize(report_of())); }

TEST(PushPlans, EachVerbHasItsTargets) {
  EXPECT_EQ(make_push_plan(bench_of("fanout")).streams.size(), 1U);
  EXPECT_EQ(make_push_plan(bench_of("rooms")).streams.size(), 10U);
  EXPECT_EQ(make_push_plan(bench_of("user")).streams.size(), 20U);
  const load::Plan http = make_push_plan(bench_of("http"));
  EXPECT_EQ(http.receivers.size(), 0U);
  ASSERT_EQ(http.streams.size(), 1U);
  EXPECT_TRUE(http.streams[0].target.ends_with("mids=8000000")) << http.streams[0].target;
}

TEST(PushPlans, AsManyPushesAsTheClockHasMoments) {
  const load::Plan plan = make_push_plan(bench_of("user"));
  EXPECT_EQ(plan.order.size(), 100U);
  for (std::uint32_t stream = 0; stream < 20; ++stream) {
    EXPECT_LE(static_cast<std::size_t>(std::count(plan.order.begin(), plan.order.end(), stream)),
              plan.messages_per_stream);
  }
}

TEST(PushPlans, WhatCannotBeRunIsRefused) {
  PushBench bench = bench_of("rooms");
  bench.rooms = 21;
  EXPECT_THROW(make_push_plan(bench), UsageError);
  bench = bench_of("fanout");
  bench.idle = kMostConnections - 19;
  EXPECT_THROW(make_push_plan(bench), UsageError);
  bench = bench_of("fanout");
  bench.rate = 0.1;
  EXPECT_THROW(make_push_plan(bench), UsageError);
}

TEST(PushOrder, TheFirstRoomGetsMostAndASeedIsARun) {
  const auto order = load::random_order(100, 10'000, 1, 3);
  EXPECT_EQ(order, load::random_order(100, 10'000, 1, 3));
  EXPECT_NE(order, load::random_order(100, 10'000, 1, 4));
  const auto first = std::count(order.begin(), order.end(), 0U), fiftieth = std::count(order.begin(), order.end(), 49U);
  EXPECT_GT(first, 10 * fiftieth);
  EXPECT_EQ(load::most_of_one(order, 100), static_cast<std::size_t>(first));
  const auto alike = load::random_order(10, 10'000, 0, 3);
  EXPECT_LT(load::most_of_one(alike, 10), 1200U);
  EXPECT_EQ(std::set<std::uint32_t>(alike.begin(), alike.end()).size(), 10U);
}

TEST(PushReport, TellsLedgerLatencyAndCost) {
  const json::object report = report_of();
  EXPECT_EQ(report.at("ledger").at("refused").to_number<int>(), 1);
  EXPECT_EQ(report.at("ledger").at("lost").to_number<int>(), 1);
  EXPECT_NEAR(report.at("delivery_ms").at("p50").to_number<double>(), 2, 0.15);
  EXPECT_GT(report.at("delivery_ms").at("p999").to_number<double>(), 49);
  EXPECT_EQ(report.at("cpu_us").at("comet").to_number<double>(), 5000);
  EXPECT_EQ(report.at("messages_per_read").to_number<double>(), 4);
  EXPECT_EQ(report.at("per_second").at("delivered").to_number<double>(), 100);
  ASSERT_EQ(report.at("timeline").as_array().size(), 3U);
  EXPECT_EQ(report.at("timeline").at(2).at("delivered").to_number<int>(), 2);
  std::uint64_t copies = 0;
  for (const json::value& bucket : report.at("histogram").as_array()) copies += bucket.at(2).to_number<std::uint64_t>();
  EXPECT_EQ(copies, 200U);
}

TEST(PushReport, TheTableHasALineForEachFigure) {
  const std::string text = push_table(report_of());
  EXPECT_NE(text.find("ledger lost"), std::string::npos);
  const std::size_t at = text.find("\ncpu_us comet ");
  ASSERT_NE(at, std::string::npos) << text;
  EXPECT_TRUE(text.substr(at + 1, text.find('\n', at + 1) - at - 1).ends_with(" 5000.00")) << text;
}

TEST(PushComparison, TheSameIsNotWorse) {
  for (const Difference& each : compare_reports(old_report(), report_of(), 0)) EXPECT_FALSE(each.worse) << each.figure;
}

TEST(PushComparison, MoreThanTheToleranceIsWorse) {
  json::object now = report_of();
  now["delivery_ms"].as_object()["p99"] = report_of().at("delivery_ms").at("p99").as_double() * 1.3;
  now["delivery_ms"].as_object()["p50"] = report_of().at("delivery_ms").at("p50").as_double() * 1.2;
  now["cpu_us"].as_object()["comet"] = 6500;
  now["ledger"].as_object()["dup"] = 1;
  const auto all = compare_reports(old_report(), now, 0.25);
  EXPECT_TRUE(worse(all, "delivery_ms p99"));
  EXPECT_FALSE(worse(all, "delivery_ms p50"));
  EXPECT_TRUE(worse(all, "cpu_us comet"));
  EXPECT_TRUE(worse(all, "ledger dup"));
  EXPECT_FALSE(worse(all, "ledger lost"));
  EXPECT_NE(comparison_table(all).find("WORSE"), std::string::npos);
}

TEST(PushComparison, LatenciesBelowTheNoiseAreAlike) {
  json::value before = old_report();
  before.as_object()["answer_ms"].as_object()["p50"] = 0.1;
  json::object now = report_of();
  now["answer_ms"].as_object()["p50"] = 0.4;
  EXPECT_FALSE(worse(compare_reports(before, now, 0), "answer_ms p50"));
  now["answer_ms"].as_object()["p50"] = 0.6;
  EXPECT_TRUE(worse(compare_reports(before, now, 0), "answer_ms p50"));
}

TEST(PushComparison, OtherRunsAreNotCompared) {
  json::value other = old_report();
  other.as_object()["settings"].as_object()["rate"] = 50.0;
  EXPECT_THROW(compare_reports(other, report_of(), 0.25), UsageError);
  other = old_report();
  other.as_object()["cpu_us"].as_object().erase("comet");
  EXPECT_THROW(compare_reports(other, report_of(), 0.25), UsageError);
  EXPECT_THROW(compare_reports(json::value(3), report_of(), 0.25), UsageError);
  EXPECT_THROW(compare_reports(json::object(), report_of(), 0.25), UsageError);
}

TEST(PushPage, NamesCannotBecomeMarkup) {
  EXPECT_EQ(html_text("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  json::object report = report_of();
  report["cpu_us"].as_object()["<script>"] = 1.0;
  const std::string page = push_page(report);
  EXPECT_EQ(page.find("<script>"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
}

TEST(PushPage, HasABarForEachBucketAndSecond) {
  const json::object report = report_of();
  const std::string page = push_page(report);
  std::size_t bars = 0;
  for (std::size_t at = page.find("<rect"); at != std::string::npos; at = page.find("<rect", at + 1)) ++bars;
  EXPECT_EQ(bars, report.at("histogram").as_array().size() + 3);
  EXPECT_NE(page.find("<polyline"), std::string::npos);
}

}  // namespace
}  // namespace im::imctl
