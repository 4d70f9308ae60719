// SPDX-License-Identifier: Apache-2.0
#include "api/entity_tag.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar {
namespace {

bool matches(const std::string& field, const std::string& id) {
  http::Request request;
  request.headers = {{"if-none-match", field}};
  return none_match_fails(request, entity_tag(id), id);
}

TEST(EntityTag, IsTheIdInQuotes_ACT_21) {
  EXPECT_EQ(entity_tag("urn:uuid:1"), "\"urn:uuid:1\"");
  EXPECT_EQ(entity_tag("a \"b%\x7f\x01\\é"), "\"a%20%22b%25%7F%01\\é\"");
}

TEST(EntityTag, IfNoneMatch_ACT_21) {
  for (const char* field :
       {"\"a\"", "W/\"a\"", "\"x\", \"a\"", "\"x\",W/\"a\" ", "*", " \"a\"", "\"x,y\", \"a\""}) {
    EXPECT_TRUE(matches(field, "a")) << field;
  }
  for (const char* field : {"", "\"b\"", "\"aa\"", "w/\"a\"", "\"x, \"a\"", ",", "\""}) {
    EXPECT_FALSE(matches(field, "a")) << field;
  }
}

TEST(EntityTag, TheBareIdOfOldCaches_COMPAT_35) {
  EXPECT_TRUE(matches("a", "a"));
  EXPECT_TRUE(matches("a,b", "a,b"));
  EXPECT_TRUE(matches("\"x\", a", "a"));
  EXPECT_FALSE(matches("b", "a"));
}

TEST(EntityTag, NoFieldNoMatch) { EXPECT_FALSE(none_match_fails(http::Request(), "\"a\"", "a")); }

}  // namespace
}  // namespace cinnabar
