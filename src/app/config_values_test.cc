// SPDX-License-Identifier: Apache-2.0
#include "app/config_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>

namespace cinnabar {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Durations, Parsed) {
  EXPECT_EQ(*parse_duration("40s"), seconds(40));
  EXPECT_EQ(*parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(*parse_duration("10m"), minutes(10));
  EXPECT_EQ(*parse_duration("1h"), hours(1));
  EXPECT_EQ(*parse_duration("7d"), hours(7 * 24));
  EXPECT_EQ(*parse_duration("1h30m"), minutes(90));
  EXPECT_EQ(*parse_duration("1d2h3m4s5ms"), hours(26) + minutes(3) + seconds(4) + milliseconds(5));
  EXPECT_EQ(*parse_duration("0s"), seconds(0));
  EXPECT_EQ(*parse_duration("0"), seconds(0));
  EXPECT_EQ(*parse_duration("36525d"), hours(36525 * 24));
}

TEST(Durations, Refused) {
  for (const char* text : {"", "40", "s", "-1s", "+1s", "1.5h", "40 s", " 40s", "40s ", "1S", "1us", "1w",
                           "30m1h", "1s1s", "1s2", "forty", "1h-1m", "0x1s"}) {
    const Result<Duration> result = parse_duration(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().detail, R"(must be a duration such as "40s" or "2m")") << text;
  }
  for (const char* text :
       {"36526d", "36525d1ms", "99999999999999999999s", "18446744073709551615h", "18446744073709551615ms"}) {
    const Result<Duration> result = parse_duration(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().detail, "must be a duration of at most 36525d (100 years)") << text;
  }
}

TEST(Durations, FormattedTextsAreReadBack) {
  EXPECT_EQ(format_duration(seconds(0)), "0s");
  EXPECT_EQ(format_duration(seconds(40)), "40s");
  EXPECT_EQ(format_duration(seconds(90)), "90s");
  EXPECT_EQ(format_duration(seconds(600)), "10m");
  EXPECT_EQ(format_duration(hours(24)), "24h");
  EXPECT_EQ(format_duration(hours(48)), "2d");
  for (const Duration duration : {Duration(milliseconds(1)), Duration(milliseconds(1500)),
                                  Duration(seconds(61)), Duration(hours(25)), Duration(hours(36525 * 24))}) {
    EXPECT_EQ(*parse_duration(format_duration(duration)), duration);
  }
}

TEST(Sizes, Parsed) {
  EXPECT_EQ(*parse_size("1MiB"), 1048576U);
  EXPECT_EQ(*parse_size("512KB"), 512'000U);
  EXPECT_EQ(*parse_size("1GiB"), 1073741824U);
  EXPECT_EQ(*parse_size("2TiB"), std::uint64_t{2} << 40);
  EXPECT_EQ(*parse_size("3GB"), 3'000'000'000U);
  EXPECT_EQ(*parse_size("64kib"), 65536U);
  EXPECT_EQ(*parse_size("7B"), 7U);
  EXPECT_EQ(*parse_size("0"), 0U);
  EXPECT_EQ(*parse_size("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
}

TEST(Sizes, Refused) {
  for (const char* text : {"", "MiB", "-1", "1.5MiB", "1 MiB", "1M", "1Mib ", "1MiBB", "one", "1Gi"}) {
    const Result<std::uint64_t> result = parse_size(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().detail, R"(must be a size in bytes such as "1MiB", "512KB" or 65536)") << text;
  }
  for (const char* text : {"18446744073709551616", "16777216TiB"}) {
    const Result<std::uint64_t> result = parse_size(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().detail, "must be a size of less than 16777216TiB") << text;
  }
}

TEST(Sizes, FormattedTextsAreReadBack) {
  EXPECT_EQ(format_size(0), "0");
  EXPECT_EQ(format_size(1024), "1KiB");
  EXPECT_EQ(format_size(1500), "1500");
  for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{1} << 20, std::uint64_t{3} << 40}) {
    EXPECT_EQ(*parse_size(format_size(size)), size);
  }
}

TEST(Counts, ParsedAndRefused) {
  EXPECT_EQ(*parse_count("0"), 0U);
  EXPECT_EQ(*parse_count("1000"), 1000U);
  for (const char* text : {"", "-1", "+1", "1.0", "1k", " 1", "18446744073709551616"}) {
    EXPECT_FALSE(parse_count(text).ok()) << text;
  }
}

TEST(Bools, ParsedAndRefused) {
  EXPECT_TRUE(*parse_bool("true"));
  EXPECT_FALSE(*parse_bool("false"));
  for (const char* text : {"", "yes", "1", "True", "on"}) EXPECT_FALSE(parse_bool(text).ok()) << text;
}

TEST(Lists, SplitAtCommas) {
  EXPECT_THAT(parse_list("a"), ElementsAre("a"));
  EXPECT_THAT(parse_list(" a , b,c "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(parse_list("a,,b,"), ElementsAre("a", "b"));
  EXPECT_THAT(parse_list(" , "), IsEmpty());
  EXPECT_THAT(parse_list(""), IsEmpty());
}

}  // namespace
}  // namespace cinnabar
