// SPDX-License-Identifier: Apache-2.0
#include "auth/failure_budget.h"

#include <gtest/gtest.h>

namespace cinnabar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SteadyTime kStart = SteadyTime() + std::chrono::hours(1);

TEST(FailureBudget, HoldsBackOnlyWhoHasUsedItUp) {
  FailureBudget budget;
  EXPECT_TRUE(budget.allows("192.0.2.1", kStart));
  budget.charge("192.0.2.1", FailureBudget::kAllowance - milliseconds(1), kStart);
  EXPECT_TRUE(budget.allows("192.0.2.1", kStart));
  budget.charge("192.0.2.1", milliseconds(1), kStart);
  EXPECT_FALSE(budget.allows("192.0.2.1", kStart));
  EXPECT_TRUE(budget.allows("192.0.2.2", kStart));
}

TEST(FailureBudget, GivesTheAllowanceBackAtItsRate) {
  FailureBudget budget;
  budget.charge("192.0.2.1", FailureBudget::kAllowance + FailureBudget::kRefill, kStart);
  EXPECT_FALSE(budget.allows("192.0.2.1", kStart + milliseconds(990)));
  EXPECT_TRUE(budget.allows("192.0.2.1", kStart + milliseconds(1010)));
  budget.charge("192.0.2.1", FailureBudget::kAllowance, kStart + seconds(3600));
  EXPECT_FALSE(budget.allows("192.0.2.1", kStart + seconds(3600)))
      << "what was saved is not more than the allowance";
}

TEST(FailureBudget, ClockGoingBackGivesNothing) {
  FailureBudget budget;
  budget.charge("192.0.2.1", FailureBudget::kAllowance, kStart);
  EXPECT_FALSE(budget.allows("192.0.2.1", kStart - seconds(10)));
}

TEST(FailureBudget, TakesAnIpv6NetworkForOneClient) {
  FailureBudget budget;
  budget.charge("2001:db8:1:2::1", FailureBudget::kAllowance, kStart);
  EXPECT_FALSE(budget.allows("2001:db8:1:2:ffff::7", kStart));
  EXPECT_TRUE(budget.allows("2001:db8:1:3::1", kStart));
  budget.charge("::ffff:192.0.2.1", FailureBudget::kAllowance, kStart);
  EXPECT_FALSE(budget.allows("::ffff:192.0.2.1", kStart));
  EXPECT_TRUE(budget.allows("::ffff:192.0.2.2", kStart)) << "IPv4 in IPv6 clothes are single addresses";
}

TEST(FailureBudget, IsBounded) {
  FailureBudget budget;
  for (std::size_t i = 0; i < FailureBudget::kMostAddresses + 10; ++i) {
    budget.charge("client " + std::to_string(i), milliseconds(1), kStart);
  }
  EXPECT_TRUE(budget.allows("client 0", kStart));
}

}  // namespace
}  // namespace cinnabar
