// SPDX-License-Identifier: Apache-2.0
// What a journal finds when it is opened, and what it says of it.
#include <gmock/gmock.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "journal/journal_test_support.h"
#include "journal/rocksdb/rocksdb_journal.h"

namespace cinnabar {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RocksdbOpen : public testing::Test {
 protected:
  std::string path() const { return directory_.path() + "/db"; }

  Error refusal(const std::string& where) {
    auto journal = open_rocksdb_journal({.path = where, .retention = {}});
    EXPECT_FALSE(journal.ok());
    if (journal) return {};
    EXPECT_THAT(journal.error().detail, HasSubstr(where));
    return journal.error();
  }

  /// A journal with `count` events that was stopped.
  void write(int count) {
    auto journal = open_rocksdb_journal({.path = path(), .retention = {}});
    ASSERT_TRUE(journal.ok()) << journal.error().detail;
    RecordingTail tail;
    ASSERT_TRUE((*journal)->start(tail).ok());
    for (int i = 1; i <= count; ++i) {
      ASSERT_TRUE(append_and_wait(**journal, make_update(std::to_string(i), std::string(1000, 'x'))).ok());
    }
    (*journal)->stop();
  }

  std::string newest_log() const {
    std::string newest;
    for (const auto& file : fs::directory_iterator(path())) {
      if (file.path().extension() == ".log") newest = std::max(newest, file.path().string());
    }
    return newest;
  }

  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::directory_iterator(path())) {
      std::ostringstream text;
      text << std::ifstream(file.path(), std::ios::binary).rdbuf();
      files[file.path().filename().string()] = text.str();
    }
    return files;
  }

  static void overwrite(const std::string& file, std::uint64_t offset, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(offset));
    stream << bytes;
  }

  TempDirectory directory_;
};

TEST_F(RocksdbOpen, AFile) {
  std::ofstream(path()) << "precious";
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.detail, HasSubstr("it is a file"));
  EXPECT_EQ(fs::file_size(path()), 8u);
  EXPECT_EQ(refusal(path() + "/below").code, ErrorCode::kInvalid);
}

TEST_F(RocksdbOpen, AMissingParent) {
  const Error error = refusal(directory_.path() + "/not/there");
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.detail, HasSubstr("its parent directory does not exist"));
}

TEST_F(RocksdbOpen, ADirectoryOfOtherThings) {
  fs::create_directory(path());
  std::ofstream(path() + "/photo.jpg") << "precious";
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.detail, HasSubstr("photo.jpg"));
  EXPECT_EQ(contents().size(), 1u);
}

TEST_F(RocksdbOpen, AnEmptyDirectoryAndAFreshFileSystem) {
  fs::create_directory(path());
  fs::create_directory(path() + "/lost+found");
  write(1);
}

TEST_F(RocksdbOpen, ADirectoryThatMayNotBeWritten) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  fs::create_directory(path());
  fs::permissions(path(), fs::perms::owner_read | fs::perms::owner_exec);
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.detail, HasSubstr("cannot write"));
}

TEST_F(RocksdbOpen, InUse) {
  auto first = open_rocksdb_journal({.path = path(), .retention = {}});
  ASSERT_TRUE(first.ok());
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kLocked);
  EXPECT_THAT(error.detail, HasSubstr("another process"));
  first->reset();
  EXPECT_TRUE(open_rocksdb_journal({.path = path(), .retention = {}}).ok());
}

TEST_F(RocksdbOpen, ANewerFormat) {
  write(1);
  {
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    ASSERT_TRUE(rocksdb::DB::Open({}, path(),
                                  {{"default", {}}, {"events", {}}, {"ids", {}}, {"subscriptions", {}}},
                                  &families, &opened)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    rocksdb::ColumnFamilyHandle* extra = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "of the future", &extra).ok());
    ASSERT_TRUE(db->Put({}, "format", "7").ok());
    families.push_back(extra);
    for (auto* family : families) ASSERT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
  }
  const auto before = contents();
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.detail, HasSubstr("format 7"));
  EXPECT_THAT(error.detail, HasSubstr("up to 2"));
  EXPECT_EQ(contents(), before);
}

