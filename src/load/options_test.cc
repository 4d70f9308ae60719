// SPDX-License-Identifier: Apache-2.0
#include "load/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "load/option_table.h"
#include "load/scenarios.h"

namespace cinnabar::load {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Result<void> set(Options& options, std::string_view name, std::string_view text) {
  const auto& table = option_table();
  const auto spec =
      std::find_if(table.begin(), table.end(), [&](const auto& each) { return each.name == name; });
  return set_option(options, *spec, text);
}

/// What is wrong with a run; empty: nothing.
std::string problem(const Options& options) {
  const auto result = checked(options);
  return result.ok() ? std::string() : result.error().detail;
}

Options complete(Scenario scenario) {
  Options options = defaults_of(scenario);
  options.address = *parse_hub_url("http://127.0.0.1:3000");
  options.token = "t";
  return options;
}

TEST(OptionTable, ReadsNumbersDurationsAndSizes) {
  Options options;
  EXPECT_TRUE(set(options, "--subscribers", "12").ok());
  EXPECT_EQ(options.subscribers, 12U);
  for (const auto& [text, seconds] :
       {std::pair{"2", 2.0}, {"2s", 2.0}, {"500ms", 0.5}, {"1.5m", 90.0}, {"1h", 3600.0}}) {
    EXPECT_TRUE(set(options, "--duration", text).ok()) << text;
    EXPECT_DOUBLE_EQ(options.duration, seconds) << text;
  }
  for (const auto& [text, bytes] :
       {std::pair{"200", 200U}, {"2kB", 2000U}, {"2KiB", 2048U}, {"1MiB", 1048576U}}) {
    EXPECT_TRUE(set(options, "--size", text).ok()) << text;
    EXPECT_EQ(options.size, bytes) << text;
  }
  EXPECT_TRUE(set(options, "--protocol", "0.x").ok());
  EXPECT_TRUE(options.legacy);
  EXPECT_TRUE(set(options, "--topic-prefix", "https://a/ü ").ok());
  EXPECT_EQ(options.topic_base, "https%3A%2F%2Fa%2F%C3%BC%20");
}

TEST(OptionTable, SaysWhatAnOptionMustBe) {
  Options options;
  for (const auto& [name, text] : {std::pair{"--subscribers", "-1"},
                                   {"--subscribers", "many"},
                                   {"--subscribers", "1x"},
                                   {"--subscribers", "5000000000"},
                                   {"--rate", "fast"},
                                   {"--rate", "inf"},
                                   {"--rate", "nan"},
                                   {"--duration", "5 parsecs"},
                                   {"--duration", "-1s"},
                                   {"--size", "1TB"},
                                   {"--pid", "0"},
                                   {"--protocol", "2"},
                                   {"--topics", "all"},
                                   {"--last-event-id", "a\r\nb"}}) {
    const auto result = set(options, name, text);
    ASSERT_FALSE(result.ok()) << name << ' ' << text;
    EXPECT_THAT(result.error().detail, StartsWith(std::string(name) + " must be ")) << text;
    EXPECT_THAT(result.error().detail, HasSubstr(std::string(", got \"") + text + '"'));
  }
}

TEST(Options, DefaultsOfEveryScenarioMakeSense) {
  for (const ScenarioInfo& info : scenarios()) {
    EXPECT_EQ(problem(complete(info.scenario)), "") << info.name;
    EXPECT_EQ(name_of(info.scenario), info.name);
  }
  EXPECT_EQ(checked(complete(Scenario::kTopics))->topic_count, 1000U);
  EXPECT_NE(defaults_of(Scenario::kFanout).topic_base, defaults_of(Scenario::kFanout).topic_base);
}

TEST(Options, SayWhatContradicts) {
  const auto with = [](Scenario scenario, auto&& change) {
    Options options = complete(scenario);
    change(options);
    return problem(options);
  };
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.token.clear(); }), HasSubstr("`cinnabar token"));
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.private_updates = true; }),
              HasSubstr("--subscriber-token"));
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.subscribers = 0; }), HasSubstr("--subscribers"));
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.duration = 0; }),
              HasSubstr("--events or --duration"));
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.size = 29; }), HasSubstr("--size"));
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.publishers = 5000; }), HasSubstr("4096"));
  EXPECT_THAT(with(Scenario::kReplay, [](Options& o) { o.events = 0; }), HasSubstr("--events"));
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.stalled = 1001; }), HasSubstr("--stalled"));
  EXPECT_THAT(with(Scenario::kFanout, [](Options& o) { o.threads = 0; }), HasSubstr("--threads"));
}

TEST(Options, SubscribersAskInBothProtocols) {
  Options options = complete(Scenario::kPatterns);
  options.topic_base = "b%2F";
  EXPECT_EQ(subscribe_query(options, 7, false), "match_urlpattern=b%2F7%2F*");
  options.legacy = true;
  EXPECT_EQ(subscribe_query(options, 7, false), "topic=b%2F7%2F%7Brest%7D");
  options.match = MatchMode::kExact;
  EXPECT_EQ(subscribe_query(options, 7, true), "topic=b%2F7&topic=b%2Ffill");
  options.topics = TopicMode::kStar;
  options.legacy = false;
  EXPECT_EQ(subscribe_query(options, 7, false), "match=*");
}

}  // namespace
}  // namespace cinnabar::load
