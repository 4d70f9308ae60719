// SPDX-License-Identifier: Apache-2.0
#include "protocol/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

using testing::ElementsAre;

TEST(Event, IsMadeOfAnUpdate) {
  EventPtr event;
  {
    Update update;
    update.topics = {"https://example.com/books/1", "a", ""};
    update.data = "{\"a\":1}\nline2";
    update.id = "urn:ex:1";
    update.type = "update";
    update.is_private = true;
    event = Event::make(update, 7, 1234);
  }
  EXPECT_EQ(event->position(), 7U);
  EXPECT_EQ(event->time_ms(), 1234);
  EXPECT_EQ(event->id(), "urn:ex:1");
  EXPECT_THAT(event->topics(), ElementsAre("https://example.com/books/1", "a", ""));
  EXPECT_TRUE(event->is_private());
  EXPECT_TRUE(event->routing().is_private);
  EXPECT_THAT(event->routing().topics, ElementsAre("https://example.com/books/1", "a", ""));
  EXPECT_EQ(event->bytes().body(), "event: update\nid: urn:ex:1\ndata: {\"a\":1}\ndata: line2\n\n");
}

TEST(Event, IsMadeOfPartsThatNeedNotOutliveTheCall) {
  EventPtr event;
  {
    // Short enough for std::string's inner buffer, whose views would break if the event moved.
    const std::string id = "i", topic = "t", data = "d", retry = "0";
    const std::vector<std::string_view> topics = {topic};
    event = Event::make(Event::Parts{topics, data, id, "", retry, false}, 1, 2);
  }
  EXPECT_EQ(event->id(), "i");
  EXPECT_THAT(event->topics(), ElementsAre("t"));
  EXPECT_FALSE(event->is_private());
  EXPECT_EQ(event->bytes().body(), "retry: 0\nid: i\ndata: d\n\n");
}

TEST(Event, FootprintCountsItsBytes) {
  Update update;
  update.topics = {"a"};
  update.id = "b";
  const EventPtr small = Event::make(update, 1, 0);
  EXPECT_GE(small->footprint(), sizeof(Event));
  update.data = std::string(10'000, 'x');
  EXPECT_GE(Event::make(update, 1, 0)->footprint(), small->footprint() + 10'000);
}

}  // namespace
}  // namespace cinnabar
