// SPDX-License-Identifier: Apache-2.0
#include "journal/memory/memory_journal.h"

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "journal/journal_contract_test.h"
#include "journal/memory/history.h"

namespace cinnabar {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, JournalContract,
                         testing::Values(JournalKind{"memory",
                                                     [](const Retention& retention, const std::string&) {
                                                       return make_memory_journal({retention});
                                                     }}));

EventPtr event(const std::string& id, Position position, std::int64_t time_ms = 0, std::size_t size = 1) {
  return Event::make(make_update(id, std::string(size, 'x')), position, time_ms);
}

TEST(History, CountHoldsAtAnyTime) {
  History history({.count = 3});
  for (Position p = 1; p <= 10; ++p) {
    history.add(event(std::to_string(p), p), 0);
    EXPECT_EQ(history.bounds().last, p);
    EXPECT_EQ(history.bounds().first, p <= 3 ? 1 : p - 2);
  }
  EXPECT_EQ(history.find("7"), std::nullopt);
  EXPECT_EQ(history.find("8"), 8u);
  EXPECT_EQ(history.at(9)->id(), "9");
}

TEST(History, BytesHoldAtAnyTimeAndOneTooLargeLeavesAtOnce) {
  const std::size_t small = event("1", 1)->footprint();
  History history({.bytes = 10 * (small + 64)});
  for (Position p = 1; p <= 100; ++p) history.add(event("1", p), 0);
  EXPECT_GE(history.bounds().first, 90u);
  EXPECT_LE(history.bounds().first, 93u);
  history.add(event("big", 101, 0, 100'000), 0);
  EXPECT_EQ(history.bounds().first, 102u);
  EXPECT_EQ(history.bounds().last, 101u);
  EXPECT_EQ(history.find("1"), std::nullopt);
  EXPECT_EQ(history.find("big"), std::nullopt);
  history.add(event("1", 102), 0);
  EXPECT_EQ(history.find("1"), 102u);
}

TEST(History, AgeIsThatOfTheCommit) {
  History history({.age_ms = 100});
  history.add(event("a", 1, 1000), 1000);
  history.add(event("b", 2, 1050), 1050);
  history.expire(1099);
  EXPECT_EQ(history.bounds().first, 1u);
  history.expire(1100);
  EXPECT_EQ(history.bounds().first, 2u);
  history.add(event("c", 3, 1200), 1200);
  EXPECT_EQ(history.bounds().first, 3u);
}

// HIST-11: an index that has seen many evictions still agrees with a scan.
TEST(History, IndexAgreesWithAScan) {
  History history({.count = 20});
  for (Position p = 1; p <= 2000; ++p) {
    history.add(event(std::to_string(p * p % 7), p), 0);
    for (int id = 0; id < 7; ++id) {
      std::optional<Position> scanned;
      for (Position q = history.bounds().last; q >= history.bounds().first; --q) {
        if (history.at(q)->id() == std::to_string(id)) scanned = q;
      }
      ASSERT_EQ(history.find(std::to_string(id)), scanned) << "id " << id << " at " << p;
    }
  }
}

// The same when events are dropped out of the middle, which leaves slots behind that must not pile up.
TEST(History, IndexAgreesWithAScanAcrossGaps) {
  std::minstd_rand dice(3);
  for (const std::uint64_t count : {0U, 30U}) {
    History history({.count = count, .subscriptions = 15});
    std::vector<EventPtr> all;
    for (Position p = 1; p <= 3000; ++p) {
      Update update = make_update(std::to_string(dice() % 9));
      if (dice() % 10 != 0) update.kind = UpdateKind::kSubscriptionStarted;
      history.add(Event::make(update, p, 0), 0);
      const JournalBounds bounds = history.bounds();
      ASSERT_EQ(bounds.last, p);
      std::vector<std::optional<Position>> scanned(9);
      std::size_t published = 0;
      std::size_t others = 0;
      for (Position q = bounds.last; q >= bounds.first; --q) {
        const Event* const found = history.at(q);
        if (found == nullptr) {
          ASSERT_LT(q, bounds.subscriptions_first) << "a gap where there must be none";
          continue;
        }
        ASSERT_EQ(found->position(), q);
        scanned[static_cast<std::size_t>(std::stoi(std::string(found->id())))] = q;
        ++(found->kind() == UpdateKind::kPublished ? published : others);
      }
      for (std::size_t id = 0; id < 9; ++id) ASSERT_EQ(history.find(std::to_string(id)), scanned[id]) << p;
      ASSERT_LE(others, 15u);
      if (count != 0) {
        ASSERT_LE(published, count);
      }
      ASSERT_LE(history.slots(), 2 * (published + others) + 64);
      all.clear();
      const Position from = bounds.first + dice() % (bounds.last - bounds.first + 1);
      ASSERT_EQ(history.copy(from, history.slots(), all), p + 1);
      if (!all.empty()) {
        ASSERT_GE(all.front()->position(), from);
      }
    }
  }
}

}  // namespace
}  // namespace cinnabar
