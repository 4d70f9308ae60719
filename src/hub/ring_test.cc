// SPDX-License-Identifier: Apache-2.0
#include "hub/ring.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar {
namespace {

EventPtr event(Position position, std::size_t size = 1) {
  Update update;
  update.topics = {"a"};
  update.id = std::to_string(position);
  update.data = std::string(size, 'x');
  return Event::make(update, position, 0);
}

TEST(Ring, KeepsTheNewest) {
  Ring ring(3, std::size_t{1} << 20);
  EXPECT_TRUE(ring.empty());
  for (Position p = 5; p <= 10; ++p) ring.push(event(p));
  EXPECT_EQ(ring.first(), 8u);
  EXPECT_FALSE(ring.holds(7));
  EXPECT_FALSE(ring.holds(11));
  EXPECT_EQ(ring.at(9).id(), "9");
}

TEST(Ring, KeepsTheNewestHoweverLarge) {
  Ring ring(10, 1000);
  ring.push(event(1));
  ring.push(event(2, 5000));
  EXPECT_FALSE(ring.holds(1));
  EXPECT_TRUE(ring.holds(2));
  ring.push(event(3));
  EXPECT_FALSE(ring.holds(2));
}

// History may have gaps where events on subscriptions were dropped; the ring has none.
TEST(Ring, BeginsAnewBehindAGap) {
  Ring ring(10, std::size_t{1} << 20);
  ring.push(event(1));
  ring.push(event(2));
  ring.push(event(5));
  ring.push(event(6));
  for (Position gone = 1; gone <= 4; ++gone) EXPECT_FALSE(ring.holds(gone));
  EXPECT_EQ(ring.at(5).id(), "5");
  EXPECT_EQ(ring.at(6).id(), "6");
}

}  // namespace
}  // namespace cinnabar
