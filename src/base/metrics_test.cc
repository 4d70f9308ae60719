// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics_text.h"

namespace cinnabar {
namespace {

constexpr std::array<std::uint64_t, 3> kBounds = {500'000, 1'000'000, 2'000'000'000};
constexpr HistogramScale kScale{kBounds, 1e9};

TEST(Metrics, CountsFromManyThreads) {
  Counter counter;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&counter] {
      for (int n = 0; n < 1000; ++n) counter.add();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 4000);
}

TEST(Metrics, ATallyGoesUpAndDown) {
  Tally tally;
  tally.add(5);
  tally.subtract(2);
  EXPECT_EQ(tally.value(), 3);
  tally.set(9);
  EXPECT_EQ(tally.value(), 9);
}

TEST(Metrics, BoundsBelongToTheirBucket) {
  Histogram histogram(kScale);
  histogram.observe(std::chrono::microseconds(500));
  histogram.observe(std::chrono::nanoseconds(500'001));
  histogram.observe(std::chrono::seconds(3));
  histogram.observe(-std::chrono::seconds(1));  // a clock that was read on another core
  EXPECT_EQ(histogram.bucket(0), 2);
  EXPECT_EQ(histogram.bucket(1), 1);
  EXPECT_EQ(histogram.bucket(2), 0);
  EXPECT_EQ(histogram.bucket(3), 1);
  EXPECT_EQ(histogram.sum(), 3'001'000'001);
}

TEST(Metrics, EveryScaleFits_OPS_4) {
  EXPECT_LE(scales::kLatency.bounds.size(), Histogram::kMaxBounds);
  EXPECT_LE(scales::kCount.bounds.size(), Histogram::kMaxBounds);
}

std::string text_of(MetricsFormat format) {
  MetricsText text(format);
  text.counter("sent_bytes", "Bytes \\ sent\nto \"all\".", "bytes");
  text.sample(std::uint64_t{7}, {{"to", "a\"b\\c\nd"}, {"tls", "true"}});
  text.gauge("streams", "Open ones.");
  text.sample(1.5);
  Histogram one(kScale);
  Histogram other(kScale);
  one.observe(std::uint64_t{1});
  one.observe(std::uint64_t{750'000});
  other.observe(std::uint64_t{750'000});
  other.observe(std::uint64_t{9'000'000'000});
  const std::array<const Histogram*, 2> parts = {&one, &other};
  text.histogram("lag_seconds", "Lag.", "seconds", parts);
  return text.take();
}

TEST(MetricsText, Prometheus_OPS_4) {
  EXPECT_EQ(text_of(MetricsFormat::kPrometheus),
            "# HELP sent_bytes_total Bytes \\\\ sent\\nto \"all\".\n"
            "# TYPE sent_bytes_total counter\n"
            "sent_bytes_total{to=\"a\\\"b\\\\c\\nd\",tls=\"true\"} 7\n"
            "# HELP streams Open ones.\n"
            "# TYPE streams gauge\n"
            "streams 1.5\n"
            "# HELP lag_seconds Lag.\n"
            "# TYPE lag_seconds histogram\n"
            "lag_seconds_bucket{le=\"0.0005\"} 1\n"
            "lag_seconds_bucket{le=\"0.001\"} 3\n"
            "lag_seconds_bucket{le=\"2.0\"} 3\n"
            "lag_seconds_bucket{le=\"+Inf\"} 4\n"
            "lag_seconds_sum 9.001500001\n"
            "lag_seconds_count 4\n");
}

TEST(MetricsText, OpenMetrics_OPS_4) {
  const std::string text = text_of(MetricsFormat::kOpenMetrics);
  EXPECT_EQ(text.substr(0, text.find("# HELP streams")),
            "# HELP sent_bytes Bytes \\\\ sent\\nto \\\"all\\\".\n"
            "# TYPE sent_bytes counter\n"
            "# UNIT sent_bytes bytes\n"
            "sent_bytes_total{to=\"a\\\"b\\\\c\\nd\",tls=\"true\"} 7\n");
  EXPECT_NE(text.find("# TYPE lag_seconds histogram\n# UNIT lag_seconds seconds\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("lag_seconds_count 4\n# EOF\n"));
}

}  // namespace
}  // namespace cinnabar
