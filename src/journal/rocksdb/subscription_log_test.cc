// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/subscription_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "journal/journal_test_support.h"
#include "journal/rocksdb/rocksdb_journal.h"

namespace cinnabar {
namespace {

class SubscriptionLog : public testing::Test {
 protected:
  static Update update(const std::string& topic, UpdateKind kind, const std::string& data = "x") {
    static int number = 0;
    Update made = make_update("id" + std::to_string(++number), data);
    made.topics = {topic};
    made.kind = kind;
    return made;
  }
  static Update start(const std::string& topic, const std::string& data = "x") {
    return update(topic, UpdateKind::kSubscriptionStarted, data);
  }
  static Update end(const std::string& topic) { return update(topic, UpdateKind::kSubscriptionEnded); }

  /// Opens, appends what there is, answers what was open when it was opened, and stops.
  std::vector<std::string> run(std::vector<Update> updates, const Retention& retention = {}) {
    auto journal = open_rocksdb_journal({.path = directory_.path() + "/db", .retention = retention});
    if (!journal.ok()) {
      ADD_FAILURE() << journal.error().detail;
      return {};
    }
    std::vector<std::string> topics;
    const auto open = (*journal)->open_subscriptions();
    EXPECT_TRUE(open.ok()) << open.error().detail;
    for (const EventPtr& event : *open) {
      EXPECT_EQ(event->kind(), UpdateKind::kSubscriptionStarted);
      topics.emplace_back(event->topics().front());
      bodies_ += event->bytes().body();
    }
    RecordingTail tail;
    EXPECT_TRUE((*journal)->start(tail).ok());
    for (Update& each : updates) EXPECT_TRUE(append_and_wait(**journal, std::move(each)).ok());
    if (retention.count != 0) {
      EXPECT_TRUE(eventually([&] { return (*journal)->bounds().first > 1; }));
    }
    if (retention.subscriptions != 0) {
      EXPECT_TRUE(eventually([&] { return (*journal)->bounds().subscriptions_first > 1; }));
    }
    (*journal)->stop();
    return topics;
  }
  using Topics = std::vector<std::string>;

  TempDirectory directory_;
  std::string bodies_;
};

TEST_F(SubscriptionLog, WhatIsOpenIsFoundAgain) {
  EXPECT_EQ(run({start("b"), start("a"), start("c"), end("a")}), Topics{});
  EXPECT_EQ(run({}), (Topics{"b", "c"})) << "in the order in which they began";
  EXPECT_EQ(run({end("b")}), (Topics{"b", "c"}));
  EXPECT_EQ(run({end("c"), start("a")}), Topics{"c"});
  EXPECT_EQ(run({}), Topics{"a"});
}

TEST_F(SubscriptionLog, WhatBeginsAnewIsOpen) {
  run({start("a", "first"), end("a"), start("a", "second"), start("b", "old"), start("b", "new")});
  EXPECT_EQ(run({}), (Topics{"a", "b"}));
  EXPECT_EQ(bodies_.find("first"), std::string::npos);
  EXPECT_EQ(bodies_.find("old"), std::string::npos);
  EXPECT_NE(bodies_.find("second"), std::string::npos);
  EXPECT_NE(bodies_.find("new"), std::string::npos);
  run({end("a"), end("b")});
  EXPECT_EQ(run({}), Topics{}) << "the end ends all beginnings before it";
}

TEST_F(SubscriptionLog, RetentionForgetsNobodyWhoIsThere) {
  std::vector<Update> updates;
  updates.push_back(start("early"));
  for (int i = 0; i < 50; ++i) updates.push_back(make_update("p" + std::to_string(i)));
  run(std::move(updates), {.count = 5});
  EXPECT_EQ(run({}), Topics{"early"});
  updates.clear();
  for (int i = 0; i < 50; ++i) {
    updates.push_back(start("t" + std::to_string(i)));
    updates.push_back(end("t" + std::to_string(i)));
  }
  run(std::move(updates), {.subscriptions = 7});
  EXPECT_EQ(run({end("early")}), Topics{"early"});
  EXPECT_EQ(run({}), Topics{});
}

TEST_F(SubscriptionLog, CountersAndGapsSurviveARestart) {
  std::vector<Update> updates = {};
  for (int i = 0; i < 20; ++i) updates.push_back(start("t" + std::to_string(i)));
  run(std::move(updates), {.subscriptions = 5});
  const auto journal =
      open_rocksdb_journal({.path = directory_.path() + "/db", .retention = {.subscriptions = 5}});
  ASSERT_TRUE(journal.ok()) << journal.error().detail;
  EXPECT_EQ((*journal)->bounds().subscriptions_first, 16u);
  EXPECT_EQ((*journal)->open_subscriptions()->size(), 20u);
  EXPECT_EQ(read_ids(**journal, 1).size(), 5u);
  RecordingTail tail;
  ASSERT_TRUE((*journal)->start(tail).ok());
  EXPECT_TRUE(append_and_wait(**journal, start("more")).ok());
  EXPECT_TRUE(eventually([&] { return (*journal)->bounds().subscriptions_first == 17; }));
}

// What a batch whose sync failed has left in the log was never acknowledged: neither its beginnings nor its
// ends.
TEST_F(SubscriptionLog, WhatWasNotAcknowledgedIsUndone) {
  run({start("a"), start("b")});
  const std::string path = directory_.path() + "/db";
  auto opened = rocks::Store::open(path, {});
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  const rocks::Store& store = **opened;
  const auto use = store.lease();
  {
    rocksdb::WriteBatch batch;
    const rocksdb::Slice record("record");
    rocks::log_subscription(batch, use, start("c"), 3, {&record, 1});
    rocks::log_subscription(batch, use, end("a"), 4, {});
    ASSERT_TRUE(use.db().Write({}, &batch).ok());
  }
  EXPECT_EQ(rocks::read_closed(store, use)->size(), 1u);
  rocksdb::WriteBatch undo;
  ASSERT_TRUE(rocks::forget_after(undo, path, use.db(), use.subscriptions(), 2).ok());
  ASSERT_TRUE(use.db().Write({}, &undo).ok());
  const auto open = rocks::read_open(store, use);
  ASSERT_TRUE(open.ok()) << open.error().detail;
  ASSERT_EQ(open->size(), 2u);
  EXPECT_EQ(open->front()->topics().front(), "a");
  EXPECT_EQ(*rocks::count_logged(path, use.db(), use.subscriptions()), 2u);
}

}  // namespace
}  // namespace cinnabar