TEST_F(RocksdbOpen, AnOlderFormatIsTakenOver) {
  write(5);
  {
    // As format 1 was: no family of subscriptions, two numbers a counter.
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    ASSERT_TRUE(rocksdb::DB::Open({}, path(),
                                  {{"default", {}}, {"events", {}}, {"ids", {}}, {"subscriptions", {}}},
                                  &families, &opened)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    ASSERT_TRUE(db->Put({}, "format", "1").ok());
    std::string counters;
    ASSERT_TRUE(db->Get({}, "committed", &counters).ok());
    ASSERT_TRUE(db->Put({}, "committed", counters.substr(0, counters.rfind(' '))).ok());
    ASSERT_TRUE(db->DropColumnFamily(families[3]).ok());
    for (auto* family : families) ASSERT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
  }
  for (int round = 0; round < 2; ++round) {
    auto journal = open_rocksdb_journal({.path = path(), .retention = {.count = 3}});
    ASSERT_TRUE(journal.ok()) << journal.error().detail;
    EXPECT_EQ((*journal)->bounds().last, 5u);
    RecordingTail tail;
    ASSERT_TRUE((*journal)->start(tail).ok());
    EXPECT_TRUE(eventually([&] { return (*journal)->bounds().first == 3; })) << "the count is right";
    EXPECT_EQ(read_ids(**journal, 3).size(), 3u);
    (*journal)->stop();
  }
}

TEST_F(RocksdbOpen, SomebodyElsesDatabase) {
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, path(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    ASSERT_TRUE(db->Put({}, "theirs", "precious").ok());
  }
  const auto before = contents();
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.detail, HasSubstr("not written by Cinnabar"));
  EXPECT_EQ(contents(), before);
}

// Killed between the making of the database and its first write.
TEST_F(RocksdbOpen, AnEmptyUnmarkedDatabaseIsOurs) {
  {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, path(), &opened).ok());
    delete opened;
  }
  write(2);
}

TEST_F(RocksdbOpen, ATornLastWriteIsWhatACrashLeaves) {
  write(20);
  const std::string log = newest_log();
  // Through the mark that a clean stop leaves, and into the last update.
  fs::resize_file(log, fs::file_size(log) - 200);
  auto journal = open_rocksdb_journal({.path = path(), .retention = {}});
  ASSERT_TRUE(journal.ok()) << journal.error().detail;
  EXPECT_EQ((*journal)->bounds().last, 19u);
  EXPECT_EQ(read_ids(**journal, 1).size(), 19u);
}

TEST_F(RocksdbOpen, DamageInTheMiddleOfTheLogIsToldAndNothingIsChanged) {
  write(20);
  const std::string log = newest_log();
  overwrite(log, fs::file_size(log) / 2, "damage");
  const auto before = contents();
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.detail, HasSubstr("the database is damaged"));
  EXPECT_THAT(error.detail, HasSubstr("nothing was changed; restore a backup or move the directory away"));
  EXPECT_EQ(contents(), before);
}

TEST_F(RocksdbOpen, ADamagedManifest) {
  write(1);
  write(1);
  for (const auto& [name, text] : contents()) {
    if (name.starts_with("MANIFEST-")) overwrite(path() + "/" + name, text.size() / 2, "damage");
  }
  const auto before = contents();
  EXPECT_EQ(refusal(path()).code, ErrorCode::kCorrupt);
  EXPECT_EQ(contents(), before);
}

TEST_F(RocksdbOpen, AMissingFile) {
  write(1);
  write(1);  // opening moves what the log held into a file
  for (const auto& [name, text] : contents()) {
    if (name.ends_with(".sst")) fs::remove(path() + "/" + name);
  }
  const Error error = refusal(path());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt) << error.detail;
}

TEST_F(RocksdbOpen, ADamagedFileIsToldByTheReaderThatMeetsIt) {
  write(200);
  write(1);
  std::string largest;
  for (const auto& [name, text] : contents()) {
    if (name.ends_with(".sst") && (largest.empty() || text.size() > fs::file_size(largest)))
      largest = path() + "/" + name;
  }
  ASSERT_FALSE(largest.empty());
  overwrite(largest, fs::file_size(largest) / 3, "damage");
  auto journal = open_rocksdb_journal({.path = path(), .retention = {}});
  if (!journal) {
    EXPECT_EQ(journal.error().code, ErrorCode::kCorrupt) << journal.error().detail;
    return;
  }
  Result<ReadBatch> batch = (*journal)->read(1, {}, {});
  ASSERT_FALSE(batch.ok());
  EXPECT_EQ(batch.error().code, ErrorCode::kCorrupt) << batch.error().detail;
}

}  // namespace
}  // namespace cinnabar
