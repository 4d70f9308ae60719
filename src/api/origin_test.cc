// SPDX-License-Identifier: Apache-2.0
#include "api/origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cinnabar {
namespace {

using testing::HasSubstr;

OriginList list_of(std::vector<std::string> entries) {
  Result<OriginList> list = OriginList::parse(entries);
  EXPECT_TRUE(list.ok()) << (list.ok() ? "" : list.error().detail);
  return list.ok() ? std::move(*list) : OriginList();
}

TEST(Origin, HasOneForm_CORS_4) {
  EXPECT_EQ(normal_origin("https://Example.COM"), "https://example.com");
  EXPECT_EQ(normal_origin("HTTPS://example.com:443"), "https://example.com");
  EXPECT_EQ(normal_origin("http://example.com:443"), "http://example.com:443");
  EXPECT_EQ(normal_origin("http://[::1]:80"), "http://[::1]");
  for (const char* none :
       {"", "null", "*", "example.com", "https://", "https://example.com/", "https://a@example.com",
        "https://example.com?x", "https://example.com#f", "https://example.com\\x", "ftp://example.com",
        "https:///example.com", " https://example.com", "https://exa mple.com", "https://a:x"}) {
    EXPECT_EQ(normal_origin(none), std::nullopt) << none;
  }
  EXPECT_EQ(origin_of_url("https://example.com:8443/a?b#c"), "https://example.com:8443");
  EXPECT_EQ(origin_of_url("about:blank"), std::nullopt);
  EXPECT_EQ(origin_of_url("/a"), std::nullopt);
}

TEST(OriginList, AllowsWhatIsListed_CORS_4_PRES_12) {
  const OriginList list = list_of({"https://Example.com", "http://localhost:3000"});
  EXPECT_TRUE(list.allows("https://example.com"));
  EXPECT_TRUE(list.allows("https://EXAMPLE.com:443"));
  EXPECT_TRUE(list.allows("http://localhost:3000"));
  for (const char* other :
       {"http://example.com", "https://example.com:8443", "https://www.example.com", "null", "",
        "https://example.com/", "https://example.com.evil.com", "http://localhost"}) {
    EXPECT_FALSE(list.allows(other)) << other;
  }
  EXPECT_FALSE(list.allows_any());
  EXPECT_FALSE(OriginList().allows("https://example.com"));
  EXPECT_TRUE(OriginList().empty());
}

TEST(OriginList, AWildcardStandsForAPartOfTheHost_CORS_4_PRES_12) {
  const OriginList list = list_of({"https://*.example.com", "http://app-*.example.org:8080"});
  EXPECT_TRUE(list.allows("https://a.example.com"));
  EXPECT_TRUE(list.allows("https://a.b.example.com"));
  EXPECT_TRUE(list.allows("http://app-7.example.org:8080"));
  for (const char* other :
       {"https://example.com", "https://.example.com", "http://a.example.com", "https://a.example.com:8443",
        "https://a.example.com.evil.com", "https://evil.com/.example.com", "https://evil.com:1@a.example.com",
        "http://app-7.example.org", "https://aexample.com"}) {
    EXPECT_FALSE(list.allows(other)) << other;
  }
}

TEST(OriginList, AnyAndNull_CORS_3_CORS_4_PRES_12) {
  EXPECT_TRUE(list_of({"*"}).allows_any());
  EXPECT_TRUE(list_of({"*"}).allows("https://anything.example"));
  EXPECT_TRUE(list_of({"null"}).allows("null"));
  EXPECT_FALSE(list_of({"https://example.com"}).allows("null"));
}

TEST(OriginList, SaysWhatIsWrongWithAnEntry_CORS_4) {
  for (const char* entry : {"example.com", "https://example.com/", "https://example.com/a",
                            "https://a@example.com", "https://example.com?x", "https://*.*.example.com",
                            "*://example.com", "https://example.com:*", "https://", ""}) {
    const std::vector<std::string> entries = {"https://good.example", entry};
    const auto list = OriginList::parse(entries);
    ASSERT_FALSE(list.ok()) << entry;
    EXPECT_THAT(list.error().detail, HasSubstr('"' + std::string(entry) + '"'));
  }
}

}  // namespace
}  // namespace cinnabar
