// SPDX-License-Identifier: Apache-2.0
#include "api/subscription_request.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar {
namespace {

const std::string kBase = "/hub/subscriptions";

Result<SubscriptionRequest> read(std::string_view rest, bool compatible = false) {
  return read_subscription_path(kBase, rest, compatible);
}

TEST(SubscriptionRequest, Paths_ACT_13_ACT_16) {
  ASSERT_TRUE(read(""));
  EXPECT_TRUE(read("")->is_collection);
  EXPECT_EQ(read("")->query.prefix, kBase + "/");
  EXPECT_EQ(read("/exact/a%2fb")->query.prefix, kBase + "/exact/a%2Fb/");
  EXPECT_EQ(read("/exact/a+b")->query.prefix, kBase + "/exact/a%2Bb/");
  EXPECT_EQ(read("/%65xact/")->query.prefix, kBase + "/exact//");
  EXPECT_FALSE(read("/urlpattern/:x/s")->is_collection);
  EXPECT_EQ(read("/urlpattern/:x/s")->topic, kBase + "/urlpattern/%3Ax/s");
}

TEST(SubscriptionRequest, BadPaths_ACT_16) {
  for (const char* rest : {"/exact/%", "/%zz", "/regexp/a", "/topic/a/b", "//a", "/exact/a/%4"}) {
    ASSERT_FALSE(read(rest)) << rest;
    EXPECT_EQ(read(rest).error().code, ErrorCode::kInvalid) << rest;
    EXPECT_NE(read(rest).error().detail, "") << rest;
  }
  for (const char* rest : {"/", "/exact", "/exact/a/b/", "/exact/a/b/c", "/a/b/c/d/e"}) {
    ASSERT_FALSE(read(rest)) << rest;
    EXPECT_EQ(read(rest).error().code, ErrorCode::kNotFound) << rest;
  }
}

TEST(SubscriptionRequest, OldPaths_COMPAT_32) {
  EXPECT_TRUE(read("/a%7Bb%7D", true)->is_legacy);
  EXPECT_EQ(read("/a{b}", true)->query.prefix, kBase + "/a%7Bb%7D/");
  EXPECT_EQ(read("/a", true)->query.which, Presence::Which::kSelectors);
  EXPECT_TRUE(read("/a/s", true)->is_legacy);
  EXPECT_EQ(read("/a/s", true)->topic, kBase + "/a/s");
  EXPECT_FALSE(read("/exact/s", true)->is_legacy);
  EXPECT_TRUE(read("/exact/s", true)->is_collection);
  EXPECT_FALSE(read("/", true));
  EXPECT_FALSE(read("/a/b/c", true));
}

TEST(SubscriptionRequest, Pages) {
  SubscriptionRequest request;
  EXPECT_TRUE(read_page("", kBase, request));
  EXPECT_EQ(request.query.limit, std::size_t(-1));
  EXPECT_TRUE(read_page("last_event_id=x&limit=20&after=%2Fexact%2Fa%2Fs", kBase, request));
  EXPECT_EQ(request.query.limit, 20U);
  EXPECT_EQ(request.query.after, kBase + "/exact/a/s");
  for (const char* query : {"limit=", "limit=0", "limit=-1", "limit=1x", "limit=99999999999999999999"}) {
    EXPECT_FALSE(read_page(query, kBase, request)) << query;
  }
}

}  // namespace
}  // namespace cinnabar
