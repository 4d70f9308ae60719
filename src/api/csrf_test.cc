// SPDX-License-Identifier: Apache-2.0
#include "api/csrf.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cinnabar {
namespace {

bool allowed(std::vector<http::Header> headers, std::vector<std::string> origins = {}) {
  const HubAddress hub{*HubUrl::parse("https://hub.example.com/.well-known/mercure"),
                       "https://contacted.example", "https://hub.example.com/.well-known/mercure", ""};
  http::Request request;
  request.headers = std::move(headers);
  return comes_from_allowed_page(request, hub, *OriginList::parse(origins));
}

TEST(Csrf, TheHubsOwnPagesMayPublish_PRES_10) {
  EXPECT_TRUE(allowed({{"origin", "https://hub.example.com"}}));
  EXPECT_TRUE(allowed({{"origin", "https://contacted.example"}}));
  EXPECT_TRUE(allowed({{"referer", "https://hub.example.com/page?x#y"}}));
  EXPECT_FALSE(allowed({{"origin", "http://hub.example.com"}}));
  EXPECT_FALSE(allowed({{"origin", "https://evil.example"}}));
  EXPECT_FALSE(allowed({{"referer", "https://evil.example/https://hub.example.com"}}));
}

TEST(Csrf, OriginIsStrongerThanReferer_PRES_10) {
  EXPECT_FALSE(allowed({{"origin", "https://evil.example"}, {"referer", "https://hub.example.com/"}}));
  EXPECT_TRUE(allowed({{"origin", "https://hub.example.com"}, {"referer", "https://evil.example/"}}));
}

TEST(Csrf, NobodyKnowsWhereFrom_PRES_10_PRES_12) {
  EXPECT_FALSE(allowed({}));
  EXPECT_FALSE(allowed({}, {"*"}));
  EXPECT_FALSE(allowed({{"referer", "not a URL"}}));
  EXPECT_FALSE(allowed({{"referer", "not a URL"}}, {"*"}));
  EXPECT_FALSE(allowed({{"origin", "https://hub.example.com"}, {"origin", "https://hub.example.com"}}));
  EXPECT_FALSE(allowed({{"origin", ""}}));
}

TEST(Csrf, ListedOriginsMay_PRES_12) {
  EXPECT_TRUE(allowed({{"origin", "https://app.example.com"}}, {"https://app.example.com"}));
  EXPECT_TRUE(allowed({{"referer", "https://app.example.com/a"}}, {"https://*.example.com"}));
  EXPECT_TRUE(allowed({{"origin", "https://any.example"}}, {"*"}));
  EXPECT_FALSE(allowed({{"origin", "null"}}, {"https://app.example.com"}));
  EXPECT_TRUE(allowed({{"origin", "null"}}, {"null"}));
}

}  // namespace
}  // namespace cinnabar
