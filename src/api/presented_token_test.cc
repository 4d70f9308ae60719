// SPDX-License-Identifier: Apache-2.0
#include "api/presented_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cinnabar {
namespace {

using Means = PresentedToken::Means;

const std::string kToken(50, 't');
const std::string kOther(50, 'o');

http::Request request(std::vector<http::Header> headers, std::string query = {}) {
  http::Request made;
  made.headers = std::move(headers);
  made.query = std::move(query);
  return made;
}

/// "header:tttt", "none", or "malformed".
std::string presented(const http::Request& made, Compatibility compatibility = Compatibility::kNone,
                      std::string cookie_name = "__Secure-mercure_access_token") {
  ApiOptions options;
  options.compatibility = compatibility;
  options.cookie_name = std::move(cookie_name);
  const auto token = presented_token(made, options);
  if (!token) return "malformed";
  if (!*token) return "none";
  switch ((*token)->means) {
    case Means::kHeader: return "header:" + (*token)->token;
    case Means::kCookie: return "cookie:" + (*token)->token;
    case Means::kQuery: return "query:" + (*token)->token;
    case Means::kLegacyCookie: return "legacy cookie:" + (*token)->token;
  }
  return {};
}

http::Header authorization(const std::string& token) { return {"authorization", "Bearer " + token}; }
http::Header cookies(const std::string& value) { return {"cookie", value}; }
const std::string kName = "__Secure-mercure_access_token=";
const std::string kOldName = "mercureAuthorization=";

TEST(PresentedToken, InTheHeader_PRES_1_PRES_7) {
  EXPECT_EQ(presented(request({authorization(kToken)})), "header:" + kToken);
  EXPECT_EQ(presented(request({{"authorization", "bearer " + kToken}})), "header:" + kToken);
  EXPECT_EQ(presented(request({{"authorization", "Basic " + kToken}})), "malformed");
  EXPECT_EQ(presented(request({authorization("x")})), "malformed");
  EXPECT_EQ(presented(request({authorization(kToken), authorization(kToken)})), "malformed");
  EXPECT_EQ(presented(request({})), "none");
}

TEST(PresentedToken, NotInTheUrl_PRES_2) {
  for (const char* name : {"access_token=", "authorization="}) {
    EXPECT_EQ(presented(request({}, name + kToken)), "none");
  }
  EXPECT_EQ(presented(request({}, "access_token=" + kToken), Compatibility::kVersion7), "none");
}

TEST(PresentedToken, InTheCookie_PRES_3_PRES_5) {
  EXPECT_EQ(presented(request({cookies(kName + kToken)})), "cookie:" + kToken);
  EXPECT_EQ(presented(request({cookies("a=b; " + kName + kToken + "; c=d")})), "cookie:" + kToken);
  EXPECT_EQ(presented(request({cookies("a=b"), cookies(kName + kToken)})), "cookie:" + kToken)
      << "HTTP/2 splits";
  EXPECT_EQ(presented(request({cookies(kName + "\"" + kToken + "\"")})), "cookie:" + kToken);
  EXPECT_EQ(presented(request({cookies(kName + kToken + "; " + kName + kOther)})), "cookie:" + kToken)
      << "the first";
  for (const std::string& other : {kOldName, std::string("mercure_access_token="), std::string("x") + kName,
                                   std::string("__secure-mercure_access_token=")}) {
    EXPECT_EQ(presented(request({cookies(other + kToken)})), "none") << other;
  }
  EXPECT_EQ(presented(request({cookies("own=" + kToken)}), Compatibility::kNone, "own"), "cookie:" + kToken);
  EXPECT_EQ(presented(request({cookies(kName + kToken)}), Compatibility::kNone, "own"), "none");
}

TEST(PresentedToken, TheHeaderHidesTheCookie_PRES_4_PRES_6) {
  EXPECT_EQ(presented(request({cookies(kName + kOther), authorization(kToken)})), "header:" + kToken);
  EXPECT_EQ(presented(request({cookies(kName + kOther), authorization("bad")})), "malformed");
  EXPECT_EQ(presented(request({cookies(kName + kOther), {"authorization", "Basic x"}})), "malformed");
}

TEST(PresentedToken, AnEmptyOrGarbageCookieIsPresented_PRES_8) {
  EXPECT_EQ(presented(request({cookies(kName)})), "cookie:");
  EXPECT_EQ(presented(request({cookies(kName + "garbage !")})), "cookie:garbage !");
  EXPECT_EQ(presented(request({cookies("novalue; " + kName + "x")})), "cookie:x");
  EXPECT_EQ(presented(request({cookies(";;=;" + kName + "x;")})), "cookie:x");
}

TEST(PresentedToken, WaysOf0x_COMPAT_12_COMPAT_13_COMPAT_15) {
  const auto version = Compatibility::kVersion8;
  EXPECT_EQ(presented(request({}, "topic=a&authorization=" + kToken), version), "query:" + kToken);
  EXPECT_EQ(presented(request({}, "%61uthorization=" + kToken), version), "query:" + kToken);
  EXPECT_EQ(presented(request({}, "authorization=short"), version), "malformed");
  EXPECT_EQ(presented(request({}, "authorization=" + std::string(40, 'a')), version), "malformed");
  EXPECT_EQ(presented(request({}, "authorization=" + std::string(41, 'a')), version),
            "query:" + std::string(41, 'a'));
  EXPECT_EQ(presented(request({}, "authorization=" + kToken + "&authorization=" + kToken), version),
            "malformed");
  EXPECT_EQ(presented(request({cookies(kOldName + kToken)}), version), "legacy cookie:" + kToken);
  EXPECT_EQ(presented(request({cookies(kOldName + kOther + "; " + kName + kToken)}), version),
            "cookie:" + kToken);
  // Each hides the later ones.
  EXPECT_EQ(presented(request({authorization(kToken)}, "authorization=" + kOther), version),
            "header:" + kToken);
  EXPECT_EQ(presented(request({cookies(kName + kOther)}, "authorization=" + kToken), version),
            "query:" + kToken);
}

}  // namespace
}  // namespace cinnabar
