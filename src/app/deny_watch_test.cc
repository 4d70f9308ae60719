// SPDX-License-Identifier: Apache-2.0
#include "app/deny_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "app/files.h"
#include "app/test_directory.h"

namespace cinnabar {
namespace {

using testing::HasSubstr;

class DenyWatchTest : public testing::Test {
 protected:
  void write(std::string_view text) { ASSERT_TRUE(replace_file(path_, text, false).ok()); }

  TestDirectory directory_;
  const std::string path_ = directory_.path() + "/deny";
  boost::asio::io_context context_;
  DenyListHolder holder_;
  int changes_ = 0;
  DenyWatch watch_{context_, path_, holder_, [this] { ++changes_; }};
};

TEST_F(DenyWatchTest, FollowsTheFile) {
  write("sub=1\n");
  ASSERT_TRUE(watch_.load().ok());
  EXPECT_EQ(holder_.get()->size(), 1U);
  watch_.check();
  EXPECT_EQ(changes_, 0) << "nothing new";
  write("sub=1\nsub=2\n");
  watch_.check();
  EXPECT_EQ(holder_.get()->size(), 2U);
  EXPECT_EQ(changes_, 1);
}

TEST_F(DenyWatchTest, AFaultyOrMissingFileLeavesTheOldListInForce) {
  write("sub=1\n");
  ASSERT_TRUE(watch_.load().ok());
  write("nonsense\n");
  watch_.check();
  EXPECT_EQ(holder_.get()->size(), 1U);
  std::filesystem::remove(path_);
  watch_.check();
  EXPECT_EQ(holder_.get()->size(), 1U);
  EXPECT_EQ(changes_, 0);
  write("");
  watch_.check();
  EXPECT_TRUE(holder_.get()->empty());
  EXPECT_EQ(changes_, 1);
}

TEST_F(DenyWatchTest, AFaultyFileStopsTheStart) {
  EXPECT_THAT(watch_.load().error().detail, HasSubstr(path_));
  write("a\nsub=1 what\n");
  EXPECT_THAT(watch_.load().error().detail, HasSubstr(path_ + ":1: the rule has \"a\""));
}

}  // namespace
}  // namespace cinnabar
