// SPDX-License-Identifier: Apache-2.0
#include "auth/json_strict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>

namespace cinnabar {
namespace {

using testing::HasSubstr;

std::string complaint(std::string_view text) {
  const auto object = parse_json_object(text);
  EXPECT_FALSE(object.ok()) << text;
  return object.ok() ? "" : object.error().detail;
}

TEST(JsonStrict, ParsesObjects) {
  for (const char* text :
       {"{}", R"({"a":1,"b":[{"a":2},{"a":3}],"c":{"a":{"a":null}},"d":"\u00e9\ud83d\ude00"})"}) {
    const auto object = parse_json_object(text);
    ASSERT_TRUE(object.ok()) << object.error().detail;
  }
  EXPECT_EQ(boost::json::serialize(*parse_json_object(" { \"b\" : true,\n\"a\":[ ] } ")),
            R"({"b":true,"a":[]})");
}

TEST(JsonStrict, RefusesDuplicateMemberNamesAnywhere_TOK_16) {
  for (const char* text :
       {R"({"a":1,"a":1})", R"({"a":1,"b":2,"a":3})", R"({"x":{"a":1,"a":2}})", R"({"x":[[{"a":1,"a":2}]]})",
        R"({"a":1,"\u0061":2})", R"({"a":{"b":1,"c":2},"a":{}})", R"({"a":{},"a":{"b":1}})", R"({"":1,"":2})",
        R"({"x":{"a":1,"a":2},"x":{"b":1,"c":2}})"}) {
    EXPECT_THAT(complaint(text), HasSubstr("same name")) << text;
  }
  EXPECT_TRUE(parse_json_object(R"({"a":1,"A":2})").ok());
}

TEST(JsonStrict, RefusesDuplicatesInLargeObjects_TOK_16) {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(parse_json_object(text + "\"last\":0}").ok());
  EXPECT_THAT(complaint(text + "\"k500\":0}"), HasSubstr("same name"));
}

TEST(JsonStrict, BoundsTheDepth_LIM_18) {
  const auto nested = [](std::size_t levels) {
    return "{\"a\":" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
  };
  EXPECT_TRUE(parse_json_object(nested(32)).ok());
  EXPECT_THAT(complaint(nested(33)), HasSubstr("32"));
  EXPECT_THAT(complaint(nested(100'000)), HasSubstr("32"));
}

TEST(JsonStrict, EveryNumberCanBeWrittenAgain) {
  for (const char* number :
       {"0e400", "-0e400", "1e400", "-1e400", "1e-400", "0.0", "123456789012345678901234567890"}) {
    const auto object = parse_json_object("{\"a\":" + std::string(number) + "}");
    if (!object.ok()) continue;
    EXPECT_TRUE(parse_json_object(boost::json::serialize(*object)).ok()) << number;
  }
}

TEST(JsonStrict, RefusesWhatIsNotOneJsonObject) {
  for (const char* text : {"",
                           " ",
                           "[]",
                           "1",
                           "null",
                           "\"a\"",
                           "{",
                           "{}x",
                           "{} {}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{'a':1}",
                           "/**/{}",
                           "{}//",
                           "{\"a\":01}",
                           "{\"a\":NaN}",
                           "{\"a\":+1}",
                           "{\"a\":.5}",
                           "{\"a\":\"\n\"}",
                           "\xEF\xBB\xBF{}",
                           "{\"a\":\"\xFF\"}",
                           "{\"a\":\"\xC0\x80\"}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"\\udc00\\ud800\"}",
                           "{\"a\":\"\\x\"}"}) {
    complaint(text);
  }
  complaint(std::string_view("{}\0", 3));
}

}  // namespace
}  // namespace cinnabar
