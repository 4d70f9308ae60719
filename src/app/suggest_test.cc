// SPDX-License-Identifier: Apache-2.0
#include "app/suggest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace cinnabar {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"heartbeat", "path", "anonymous", "write_timeout",
                                                   "dispatch_timeout"};

TEST(Suggest, EditDistance) {
  EXPECT_EQ(edit_distance("", ""), 0U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", ""), 3U);
  EXPECT_EQ(edit_distance("hearbeat", "heartbeat"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("ptah", "path"), 1U);  // neighbours swapped
  EXPECT_EQ(edit_distance("ca", "abc"), 3U);
}

TEST(Suggest, NearestOrNothing) {
  EXPECT_EQ(nearest("hearbeat", kKeys), "heartbeat");
  EXPECT_EQ(nearest("writetimeout", kKeys), "write_timeout");
  EXPECT_EQ(nearest("pth", kKeys), "path");
  EXPECT_EQ(nearest("colour", kKeys), "");
  EXPECT_EQ(nearest("x", kKeys), "");
  EXPECT_EQ(nearest("", kKeys), "");
  EXPECT_EQ(nearest(std::string(1'000'000, 'p'), kKeys), "");
  EXPECT_EQ(nearest("path", {}), "");
}

TEST(Suggest, Sentence) {
  EXPECT_EQ(did_you_mean("anonymus", kKeys), R"(; did you mean "anonymous"?)");
  EXPECT_EQ(did_you_mean("zzz", kKeys), "");
}

}  // namespace
}  // namespace cinnabar
