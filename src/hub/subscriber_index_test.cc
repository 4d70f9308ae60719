// SPDX-License-Identifier: Apache-2.0
#include "hub/subscriber_index.h"

#include <gtest/gtest.h>

#include <random>

#include "base/blocking_pool.h"
#include "base/log.h"
#include "base/loop.h"
#include "hub/shard.h"
#include "hub/testing/fakes.h"

namespace cinnabar {
namespace {

using testing::FakeJournal;
using testing::FakeSink;
using testing::on_loop;
using testing::Wire;

EventPtr event_on(std::vector<std::string> topics, Position position) {
  Update update;
  update.topics = std::move(topics);
  update.id = std::to_string(position);
  return Event::make(update, position, 0);
}

// What the index must find, said as simply as possible: ask every matcher set.
TEST(SubscriberIndex, RandomRunsAgreeWithNaiveMatching) {
  Loop loop;
  loop.start();
  FakeJournal journal;
  BlockingPool pool(1);
  Shard shard(loop, journal, pool, {});
  std::minstd_rand random(7);
  const auto topic = [&] { return std::string(1, static_cast<char>('a' + random() % 12)); };
  struct Known {
    Wire wire;
    MatcherSet matchers;
    Subscriber* subscriber;
    std::string expected = ":\n";
  };
  std::vector<std::unique_ptr<Known>> known;
  Position position = 0;
  set_log_level(LogLevel::kError);
  for (int step = 0; step < 20'000; ++step) {
    const auto dice = random() % 10;
    if (dice < 3 && known.size() < 60) {
      std::vector<Matcher> matchers;
      for (auto i = random() % 4 + 1; i > 0; --i) {
        matchers.emplace_back(MatcherType::kExact, random() % 15 == 0 ? "*" : topic());
      }
      auto made = std::make_unique<Known>();
      SubscriberSpec spec;
      spec.matchers = made->matchers = MatcherSet(matchers);
      on_loop(loop, [&] {
        made->subscriber = &shard.add(spec, std::make_unique<FakeSink>(made->wire));
        shard.start(*made->subscriber);
      });
      known.push_back(std::move(made));
    } else if (dice < 5 && !known.empty()) {
      const auto at = known.begin() + static_cast<std::ptrdiff_t>(random() % known.size());
      on_loop(loop, [&] {
        EXPECT_EQ((*at)->wire.text, (*at)->expected) << "step " << step;
        shard.remove(*(*at)->subscriber, "test");
      });
      known.erase(at);
    } else {
      std::vector<std::string> topics = {topic()};
      if (random() % 2) topics.push_back(topic());
      const EventPtr event = event_on(topics, ++position);
      for (const auto& one : known) {
        if (one->matchers.selects(event->topics())) one->expected += event->bytes().body();
      }
      shard.push({&event, 1});
    }
  }
  on_loop(loop, [&] {
    for (const auto& one : known) {
      EXPECT_EQ(one->wire.text, one->expected);
      shard.remove(*one->subscriber, "test");
    }
  });
}

}  // namespace
}  // namespace cinnabar
