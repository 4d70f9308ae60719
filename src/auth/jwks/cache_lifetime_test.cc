// SPDX-License-Identifier: Apache-2.0
#include "auth/jwks/cache_lifetime.h"

#include <gtest/gtest.h>

namespace cinnabar {
namespace {

using std::chrono::seconds;

TEST(CacheLifetime, OfCacheControl_TOK_18) {
  EXPECT_EQ(cache_lifetime("max-age=300", "", "", ""), seconds(300));
  EXPECT_EQ(cache_lifetime("public, Max-Age=\"300\" ", "", "", ""), seconds(300));
  EXPECT_EQ(cache_lifetime("max-age=300", "100", "", ""), seconds(200));
  EXPECT_EQ(cache_lifetime("max-age=300", "400", "", ""), seconds(0));
  EXPECT_EQ(cache_lifetime("max-age=300, no-cache", "", "", ""), seconds(0));
  EXPECT_EQ(cache_lifetime("no-store", "", "", ""), seconds(0));
  EXPECT_GT(cache_lifetime("max-age=99999999999999999999", "", "", ""), seconds(1'000'000'000));
  for (const char* silent :
       {"", "public", "max-age", "max-age=", "max-age=x", "max-age=-1", "s-maxage=3", ",,,"}) {
    EXPECT_EQ(cache_lifetime(silent, "", "", ""), std::nullopt) << silent;
  }
}

TEST(CacheLifetime, OfExpires_TOK_18) {
  constexpr const char* kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(cache_lifetime("", "", "Sun, 06 Nov 1994 08:59:37 GMT", kDate), seconds(600));
  EXPECT_EQ(cache_lifetime("", "", kDate, kDate), seconds(0));
  EXPECT_EQ(cache_lifetime("", "", "0", kDate), seconds(0)) << "no date at all has passed";
  EXPECT_EQ(cache_lifetime("", "", kDate, ""), std::nullopt);
  EXPECT_EQ(cache_lifetime("max-age=7", "", kDate, kDate), seconds(7)) << "max-age is stronger";
}

}  // namespace
}  // namespace cinnabar
