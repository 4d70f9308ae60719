// SPDX-License-Identifier: Apache-2.0
// What every journal promises about events on subscriptions.
#include <string>
#include <vector>

#include "journal/journal_contract_test.h"

namespace cinnabar {
namespace {

Update on_subscription(const std::string& id, const std::string& topic, UpdateKind kind) {
  Update update = make_update(id, "{\"active\":true}");
  update.topics = {topic};
  update.is_private = true;
  update.kind = kind;
  return update;
}

/// "s0", "e0", "s1", "e1", … : `count` subscriptions that begin and end at once.
void come_and_go(Journal& journal, int count) {
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string topic = "/hub/subscriptions/exact/a/" + number;
    ASSERT_TRUE(
        append_and_wait(journal, on_subscription("s" + number, topic, UpdateKind::kSubscriptionStarted))
            .ok());
    ASSERT_TRUE(
        append_and_wait(journal, on_subscription("e" + number, topic, UpdateKind::kSubscriptionEnded)).ok());
  }
}

TEST_P(JournalContract, KindsOfUpdatesAreKept) {
  Journal& journal = open();
  append_all(journal, {"a"});
  come_and_go(journal, 1);
  const auto batch = journal.read(1, {}, {});
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->events.size(), 3u);
  EXPECT_EQ(batch->events[0]->kind(), UpdateKind::kPublished);
  EXPECT_EQ(batch->events[1]->kind(), UpdateKind::kSubscriptionStarted);
  EXPECT_EQ(batch->events[2]->kind(), UpdateKind::kSubscriptionEnded);
  EXPECT_TRUE(batch->events[2]->is_private());
}

TEST_P(JournalContract, EventsOnSubscriptionsEvictNoUpdates) {
  Journal& journal = open({.count = 10, .bytes = 100'000});
  append_all(journal, {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"});
  come_and_go(journal, 200);
  append_all(journal, {"11"});
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 2; }));
  EXPECT_EQ(journal.find("2").value(), 2u);
  EXPECT_EQ(journal.find("s0").value(), 11u);
  EXPECT_EQ(read_ids(journal, 2).size(), 9u + 400 + 1);
  EXPECT_EQ(journal.bounds().subscriptions_first, 1u);
}

TEST_P(JournalContract, TheLimitOfSubscriptionsDropsTheOldestOfThemAlone) {
  Journal& journal = open({.subscriptions = 10});
  append_all(journal, {"a"});
  come_and_go(journal, 20);
  append_all(journal, {"b"});
  come_and_go(journal, 3);
  append_all(journal, {"c"});
  // 40 events, then 6; the newest 10 of them are 4 of the first lot and the second.
  ASSERT_TRUE(eventually([&] { return journal.bounds().subscriptions_first == 38; }));
  EXPECT_EQ(journal.bounds().first, 1u);
  EXPECT_EQ(journal.bounds().last, 49u);
  const std::vector<std::string> kept = {"a",  "s18", "e18", "s19", "e19", "b", "s0",
                                         "e0", "s1",  "e1",  "s2",  "e2",  "c"};
  EXPECT_EQ(read_ids(journal, 1), kept);
  EXPECT_EQ(read_ids(journal, 20), std::vector<std::string>(kept.begin() + 1, kept.end()))
      << "from within the gap";
  EXPECT_EQ(read_ids(journal, 1, {}, {.events = 1}), kept);
  EXPECT_EQ(read_ids(journal, 1, {}, {.examined = 2}), kept);
  EXPECT_EQ(journal.find("s17").value(), std::nullopt);
  EXPECT_EQ(journal.find("e18").value(), 39u);
  EXPECT_EQ(journal.find("s0").value(), 43u) << "the one with that id which is still there";
  const auto beyond = journal.read(50, {}, {});
  ASSERT_TRUE(beyond.ok());
  EXPECT_EQ(beyond->next, 50u);
}

TEST_P(JournalContract, AGapOfSubscriptionsMayReachTheFront) {
  Journal& journal = open({.count = 2, .subscriptions = 4});
  come_and_go(journal, 10);
  ASSERT_TRUE(eventually([&] { return journal.bounds().subscriptions_first == 17; }));
  append_all(journal, {"a", "b"});
  come_and_go(journal, 1);
  append_all(journal, {"c", "d"});
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 23 && journal.bounds().last == 26; }));
  EXPECT_EQ(read_ids(journal, 23), (std::vector<std::string>{"s0", "e0", "c", "d"}));
  EXPECT_EQ(journal.read(22, {}, {}).error().code, ErrorCode::kExpired);
}

TEST_P(JournalContract, AgeIsForEventsOnSubscriptionsToo) {
  Journal& journal = open({.age_ms = 1500});
  append_all(journal, {"a"});
  come_and_go(journal, 2);
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 6; }));
  EXPECT_EQ(journal.find("e1").value(), std::nullopt);
}

}  // namespace
}  // namespace cinnabar
