// SPDX-License-Identifier: Apache-2.0
#include "load/scenarios.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <thread>

namespace cinnabar::load {
namespace {

std::string random_topic_base() {
  std::random_device device;
  char text[9];
  std::snprintf(text, sizeof text, "%08x", device());
  return std::string("https%3A%2F%2Fbench.example%2F") + text + "%2F";
}

}  // namespace

const std::vector<ScenarioInfo>& scenarios() {
  static const std::vector<ScenarioInfo> all = {
      {Scenario::kFanout, "fanout", "one topic: every subscriber gets every update"},
      {Scenario::kTopics, "topics", "each subscriber has a topic of its own"},
      {Scenario::kPatterns, "patterns", "each subscriber has a URL pattern of its own"},
      {Scenario::kPublish, "publish", "publishers alone, at full speed"},
      {Scenario::kReplay, "replay", "publishes, then subscribers read it all from history"},
      {Scenario::kConnect, "connect", "opens and closes subscribers at full speed"},
      {Scenario::kIdle, "idle", "opens subscribers and holds them"},
      {Scenario::kMixed, "mixed", "subscribers come, leave and return while publishers are at work"},
      {Scenario::kCustom, "custom", "for experts: nothing but what the options say"},
  };
  return all;
}

std::string_view name_of(Scenario scenario) {
  const auto& all = scenarios();
  return std::find_if(all.begin(), all.end(), [&](const auto& info) { return info.scenario == scenario; })
      ->name;
}

Options defaults_of(Scenario scenario) {
  Options options;
  options.scenario = scenario;
  if (scenario == Scenario::kCustom) return options;
  options.topic_base = random_topic_base();
  options.threads = std::max(std::thread::hardware_concurrency() / 2, 1U);
  options.subscribers = 1000;
  options.publishers = 1;
  options.rate = 100;
  options.duration = 10;
  switch (scenario) {
    case Scenario::kTopics:
    case Scenario::kPatterns:
      options.topics = TopicMode::kEach;
      options.rate = 1000;
      if (scenario == Scenario::kPatterns) options.match = MatchMode::kPatterns;
      break;
    case Scenario::kPublish:
      options.subscribers = 0;
      options.publishers = 64;
      options.rate = 0;
      break;
    case Scenario::kReplay:
      options.subscribers = 100;
      options.publishers = 64;
      options.rate = 0;
      options.duration = 0;
      options.events = 10'000;
      options.last_event_id = "earliest";
      break;
    case Scenario::kConnect:
      options.subscribers = 64;
      options.publishers = 0;
      break;
    case Scenario::kIdle:
      options.subscribers = 10'000;
      options.publishers = 0;
      options.duration = 0;
      options.hold = 10;
      break;
    case Scenario::kMixed:
      options.publishers = 4;
      options.duration = 30;
      options.ramp_time = 15;
      options.churn = 20;
      break;
    case Scenario::kFanout:
    case Scenario::kCustom: break;
  }
  return options;
}

}  // namespace cinnabar::load
