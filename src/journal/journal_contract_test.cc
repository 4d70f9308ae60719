// SPDX-License-Identifier: Apache-2.0
#include "journal/journal_contract_test.h"

#include <atomic>
#include <set>
#include <thread>

#include "base/clock.h"

namespace cinnabar {

Journal& JournalContract::open(const Retention& retention) {
  journal_ = GetParam().open(retention, directory_.path());
  const auto started = journal_->start(tail_);
  EXPECT_TRUE(started.ok()) << (started ? "" : started.error().detail);
  return *journal_;
}

void JournalContract::TearDown() {
  if (journal_) journal_->stop();
}

namespace {

std::vector<std::string> numbered(int first, int last) {
  std::vector<std::string> ids;
  for (int i = first; i <= last; ++i) ids.push_back("id-" + std::to_string(i));
  return ids;
}

TEST_P(JournalContract, StartsEmpty) {
  Journal& journal = open();
  EXPECT_EQ(journal.bounds().first, 1u);
  EXPECT_EQ(journal.bounds().last, 0u);
  EXPECT_TRUE(journal.health().ok());
  EXPECT_TRUE(read_ids(journal, 1).empty());
  EXPECT_FALSE(journal.find("x")->has_value());
}

TEST_P(JournalContract, OPS_1_AProbeIsNoEvent) {
  Journal& journal = open();
  EXPECT_TRUE(probe_and_wait(journal).ok());
  append_all(journal, {"a", "b"});
  EXPECT_TRUE(probe_and_wait(journal).ok());
  EXPECT_EQ(journal.bounds().last, 2u);
  EXPECT_THAT(read_ids(journal, 1), testing::ElementsAre("a", "b"));
}

TEST_P(JournalContract, CountsItsCommits) {
  Journal& journal = open();
  EXPECT_EQ(journal.retained_bytes(), 0u);
  append_all(journal, {"a", "b", "c"});
  const Histogram& batches = journal.figures().batch_events;
  EXPECT_EQ(batches.sum(), 3u);
  EXPECT_GT(journal.figures().commit_duration.sum(), 0u);
  EXPECT_EQ(journal.figures().failures.value(), 0u);
  EXPECT_GT(journal.retained_bytes(), 30u);
}

TEST_P(JournalContract, OneOrderForEightThreads) {
  Journal& journal = open();
  constexpr int kThreads = 8;
  constexpr int kEach = 250;
  std::atomic<int> done_before_tail = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Position before = 0;
      for (int i = 0; i < kEach; ++i) {
        Result<Position> result =
            append_and_wait(journal, make_update(std::to_string(t) + "/" + std::to_string(i)));
        ASSERT_TRUE(result.ok()) << result.error().detail;
        // PUB-23: by the time a publisher is answered, the tail has seen its event.
        if (tail_.last() < *result) ++done_before_tail;
        EXPECT_GT(*result, before);  // one publisher's updates keep their order
        before = *result;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done_before_tail, 0);

  const auto events = tail_.events();
  ASSERT_EQ(events.size(), static_cast<std::size_t>(kThreads * kEach));
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < events.size(); ++i) {
    ASSERT_EQ(events[i]->position(), i + 1);
    ids.emplace_back(events[i]->id());
  }
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(read_ids(journal, 1), ids);
  EXPECT_EQ(journal.bounds().first, 1u);
  EXPECT_EQ(journal.bounds().last, events.size());
}

TEST_P(JournalContract, ReadsBackWhatWasAppended) {
  Journal& journal = open();
  Update update;
  update.topics = {"https://example.com/a", "b", ""};
  update.data = "two\nlines \xE2\x82\xAC";
  update.id = "urn:uuid:1";
  update.type = "message";
  update.retry = "0010";
  update.is_private = true;
  const auto before = unix_now_ms();
  ASSERT_EQ(append_and_wait(journal, update).value(), 1u);

  const auto batch = journal.read(1, {}, {});
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->events.size(), 1u);
  EXPECT_EQ(batch->next, 2u);
  const Event& read = *batch->events[0];
  const Event& live = *tail_.events().at(0);
  EXPECT_EQ(read.position(), 1u);
  EXPECT_EQ(read.id(), "urn:uuid:1");
  EXPECT_TRUE(read.is_private());
  EXPECT_EQ(std::vector<std::string>(read.topics().begin(), read.topics().end()), update.topics);
  EXPECT_GE(read.time_ms(), before);
  EXPECT_LE(read.time_ms(), unix_now_ms());
  // HIST-4: replayed and live are the same bytes.
  EXPECT_EQ(read.time_ms(), live.time_ms());
  EXPECT_EQ(read.bytes().body(), live.bytes().body());
}

