// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/rocksdb_journal.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "journal/journal_contract_test.h"

namespace cinnabar {
namespace {

template <SyncPolicy kSync>
std::unique_ptr<Journal> open_kind(const Retention& retention, const std::string& directory) {
  auto journal = open_rocksdb_journal({.path = directory + "/db",
                                       .retention = retention,
                                       .sync = kSync,
                                       .sync_interval = std::chrono::milliseconds(20)});
  if (journal) return std::move(*journal);
  ADD_FAILURE() << journal.error().detail;
  return nullptr;
}

INSTANTIATE_TEST_SUITE_P(Rocksdb, JournalContract,
                         testing::Values(JournalKind{"always", open_kind<SyncPolicy::kAlways>},
                                         JournalKind{"interval", open_kind<SyncPolicy::kInterval>},
                                         JournalKind{"never", open_kind<SyncPolicy::kNever>}));

class RocksdbJournalTest : public testing::Test {
 protected:
  std::unique_ptr<Journal> open(const Retention& retention = {}, SyncPolicy sync = SyncPolicy::kAlways) {
    auto journal = open_rocksdb_journal({.path = path(), .retention = retention, .sync = sync});
    if (!journal) {
      ADD_FAILURE() << journal.error().detail;
      std::abort();
    }
    return std::move(*journal);
  }
  std::unique_ptr<Journal> start(const Retention& retention = {}, SyncPolicy sync = SyncPolicy::kAlways) {
    auto journal = open(retention, sync);
    EXPECT_TRUE(journal->start(tail_).ok());
    return journal;
  }
  std::string path() const { return directory_.path() + "/db"; }

  TempDirectory directory_;
  RecordingTail tail_;
};

// HIST-15: history is there right after a restart, before anything is published.
TEST_F(RocksdbJournalTest, HIST15_EverythingSurvivesARestart) {
  {
    auto journal = start();
    append_all(*journal, {"a", "b", "a", "c"});
    journal->stop();
  }
  auto journal = open();
  EXPECT_EQ(journal->bounds().first, 1u);
  EXPECT_EQ(journal->bounds().last, 4u);
  EXPECT_EQ(read_ids(*journal, 1), (std::vector<std::string>{"a", "b", "a", "c"}));
  EXPECT_EQ(journal->find("a").value(), 1u);
  RecordingTail tail;
  ASSERT_TRUE(journal->start(tail).ok());
  EXPECT_EQ(append_and_wait(*journal, make_update("d")).value(), 5u);
  EXPECT_EQ(tail.events().size(), 1u);
  journal->stop();
}

TEST_F(RocksdbJournalTest, PositionsGoOnWhenAllHistoryIsGone) {
  {
    auto journal = start({.age_ms = 1});
    append_all(*journal, {"a", "b", "c"});
    ASSERT_TRUE(eventually([&] { return journal->bounds().first == 4; }));
    journal->stop();
  }
  for (int restart = 0; restart < 2; ++restart) {
    auto journal = open();
    EXPECT_EQ(journal->bounds().first, 4u);
    EXPECT_EQ(journal->bounds().last, 3u);
    EXPECT_EQ(journal->find("a").value(), std::nullopt);
    EXPECT_TRUE(read_ids(*journal, 4).empty());
  }
  auto journal = start();
  EXPECT_EQ(append_and_wait(*journal, make_update("d")).value(), 4u);
  EXPECT_EQ(journal->find("d").value(), 4u);
}

TEST_F(RocksdbJournalTest, LimitsHoldAfterARestartToo) {
  {
    auto journal = start();
    std::vector<std::string> ids;
    for (int i = 1; i <= 3000; ++i) ids.push_back(std::to_string(i));
    append_all(*journal, ids, 500);
  }
  {
    auto journal = start({.bytes = 500'000});
    ASSERT_TRUE(eventually([&] { return journal->bounds().first > 2000; }));
    EXPECT_LT(journal->bounds().first, 2200u);
  }
  auto journal = start({.count = 5});
  ASSERT_TRUE(eventually([&] { return journal->bounds().first == 2996; }));
  EXPECT_EQ(read_ids(*journal, 2996), (std::vector<std::string>{"2996", "2997", "2998", "2999", "3000"}));
}

TEST_F(RocksdbJournalTest, DiskFollowsTheLimit) {
  constexpr std::uint64_t kLimit = 4 << 20;
  auto journal = start({.bytes = kLimit}, SyncPolicy::kNever);
  std::uint64_t largest = 0;
  for (int round = 0; round < 40; ++round) {
    std::vector<std::string> ids;
    for (int i = 0; i < 500; ++i) ids.push_back("urn:" + std::to_string(round) + ":" + std::to_string(i));
    std::atomic<std::size_t> left = ids.size();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      std::string data(2000, 'x');
      for (std::size_t k = 0; k < data.size(); ++k) {  // hard to compress
        data[k] = static_cast<char>('!' + (k * 7919 + i * 104729 + k * k * (i + 3)) % 93);
      }
      journal->append(make_update(ids[i], data), [&](const Result<Position>& result) {
        EXPECT_TRUE(result.ok());
        --left;
      });
    }
    while (left != 0) std::this_thread::yield();
    std::uint64_t size = 0;
    std::error_code vanished;
    for (const auto& file : std::filesystem::directory_iterator(path())) {
      const auto bytes = file.file_size(vanished);
      if (!vanished) size += bytes;
    }
    largest = std::max(largest, size);
  }
  RecordProperty("largest", std::to_string(largest));
  EXPECT_LT(largest, 5 * kLimit);
}

// A burst that arrives while the disk syncs is one batch: that is what makes many publishers cheap.
TEST_F(RocksdbJournalTest, PublishersShareASync) {
  auto journal = start();
  constexpr int kPublishers = 64;
  constexpr int kEach = 100;
  std::atomic<int> finished = 0;
  std::function<void(int)> publish = [&](int left) {
    if (left == 0) {
      ++finished;
      return;
    }
    journal->append(make_update("x"), [&, left](const Result<Position>& result) {
      EXPECT_TRUE(result.ok());
      publish(left - 1);
    });
  };
  for (int i = 0; i < kPublishers; ++i) publish(kEach);
  ASSERT_TRUE(eventually([&] { return finished == kPublishers; }));
  EXPECT_LE(tail_.batches(), static_cast<std::size_t>(kPublishers * kEach / 8));
}

TEST_F(RocksdbJournalTest, RefusesAnIdThatItsIndexCannotHold) {
  auto journal = start();
  EXPECT_EQ(append_and_wait(*journal, make_update(std::string("a\0b", 3))).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(append_and_wait(*journal, make_update("a")).value(), 1u);
}

}  // namespace
}  // namespace cinnabar
