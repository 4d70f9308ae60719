// SPDX-License-Identifier: Apache-2.0
// The books that say whether a hub has lost, repeated or reordered anything.
#include "load/ledger.h"

#include <gtest/gtest.h>

#include <string>

#include "load/payload.h"

namespace cinnabar::load {
namespace {

constexpr std::uint64_t kNow = 1000;

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() { options_.publishers = 2; }
  static std::string event(std::uint32_t publisher, std::uint32_t sequence) {
    std::string data = make_data(kStampSize);
    write_stamp(data.data(), {publisher, sequence, kNow - 10});
    return data;
  }
  void take(Ledger& ledger, std::uint32_t subscriber, std::uint32_t publisher,
            std::initializer_list<std::uint32_t> sequences) {
    for (const std::uint32_t sequence : sequences) ledger.take(subscriber, event(publisher, sequence), kNow);
  }
  LedgerReport report(const Ledger& ledger, std::vector<std::uint64_t> due) {
    return ledger.report(due, [](std::uint32_t) { return true; });
  }

  Options options_;
};

TEST_F(LedgerTest, WhatIsRightIsRight) {
  Ledger ledger(options_, 2);
  for (const std::uint32_t subscriber : {0U, 1U}) {
    take(ledger, subscriber, 0, {1, 2});
    take(ledger, subscriber, 1, {1});
  }
  const LedgerReport seen = report(ledger, {3});
  EXPECT_EQ(seen.deliveries, 6U);
  EXPECT_EQ(seen.lost + seen.missing + seen.repeated + seen.short_of + seen.beyond + seen.unreadable, 0U);
  EXPECT_EQ(seen.orders, 1U);
  Histogram latency;
  ledger.latency().add_to(latency);
  EXPECT_EQ(latency.count(), 6U);
  EXPECT_EQ(latency.quantile(1), 10U);
}

TEST_F(LedgerTest, FindsHolesRepeatsAndMissingEnds) {
  Ledger ledger(options_, 3);
  take(ledger, 0, 0, {1, 4, 4, 2});
  take(ledger, 1, 0, {1, 2, 3, 4});
  take(ledger, 2, 0, {1, 2});
  const LedgerReport seen = report(ledger, {4});
  EXPECT_EQ(seen.lost, 2U);
  EXPECT_EQ(seen.repeated, 2U);
  EXPECT_EQ(seen.short_of, 1U);
  EXPECT_EQ(seen.missing, 2U);  // the third's; the first got as many as were due, but not the right ones
  ledger.take(0, "data of somebody else's that is long enough", kNow);
  EXPECT_EQ(report(ledger, {4}).unreadable, 1U);
  EXPECT_EQ(report(ledger, {4}).beyond, 1U);
}

TEST_F(LedgerTest, FindsDifferentOrders) {
  Ledger ledger(options_, 2);
  take(ledger, 0, 0, {1});
  take(ledger, 0, 1, {1});
  take(ledger, 1, 1, {1});
  take(ledger, 1, 0, {1});
  EXPECT_EQ(report(ledger, {2}).orders, 2U);
}

TEST_F(LedgerTest, TopicsTakeTurns) {
  options_.topic_count = 3;
  EXPECT_EQ(updates_of_topic(0, 0, 3), 0U);
  EXPECT_EQ(updates_of_topic(1, 0, 3), 1U);
  EXPECT_EQ(updates_of_topic(3, 1, 3), 1U);
  EXPECT_EQ(updates_of_topic(5, 1, 3), 2U);
  Ledger ledger(options_, 1);
  ledger.set_topic(0, 1);
  take(ledger, 0, 0, {2, 5, 11});
  EXPECT_EQ(ledger.lost(), 1U);  // the 8th
}

TEST_F(LedgerTest, WhoJoinsLateIsOwedAllThatWasSentLater) {
  SentCounts sent(2);
  sent.set(0, 5);
  Ledger ledger(options_, 1);
  ledger.join(0, sent);
  EXPECT_EQ(ledger.excused(), 5);
  take(ledger, 0, 0, {4, 5, 6});  // 4 and 5 were under way
  EXPECT_EQ(ledger.excused(), 3);
  take(ledger, 0, 1, {1});
  const LedgerReport seen = report(ledger, {6 + 1});
  EXPECT_EQ(seen.lost + seen.missing + seen.repeated + seen.beyond, 0U);
  take(ledger, 0, 0, {6});
  EXPECT_EQ(ledger.repeated(), 1U);
}

TEST_F(LedgerTest, LateJoinersLoseToo) {
  SentCounts sent(2);
  sent.set(0, 5);
  Ledger ledger(options_, 2);
  ledger.join(0, sent);
  ledger.join(1, sent);
  take(ledger, 0, 0, {8});  // 6 and 7 were sent after it had joined
  EXPECT_EQ(ledger.lost(), 2U);
  const LedgerReport seen = report(ledger, {8});
  EXPECT_EQ(seen.missing, 2U + 3U);  // and the second got nothing at all
  EXPECT_EQ(seen.short_of, 2U);
  EXPECT_EQ(seen.orders, 0U);
}

TEST_F(LedgerTest, ReplaysCountInNoLatency) {
  Ledger ledger(options_, 1);
  ledger.set_live(0, kNow);
  take(ledger, 0, 0, {1});
  Histogram latency;
  ledger.latency().add_to(latency);
  EXPECT_EQ(latency.count(), 0U);
  EXPECT_EQ(ledger.deliveries(), 1U);
}

}  // namespace
}  // namespace cinnabar::load