TEST_P(JournalContract, AnswersWhileMoreIsAppendedFromWithinTheAnswer) {
  Journal& journal = open();
  std::atomic<int> answered = 0;
  journal.append(make_update("a"), [&](const Result<Position>& first) {
    EXPECT_TRUE(first.ok());
    journal.append(make_update("b"), [&](const Result<Position>& second) {
      EXPECT_TRUE(second.ok());
      ++answered;
    });
  });
  EXPECT_TRUE(eventually([&] { return answered == 1; }));
  EXPECT_EQ(read_ids(journal, 1), (std::vector<std::string>{"a", "b"}));
}

TEST_P(JournalContract, FilterSeesRoutingAndChooses) {
  Journal& journal = open();
  append_all(journal, numbered(1, 100));
  const EventFilter wants = [](const RoutingView& view) {
    EXPECT_EQ(view.topics.size(), 2u);
    EXPECT_EQ(view.topics[1], "https://example.com/all");
    EXPECT_FALSE(view.is_private);
    return view.topics[0] == "https://example.com/id-7" || view.topics[0] == "https://example.com/id-99";
  };
  EXPECT_EQ(read_ids(journal, 1, wants), (std::vector<std::string>{"id-7", "id-99"}));
  EXPECT_EQ(read_ids(journal, 8, wants), (std::vector<std::string>{"id-99"}));
}

TEST_P(JournalContract, ReadKeepsItsLimits) {
  Journal& journal = open();
  append_all(journal, numbered(1, 1000), 100);
  const EventFilter none = [](const RoutingView&) { return false; };

  auto batch = journal.read(11, {}, {.events = 5});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->events.size(), 5u);
  EXPECT_EQ(batch->events[0]->position(), 11u);
  EXPECT_EQ(batch->next, 16u);

  batch = journal.read(11, none, {.examined = 300});
  ASSERT_TRUE(batch.ok());
  EXPECT_TRUE(batch->events.empty());
  EXPECT_EQ(batch->next, 311u);

  const std::size_t each = tail_.events().at(500)->footprint();
  batch = journal.read(501, {}, {.bytes = 3 * each});
  ASSERT_TRUE(batch.ok());
  EXPECT_GE(batch->events.size(), 3u);
  EXPECT_LE(batch->events.size(), 4u);
  EXPECT_EQ(batch->next, 501 + batch->events.size());

  // At least one, whatever the limits say: a reader always gets on.
  batch = journal.read(1, {}, {.events = 0, .bytes = 0, .examined = 0});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->next, 2u);

  EXPECT_EQ(read_ids(journal, 1, {}, {.events = 7}).size(), 1000u);
  EXPECT_EQ(read_ids(journal, 1, {}, {.bytes = 1}).size(), 1000u);
}

TEST_P(JournalContract, ReadBeyondTheEndIsEmpty) {
  Journal& journal = open();
  append_all(journal, numbered(1, 3));
  for (const Position from : {4u, 5u, 1000u}) {
    const auto batch = journal.read(from, {}, {});
    ASSERT_TRUE(batch.ok());
    EXPECT_TRUE(batch->events.empty());
    EXPECT_EQ(batch->next, from);
  }
  EXPECT_EQ(journal.read(0, {}, {}).error().code, ErrorCode::kExpired);
}

TEST_P(JournalContract, HIST11_FindsTheEarliestOfDuplicates) {
  Journal& journal = open();
  append_all(journal, {"a", "b", "a", "c", "aa", "a"});
  EXPECT_EQ(journal.find("a").value(), 1u);
  EXPECT_EQ(journal.find("b").value(), 2u);
  EXPECT_EQ(journal.find("aa").value(), 5u);
  EXPECT_EQ(journal.find("A").value(), std::nullopt);
  EXPECT_EQ(journal.find("").value(), std::nullopt);
  EXPECT_EQ(journal.find(std::string("a\0", 2)).value(), std::nullopt);
  EXPECT_EQ(read_ids(journal, 2), (std::vector<std::string>{"b", "a", "c", "aa", "a"}));
}

TEST_P(JournalContract, HIST14_FindsAnywhereInALongHistory) {
  Journal& journal = open();
  append_all(journal, numbered(1, 20'000), 1);
  for (const Position position : {1u, 9'999u, 10'001u, 19'998u, 20'000u}) {
    EXPECT_EQ(journal.find("id-" + std::to_string(position)).value(), position);
  }
  EXPECT_EQ(journal.find("id-20001").value(), std::nullopt);
}

TEST_P(JournalContract, RetentionByCount) {
  Journal& journal = open({.count = 10});
  append_all(journal, numbered(1, 2500));
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 2491; }));
  EXPECT_EQ(journal.bounds().last, 2500u);
  EXPECT_EQ(read_ids(journal, 2491), numbered(2491, 2500));
  EXPECT_EQ(journal.read(2490, {}, {}).error().code, ErrorCode::kExpired);
  EXPECT_EQ(journal.read(1, {}, {}).error().code, ErrorCode::kExpired);
  EXPECT_EQ(journal.find("id-2490").value(), std::nullopt);
  EXPECT_EQ(journal.find("id-2491").value(), 2491u);
  EXPECT_EQ(tail_.events().size(), 2500u);
}

