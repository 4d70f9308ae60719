// SPDX-License-Identifier: Apache-2.0
#include "base/log_limit.h"

#include <gtest/gtest.h>

namespace cinnabar {
namespace {

using std::chrono::milliseconds;

TEST(LogLimit, LetsTheFirstOfEachSecondThroughAndCountsTheOthers) {
  const SteadyTime start = SteadyTime() + std::chrono::hours(1);
  LogLimit limit(2);
  EXPECT_EQ(limit.take(start), 0U);
  EXPECT_EQ(limit.take(start + milliseconds(1)), 0U);
  EXPECT_EQ(limit.take(start + milliseconds(2)), std::nullopt);
  EXPECT_EQ(limit.take(start + milliseconds(999)), std::nullopt);
  EXPECT_EQ(limit.take(start + milliseconds(1000)), 2U);
  EXPECT_EQ(limit.take(start + milliseconds(1001)), 0U);
  EXPECT_EQ(limit.take(start + milliseconds(1002)), std::nullopt);
}

}  // namespace
}  // namespace cinnabar
