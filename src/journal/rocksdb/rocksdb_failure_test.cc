// SPDX-License-Identifier: Apache-2.0
// A disk that is full or fails while the hub runs (PUB-25), and is mended.
#include <rocksdb/write_batch.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>

#include "journal/journal_test_support.h"
#include "journal/rocksdb/keys.h"
#include "journal/rocksdb/record.h"
#include "journal/rocksdb/rocksdb_journal.h"
#include "journal/rocksdb/store.h"

namespace cinnabar {
namespace {

/// A small file system of its own, when we may mount one.
class SmallDisk {
 public:
  SmallDisk() : path_(directory_.path() + "/disk") {
    std::filesystem::create_directory(path_);
    mounted_ = mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=24m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }
  const std::string& path() const { return path_; }

  /// Takes all the space there is but `leave` bytes.
  void fill(std::size_t leave) const {
    std::ofstream file(filler(), std::ios::binary);
    const std::string page(4096, 'f');
    while (std::filesystem::space(path_).available > leave && file << page << std::flush) {
    }
  }
  void empty() const { std::filesystem::remove(filler()); }

 private:
  std::string filler() const { return path_ + "/filler"; }
  TempDirectory directory_;
  std::string path_;
  bool mounted_ = false;
};

/// Publishes and remembers what was acknowledged.
class Publisher {
 public:
  explicit Publisher(Journal& journal) : journal_(journal) {}

  Result<Position> publish(std::size_t size) {
    const std::string id = "id-" + std::to_string(++counter_);
    std::string data(size, ' ');
    for (char& c : data) c = static_cast<char>('!' + (seed_ = seed_ * 1664525 + 1013904223) / 7 % 90);
    auto result = append_and_wait(journal_, make_update(id, data));
    if (result) acknowledged_[*result] = id;
    return result;
  }

  /// Every acknowledged update is in the journal, at its position, and nothing else is.
  void check(const Journal& journal) const {
    const auto ids = read_ids(journal, 1);
    ASSERT_EQ(ids.size(), acknowledged_.size());
    ASSERT_EQ(journal.bounds().last, ids.size());
    for (const auto& [position, id] : acknowledged_) {
      ASSERT_EQ(ids[position - 1], id);
      ASSERT_EQ(journal.find(id).value(), position);
    }
  }
  void check(const RecordingTail& tail) const {
    const auto events = tail.events();
    ASSERT_EQ(events.size(), acknowledged_.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      ASSERT_EQ(events[i]->position(), i + 1);
      ASSERT_EQ(events[i]->id(), acknowledged_.at(i + 1));
    }
  }

 private:
  Journal& journal_;
  int counter_ = 0;
  std::uint32_t seed_ = 1;
  std::map<Position, std::string> acknowledged_;
};

class RocksdbDiskFull : public testing::TestWithParam<std::size_t> {};

TEST_P(RocksdbDiskFull, RefusesThenGoesOnByItself) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs is not allowed here";
  const std::string path = disk.path() + "/db";
  RecordingTail tail;
  auto opened = open_rocksdb_journal({.path = path, .retention = {}});
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  Journal& journal = **opened;
  ASSERT_TRUE(journal.start(tail).ok());
  Publisher publisher(journal);
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(publisher.publish(1000).ok());