TEST_P(JournalContract, HIST11_FindMovesToTheNextDuplicateWhenTheFirstIsDropped) {
  Journal& journal = open({.count = 4});
  append_all(journal, {"a", "b", "a", "c"});
  EXPECT_EQ(journal.find("a").value(), 1u);
  append_all(journal, {"d"});
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 2; }));
  EXPECT_EQ(journal.find("a").value(), 3u);
  append_all(journal, {"a", "e"});
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 4; }));
  EXPECT_EQ(journal.find("a").value(), 6u);
  append_all(journal, {"f", "g", "h"});
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 7; }));
  EXPECT_EQ(journal.find("a").value(), std::nullopt);
}

TEST_P(JournalContract, RetentionByBytes) {
  constexpr std::uint64_t kLimit = 200'000;
  Journal& journal = open({.bytes = kLimit});
  append_all(journal, numbered(1, 1000), 1000);
  ASSERT_TRUE(eventually([&] { return journal.bounds().first > 800; }));
  const JournalBounds bounds = journal.bounds();
  EXPECT_EQ(bounds.last, 1000u);
  // Whatever a journal adds to an event's own kilobyte, it keeps a good part of the limit.
  EXPECT_LT(bounds.first, 1000 - kLimit / 2000);
  EXPECT_EQ(read_ids(journal, bounds.first).size(), bounds.last - bounds.first + 1);
}

TEST_P(JournalContract, RetentionByAge) {
  Journal& journal = open({.age_ms = 1500});
  append_all(journal, {"a", "b"});
  ASSERT_TRUE(eventually([&] { return journal.bounds().first == 3; }));
  EXPECT_EQ(journal.bounds().last, 2u);
  EXPECT_GE(unix_now_ms() - tail_.events().at(0)->time_ms(), 1500);
  EXPECT_EQ(journal.find("a").value(), std::nullopt);
  EXPECT_EQ(journal.read(1, {}, {}).error().code, ErrorCode::kExpired);
  EXPECT_TRUE(journal.read(3, {}, {})->events.empty());
  EXPECT_EQ(append_and_wait(journal, make_update("c")).value(), 3u);
}

TEST_P(JournalContract, ReadersNeverSeeAGapWhileHistoryIsDropped) {
  Journal& journal = open({.count = 100});
  std::atomic<bool> stop = false;
  std::atomic<int> gaps = 0;
  std::thread reader([&] {
    while (!stop) {
      const Position from = journal.bounds().first;
      const auto batch = journal.read(from, {}, {});
      if (!batch) {
        EXPECT_EQ(batch.error().code, ErrorCode::kExpired) << batch.error().detail;
        continue;
      }
      for (std::size_t i = 0; i < batch->events.size(); ++i) {
        if (batch->events[i]->position() != from + i) ++gaps;
      }
    }
  });
  for (int i = 0; i < 20; ++i) append_all(journal, numbered(i * 500 + 1, i * 500 + 500));
  EXPECT_TRUE(eventually([&] { return journal.bounds().first == 9901; }));
  stop = true;
  reader.join();
  EXPECT_EQ(gaps, 0);
}

TEST_P(JournalContract, StopAnswersEverythingThatIsQueued) {
  Journal& journal = open();
  std::atomic<int> stored = 0;
  std::atomic<int> refused = 0;
  constexpr int kUpdates = 2000;
  std::thread publisher([&] {
    for (int i = 0; i < kUpdates; ++i) {
      journal.append(make_update(std::to_string(i)), [&](const Result<Position>& result) {
        if (result.ok()) {
          ++stored;
        } else {
          EXPECT_EQ(result.error().code, ErrorCode::kClosed);
          ++refused;
        }
      });
    }
  });
  while (tail_.last() < 10) std::this_thread::yield();
  journal.stop();
  publisher.join();
  EXPECT_EQ(stored + refused, kUpdates);
  EXPECT_EQ(tail_.events().size(), static_cast<std::size_t>(stored));

  EXPECT_EQ(append_and_wait(journal, make_update("late")).error().code, ErrorCode::kClosed);
  EXPECT_EQ(journal.health().error().code, ErrorCode::kClosed);
  EXPECT_EQ(probe_and_wait(journal).error().code, ErrorCode::kClosed);
  journal.stop();  // harmless
}

TEST_P(JournalContract, RefusesBeforeStart) {
  journal_ = GetParam().open({}, directory_.path());
  EXPECT_EQ(append_and_wait(*journal_, make_update("early")).error().code, ErrorCode::kClosed);
  EXPECT_EQ(probe_and_wait(*journal_).error().code, ErrorCode::kClosed);
}

}  // namespace
}  // namespace cinnabar
