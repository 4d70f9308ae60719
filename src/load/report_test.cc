// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/chart.h"
#include "load/figures.h"
#include "load/report_html.h"
#include "load/report_json.h"
#include "load/text.h"

namespace cinnabar::load {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Fixture {
  Fixture() {
    options.scenario = Scenario::kFanout;
    options.address = *parse_hub_url("http://127.0.0.1:3000/<hub>&");
    options.token = "very-secret-token";
    options.subscribers = 10;
    options.publishers = 1;
    outcome.loaded = true;
    outcome.ready = 10;
    outcome.published = 100;
    outcome.due = 1000;
    outcome.ledger.deliveries = 1000;
    outcome.ledger.orders = 1;
    outcome.load_seconds = 2;
    for (std::uint64_t i = 1; i <= 1000; ++i) outcome.latency.add(i * 1000);
    for (int i = 1; i < 4; ++i)
      outcome.series.push_back({.at = 1.0 * i, .seconds = 1, .deliveries = 333, .p99_ns = 9000});
  }
  Options options;
  Outcome outcome;
};

TEST(Report, TextsForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(short_duration(850), "850 ns");
  EXPECT_EQ(short_duration(1'234'000), "1.23 ms");
  EXPECT_EQ(short_duration(999'700), "1.00 ms");
  EXPECT_EQ(short_duration(12'000'000'000), "12.0 s");
  EXPECT_EQ(short_size(100), "100 B");
  EXPECT_EQ(short_size(1536), "1.50 KiB");
  EXPECT_EQ(short_count(1500), "1.5k");
  EXPECT_EQ(width_of("1 µs"), 4U);
  EXPECT_DOUBLE_EQ(round_up(3), 5);
  EXPECT_DOUBLE_EQ(round_up(0.02), 0.02);
  EXPECT_EQ(escape_html("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(Report, TableSaysHowItWent) {
  Fixture fixture;
  const std::string table = table_report(fixture.options, fixture.outcome);
  EXPECT_THAT(table, HasSubstr("fanout over HTTP/1.1, http://127.0.0.1:3000/"));
  EXPECT_THAT(table, HasSubstr("of 1,000, 500 per second"));
  EXPECT_THAT(table, HasSubstr("Every event came to every subscriber once, in one order."));
  fixture.outcome.problem = "events were lost";
  fixture.outcome.ledger.lost = 3;
  EXPECT_THAT(table_report(fixture.options, fixture.outcome),
              HasSubstr("Problem: events were lost (3 lost, "));
}

TEST(Report, PageStandsAloneAndKeepsSecrets) {
  const Fixture fixture;
  const std::string page = html_report(fixture.options, fixture.outcome, "bench '<script>'", "1");
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, HasSubstr("/&lt;hub&gt;&amp;"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("secret-token")));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  EXPECT_THAT(page, HasSubstr("name=\"viewport\""));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(page, HasSubstr("Latency of deliveries"));
  EXPECT_THAT(page, HasSubstr("Deliveries per second"));
}

TEST(Report, ChartsOfLittleAreNoTrouble) {
  EXPECT_EQ(percentile_chart("x", Histogram()), "");
  Histogram one;
  one.add(0);
  EXPECT_THAT(percentile_chart("x", one), Not(HasSubstr("nan")));
  EXPECT_EQ(time_chart({"x", {{1, 1}}, short_count}), "");
  EXPECT_THAT(time_chart({"x", {{1, 0}, {2, 0}}, short_count}), Not(HasSubstr("nan")));
}

TEST(Report, JsonHasHistogramAndSeries) {
  const Fixture fixture;
  const std::string json = json_report(fixture.options, fixture.outcome);
  EXPECT_THAT(json, HasSubstr("\"latency_histogram\": [{\"to_ns\": "));
  EXPECT_THAT(json, HasSubstr("\"series\": [{\"at_seconds\": 1, "));
  EXPECT_THAT(json, Not(HasSubstr("secret-token")));
}

}  // namespace
}  // namespace cinnabar::load