  for (int round = 0; round < 3; ++round) {
    disk.fill(GetParam());
    Result<Position> result = 0;
    for (int i = 0; i < 30'000 && result; ++i) result = publisher.publish(3000);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kNoSpace) << result.error().detail;
    EXPECT_EQ(journal.health().error().code, ErrorCode::kNoSpace);
    for (int i = 0; i < 3; ++i) {
      // A few bytes may still find room; whatever the answer, it must be true.
      result = publisher.publish(100'000);
      if (!result) {
        EXPECT_EQ(result.error().code, ErrorCode::kNoSpace) << result.error().detail;
      }
    }
    publisher.check(journal);  // history can be read meanwhile
    publisher.check(tail);

    disk.empty();
    result = publisher.publish(100);
    ASSERT_TRUE(result.ok()) << "round " << round << ": " << result.error().detail;
    EXPECT_TRUE(journal.health().ok());
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(publisher.publish(1000).ok());
    publisher.check(journal);
    publisher.check(tail);
  }
  journal.stop();
  opened->reset();
  auto again = open_rocksdb_journal({.path = path, .retention = {}});
  ASSERT_TRUE(again.ok()) << again.error().detail;
  publisher.check(**again);
}

TEST(RocksdbProbe, OPS_1_AProbeFindsItWithoutAnyPublisher) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs is not allowed here";
  RecordingTail tail;
  auto opened = open_rocksdb_journal({.path = disk.path() + "/db", .retention = {}});
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  Journal& journal = **opened;
  ASSERT_TRUE(journal.start(tail).ok());
  EXPECT_TRUE(probe_and_wait(journal).ok());
  disk.fill(0);
  const Result<void> full = probe_and_wait(journal);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().code, ErrorCode::kNoSpace) << full.error().detail;
  disk.empty();
  EXPECT_TRUE(eventually([&] { return probe_and_wait(journal).ok(); }));
  EXPECT_EQ(journal.bounds().last, 0u);
  journal.stop();
}

TEST_P(RocksdbDiskFull, HealthRecoversWithoutAnyPublisher) {
  const SmallDisk disk;
  if (!disk.mounted()) GTEST_SKIP() << "mounting a tmpfs is not allowed here";
  RecordingTail tail;
  auto opened = open_rocksdb_journal({.path = disk.path() + "/db", .retention = {}});
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  Journal& journal = **opened;
  ASSERT_TRUE(journal.start(tail).ok());
  disk.fill(GetParam());
  Publisher publisher(journal);
  Result<Position> result = 0;
  for (int i = 0; i < 30'000 && result; ++i) result = publisher.publish(3000);
  ASSERT_FALSE(result.ok());
  disk.empty();
  EXPECT_TRUE(eventually([&] { return journal.health().ok(); }));
  EXPECT_TRUE(publisher.publish(1).ok());
  publisher.check(journal);
  journal.stop();
}

// Full to the last page: the log cannot grow. Some room: files cannot be made from memory.
INSTANTIATE_TEST_SUITE_P(Room, RocksdbDiskFull, testing::Values(0u, 3'000'000u));

/// No file of this process may grow beyond a size while this lives: writes fail with EFBIG,
/// as they do with EIO on a failing disk.
class FailingDisk {
 public:
  explicit FailingDisk(rlim_t largest) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{largest, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FailingDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(RocksdbFailingDisk, RefusesThenGoesOnByItself) {
  const TempDirectory directory;
  RecordingTail tail;
  auto opened = open_rocksdb_journal({.path = directory.path() + "/db", .retention = {}});
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  Journal& journal = **opened;
  ASSERT_TRUE(journal.start(tail).ok());
  Publisher publisher(journal);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(publisher.publish(1000).ok());
  {
    const FailingDisk failing(50'000);
    for (int i = 0; i < 3; ++i) {
      const Result<Position> result = publisher.publish(60'000);
      ASSERT_FALSE(result.ok());
      EXPECT_EQ(result.error().code, ErrorCode::kUnavailable) << result.error().detail;
      EXPECT_EQ(journal.health().error().code, ErrorCode::kUnavailable);
    }
  }
  EXPECT_TRUE(eventually([&] { return publisher.publish(10).ok(); }));
  EXPECT_TRUE(journal.health().ok());
  publisher.check(journal);
  publisher.check(tail);
  journal.stop();
}

// A batch whose sync failed can be found complete in the log. Its publishers were refused and
// the tail never saw it: it must not become history when the database is reopened.
TEST(RocksdbFailingDisk, WhatWasRefusedStaysOut) {
  const TempDirectory directory;
  const std::string path = directory.path() + "/db";
  {
    RecordingTail tail;
    auto journal = open_rocksdb_journal({.path = path, .retention = {}});
    ASSERT_TRUE(journal.ok() && (*journal)->start(tail).ok());
    append_all(**journal, {"a", "b"});
    (*journal)->stop();
  }
  {
    auto store = rocks::Store::open(path, {});
    ASSERT_TRUE(store.ok()) << store.error().detail;
    {
      const auto use = (*store)->lease();
      const rocks::PositionKey key = rocks::position_key(3);
      const std::string record = rocks::encode_record_head(false, UpdateKind::kPublished, 1) +
                                 rocks::encode_record_body(make_update("refused"));
      rocksdb::WriteBatch batch;
      batch.Put(use.events(), {key.data(), key.size()}, record);
      batch.Put(use.ids(), rocks::id_key("refused", 3), {});
      batch.Put(use.meta(), std::string(rocks::Store::kCommittedKey), rocks::Store::counters(3, 999, 3));
      ASSERT_TRUE(use.db().Write({}, &batch).ok());
      const FailingDisk failing(0);
      ASSERT_FALSE(use.db().Put({}, "any", "thing").ok());
    }
    const auto revived = (*store)->revive();
    ASSERT_TRUE(revived.ok()) << revived.error().detail;
    EXPECT_EQ((*store)->ledger().bounds().last, 2u);
  }
  RecordingTail tail;
  auto journal = open_rocksdb_journal({.path = path, .retention = {}});
  ASSERT_TRUE(journal.ok()) << journal.error().detail;
  ASSERT_TRUE((*journal)->start(tail).ok());
  EXPECT_EQ((*journal)->bounds().last, 2u);
  EXPECT_EQ((*journal)->find("refused").value(), std::nullopt);
  EXPECT_EQ(append_and_wait(**journal, make_update("c")).value(), 3u);
  EXPECT_EQ(read_ids(**journal, 1), (std::vector<std::string>{"a", "b", "c"}));
  // The index still has an entry of what was refused, at a position that is now another's.
  EXPECT_EQ((*journal)->find("refused").value(), std::nullopt);
  EXPECT_EQ((*journal)->find("c").value(), 3u);
}

}  // namespace
}  // namespace cinnabar
