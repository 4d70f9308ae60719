// SPDX-License-Identifier: Apache-2.0
// An instrument that miscounts would pass any hub: what the figures rest on.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "load/histogram.h"
#include "load/http_response.h"
#include "load/payload.h"
#include "load/stream_reader.h"

namespace cinnabar::load {
namespace {

const std::string kStream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nmercure-last-event-id:  a b \r\n"
    "Transfer-Encoding: chunked\r\n\r\n"
    "2\r\n:\n\r\n"
    "12;x=y\r\nid: 1\ndata: one\n\n\n\r\n"  // one event and an empty line more
    "9\r\nid: 2\ndat\r\n"
    "1A\r\na: two\n\nid: 3\ndata: three\n\r\n"
    "1\r\n\n\r\n"
    "0\r\n\r\n";

TEST(StreamReader, FindsEachDataLineHoweverTheBytesAreSplit) {
  for (std::size_t step = 1; step <= kStream.size(); ++step) {
    StreamReader reader;
    std::vector<std::string> data;
    for (std::size_t at = 0; at < kStream.size(); at += step) {
      ASSERT_TRUE(reader.feed(std::string_view(kStream).substr(at, step),
                              [&](std::string_view line) { data.emplace_back(line); }));
    }
    EXPECT_EQ(data, (std::vector<std::string>{"one", "two", "three"})) << "step " << step;
    EXPECT_EQ(reader.status(), 200);
    EXPECT_EQ(reader.resumed_after(), "a b");
    EXPECT_TRUE(reader.ended());
  }
}

TEST(StreamReader, ReadsUntilTheEndWithoutChunks) {
  StreamReader reader;
  int count = 0;
  EXPECT_TRUE(reader.feed("HTTP/1.1 200 OK\r\n\r\ndata: a\n\ndata: b\n\n", [&](auto) { ++count; }));
  EXPECT_EQ(count, 2);
  EXPECT_FALSE(reader.ended());
}

TEST(StreamReader, RefusesWhatIsNotHttp) {
  StreamReader reader;
  EXPECT_FALSE(reader.feed("SSH-2.0-x\r\n\r\n", [](auto) {}));
  StreamReader chunks;
  EXPECT_FALSE(chunks.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", [](auto) {}));
}

TEST(StreamReader, KnowsTheLastCompleteEvent) {
  StreamReader reader;
  reader.keep_ids();
  reader.begin_body(200, "");
  int count = 0;
  const auto feed = [&](std::string_view bytes) { EXPECT_TRUE(reader.feed(bytes, [&](auto) { ++count; })); };
  feed(":\n\nid: a\ndata: 1\n\n");
  EXPECT_EQ(reader.last_id(), "a");
  EXPECT_TRUE(reader.between_events());
  feed("data:2\r\nid:b\r\n");  // counted, but a resume after a would bring it again
  EXPECT_EQ(count, 2);
  EXPECT_EQ(reader.last_id(), "a");
  EXPECT_FALSE(reader.between_events());
  feed("\r\n");
  EXPECT_EQ(reader.last_id(), "b");
  EXPECT_TRUE(reader.between_events());
  reader.begin_again();
  EXPECT_FALSE(reader.head_complete());
  EXPECT_EQ(reader.last_id(), "b");
}

TEST(HttpResponse, BodiesByLengthAndInChunks) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  EXPECT_EQ(body_of(head + "Content-Length: 3\r\n\r\nab"), std::nullopt);
  EXPECT_EQ(body_of(head + "Content-Length: 3\r\n\r\nabc"), "abc");
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < chunked.size(); ++size) {
    EXPECT_EQ(body_of(chunked.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(body_of(chunked), "abc");
}

TEST(HttpResponse, FindsFieldsWithoutCase) {
  constexpr std::string_view kHead = "HTTP/1.1 404 Not Found\r\nA: 1\r\nContent-Length:\t12 \r\nB: 2\r\n";
  EXPECT_EQ(status_of(kHead), 404);
  EXPECT_EQ(field_of(kHead, "content-length"), "12");
  EXPECT_EQ(field_of(kHead, "B"), "2");
  EXPECT_EQ(field_of(kHead, "Content"), "");
}

TEST(Payload, RoundTripsAStampAndKeepsTheSize) {
  std::string data = make_data(200);
  EXPECT_EQ(data.size(), 200U);
  const Stamp stamp{4095, 0xfedcba98, 0x123456789abcdef0};
  write_stamp(data.data(), stamp);
  Stamp read;
  ASSERT_TRUE(read_stamp(data, read));
  EXPECT_EQ(read, stamp);
  data[6] = 'g';
  EXPECT_FALSE(read_stamp(data, read));
  EXPECT_FALSE(read_stamp("short", read));
}

TEST(Histogram, LiveOnesAndDifferences) {
  LiveHistogram live;
  live.add(5);
  Histogram before;
  live.add_to(before);
  live.add(1'000'000);
  Histogram now;
  live.add_to(now);
  now.subtract(before);
  EXPECT_EQ(now.count(), 1U);
  EXPECT_NEAR(static_cast<double>(now.quantile(0.5)), 1e6, 2e4);
  int buckets = 0;
  now.for_each([&](std::uint64_t, std::uint64_t count) { buckets += static_cast<int>(count); });
  EXPECT_EQ(buckets, 1);
}

TEST(Histogram, QuantilesAreRightToTwoPercent) {
  Histogram histogram;
  for (std::uint64_t i = 1; i <= 100'000; ++i) histogram.add(i * 1000);
  EXPECT_EQ(histogram.count(), 100'000U);
  for (const double q : {0.01, 0.5, 0.99, 0.999, 1.0}) {
    const double wanted = q * 1e8;
    EXPECT_NEAR(static_cast<double>(histogram.quantile(q)), wanted, wanted * 0.02) << q;
  }
  Histogram extremes;
  extremes.add(0);
  extremes.add(~std::uint64_t{0});
  EXPECT_EQ(extremes.quantile(0.5), 0U);
  EXPECT_EQ(extremes.quantile(1), ~std::uint64_t{0});
  extremes.merge(histogram);
  EXPECT_EQ(extremes.count(), 100'002U);
}

}  // namespace
}  // namespace cinnabar::load
