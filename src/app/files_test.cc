// SPDX-License-Identifier: Apache-2.0
#include "app/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "app/test_directory.h"

namespace cinnabar {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

std::size_t entries(const std::string& directory) {
  const std::filesystem::directory_iterator iterator(directory);
  return static_cast<std::size_t>(std::distance(begin(iterator), end(iterator)));
}

TEST(Files, ReadWholeOrSayWhyNot) {
  const TestDirectory directory;
  const std::string content(100'000, 'x');
  EXPECT_EQ(*read_file(directory.write("a", content)), content);
  const Result<std::string> missing = read_file(directory.file("missing"));
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().detail,
            "cannot read " + directory.file("missing") + ": No such file or directory");
  EXPECT_EQ(read_file("/dev/zero").error().code, ErrorCode::kTooLarge);
}

TEST(Files, ReplaceLeavesNothingBehind) {
  const TestDirectory directory;
  const std::string path = directory.file("f");
  ASSERT_TRUE(replace_file(path, "one", false).ok());
  EXPECT_EQ(mode_of(path), 0644U);
  ASSERT_TRUE(replace_file(path, "two", true).ok());
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(*read_file(path), "two");
  EXPECT_EQ(entries(directory.path()), 1U);
  EXPECT_FALSE(replace_file(directory.file("no/f"), "x", true).ok());
}

TEST(Files, CreateDoesNotReplace) {
  const TestDirectory directory;
  const std::string path = directory.file("f");
  ASSERT_TRUE(create_secret_file(path, "one").ok());
  EXPECT_EQ(mode_of(path), 0600U);
  const Result<void> again = create_secret_file(path, "two");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kLocked);
  EXPECT_EQ(*read_file(path), "one");
  EXPECT_EQ(entries(directory.path()), 1U);
}

TEST(Files, DirectoriesArePrivate) {
  const TestDirectory directory;
  ASSERT_TRUE(make_private_directory(directory.file("a/b/c")).ok());
  EXPECT_EQ(mode_of(directory.file("a")), 0700U);
  EXPECT_EQ(mode_of(directory.file("a/b/c")), 0700U);
  EXPECT_TRUE(make_private_directory(directory.file("a/b/c/")).ok());
  directory.write("f", "");
  EXPECT_FALSE(make_private_directory(directory.file("f")).ok());
}

}  // namespace
}  // namespace cinnabar
