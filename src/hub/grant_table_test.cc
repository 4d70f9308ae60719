// SPDX-License-Identifier: Apache-2.0
#include "hub/grant_table.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cinnabar {
namespace {

GrantDetail reads(std::vector<Matcher> matchers) {
  GrantDetail detail;
  detail.subscribe = true;
  detail.matchers = std::move(matchers);
  return detail;
}

GrantsPtr grants(std::vector<GrantDetail> details, TokenWideGrants token_wide = {}) {
  return std::make_shared<const Grants>(std::move(details), std::move(token_wide));
}

TEST(GrantTable, SelectorsAreNotExactMatchersOfTheSameText_COMPAT_25) {
  GrantTable table;
  const std::string text = "/books/{id}";
  GrantSet* exact = table.acquire(grants({reads({Matcher::exact(text)})}));
  GrantSet* selector = table.acquire(grants({reads({Matcher::topic_selector(text)})}));
  ASSERT_NE(exact, selector);
  EXPECT_EQ(table.size(), 2U);
  const HubPath path;
  const std::vector<std::string_view> texts = {"/books/1"};
  Topics topics(texts, path);
  EXPECT_FALSE(exact->may_receive(1, topics));
  EXPECT_TRUE(selector->may_receive(1, topics));
  table.release(exact);
  table.release(selector);
  EXPECT_EQ(table.size(), 0U);
}

TEST(GrantTable, SharesEqualRightsToReadWhateverElseATokenSays_COMPAT_22_COMPAT_27) {
  GrantTable table;
  const Matcher a = Matcher::topic_selector("/{a}"), b = Matcher::exact("b");
  GrantSet* first = table.acquire(grants({reads({a, b})}));
  GrantDetail publishes = reads({});
  publishes.publish = true;
  publishes.subscribe = false;
  publishes.matchers = {Matcher::exact("*")};
  EXPECT_EQ(
      table.acquire(grants({publishes, reads({b}), reads({a})}, {.payload = "1", .publishes_public = true})),
      first);
  EXPECT_EQ(table.size(), 1U);
  table.release(first);
  EXPECT_EQ(table.size(), 1U) << "two hold it";
  table.release(first);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.acquire(grants({publishes}, {.payload = "1", .publishes_public = true})), nullptr)
      << "nothing to read";
}

}  // namespace
}  // namespace cinnabar
