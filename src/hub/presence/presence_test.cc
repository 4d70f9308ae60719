// SPDX-License-Identifier: Apache-2.0
#include "hub/presence/presence.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "protocol/subscription.h"

namespace cinnabar {
namespace {

const std::string kPath = "/hub/subscriptions";

class PresenceTest : public testing::Test {
 protected:
  void commit(const Update& update) {
    const EventPtr event = Event::make(update, ++position_, 0);
    presence_.on_committed({&event, 1});
  }
  Update start(const Matcher& matcher, std::string_view who) {
    const Update update = subscription_started(kPath, matcher, who, {});
    commit(update);
    return update;
  }
  void end(const Update& start) { commit(subscription_ended(start.topics.front(), start.data)); }
  std::string publish() {
    Update update;
    update.topics = {"a"};
    update.id = "id" + std::to_string(position_ + 1);
    commit(update);
    return update.id;
  }
  static std::vector<std::string> topics(const Presence::Page& page) {
    std::vector<std::string> found;
    for (const EventPtr& event : page.subscriptions) found.emplace_back(event->topics().front());
    return found;
  }

  Presence presence_{kPath};
  Position position_ = 0;
};

TEST_F(PresenceTest, IsAFoldOverTheEvents_ACT_17) {
  const Update a = start(Matcher::exact("a"), "1");
  const Update b = start(Matcher::exact("b"), "1");
  EXPECT_EQ(topics(presence_.list({.prefix = kPath + "/"})), (std::vector{a.topics[0], b.topics[0]}));
  end(a);
  end(a);  // again, of which nothing comes
  EXPECT_EQ(presence_.find(a.topics[0]), nullptr);
  ASSERT_NE(presence_.find(b.topics[0]), nullptr);
  EXPECT_EQ(subscription_document(*presence_.find(b.topics[0])), b.data);
}

TEST_F(PresenceTest, TheCursorIsThatOfTheNewestEventOfAnyKind_ACT_19) {
  EXPECT_EQ(presence_.list({}).last_id, "");
  presence_.load({}, "stored");
  EXPECT_EQ(presence_.list({}).last_id, "stored");
  EXPECT_EQ(presence_.list({}).last_id, "stored");
  const std::string published = publish();
  EXPECT_EQ(presence_.list({}).last_id, published);
  start(Matcher::exact("a"), "1");
  EXPECT_NE(presence_.list({}).last_id, published);
}

TEST_F(PresenceTest, ListsByPrefixAndKind) {
  const Update exact = start(Matcher::exact("exact"), "1");
  const Update longer = start(Matcher::exact("exact/2"), "1");
  const Update selector = start(Matcher::topic_selector("exact"), "1");
  EXPECT_EQ(topics(presence_.list({.prefix = kPath + "/exact/", .which = Presence::Which::kModern})),
            (std::vector{longer.topics[0], exact.topics[0]}));
  EXPECT_EQ(topics(presence_.list({.prefix = kPath + "/exact/", .which = Presence::Which::kSelectors})),
            std::vector{selector.topics[0]});
  EXPECT_EQ(topics(presence_.list({.prefix = kPath + "/exact/exact/"})), std::vector{exact.topics[0]});
  EXPECT_EQ(presence_.list({.prefix = kPath + "/"}).total, 3U);
}

TEST_F(PresenceTest, PagesAreWholeTogether) {
  for (int i = 0; i < 25; ++i) start(Matcher::exact("t" + std::to_string(i)), "1");
  std::vector<std::string> found;
  Presence::Query query{.prefix = kPath + "/", .limit = 10};
  std::size_t pages = 0;
  for (bool more = true; more; ++pages) {
    const Presence::Page page = presence_.list(query);
    EXPECT_EQ(page.total, 25U);
    for (std::string& topic : topics(page)) found.push_back(std::move(topic));
    query.after = found.back();
    more = page.more;
  }
  EXPECT_EQ(pages, 3U);
  EXPECT_EQ(found, topics(presence_.list({.prefix = kPath + "/"})));
  query = {.prefix = kPath + "/", .limit = 25};
  EXPECT_FALSE(presence_.list(query).more);
}

TEST_F(PresenceTest, RandomEventsAgreeWithAModel) {
  std::minstd_rand dice(7);
  std::map<std::string, Update> model;
  for (int i = 0; i < 3000; ++i) {
    const Matcher matcher = Matcher::exact("t" + std::to_string(dice() % 10));
    const std::string who = std::to_string(dice() % 20);
    const std::string topic = subscription_topic(kPath, matcher, who);
    if (const auto at = model.find(topic); at != model.end() && dice() % 3 != 0) {
      end(at->second);
      model.erase(at);
    } else {
      model.insert_or_assign(topic, start(matcher, who));
    }
    if (i % 100 != 0) continue;
    std::vector<std::string> expected;
    for (const auto& [name, update] : model) expected.push_back(name);
    EXPECT_EQ(topics(presence_.list({.prefix = kPath + "/"})), expected);
  }
}

}  // namespace
}  // namespace cinnabar
