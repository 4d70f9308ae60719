// SPDX-License-Identifier: Apache-2.0
#include "protocol/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cinnabar {

void PrintTo(const FormPair& pair, std::ostream* out) { *out << pair.name << '=' << pair.value; }

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Form, ParsesTheExampleOfSection2) {
  EXPECT_THAT(parse_form("a;b=1&c=%zz&d=%&e&=x&f=a+b&g=%2B&&h==y"),
              ElementsAre(FormPair{"a;b", "1"}, FormPair{"c", "%zz"}, FormPair{"d", "%"}, FormPair{"e", ""},
                          FormPair{"", "x"}, FormPair{"f", "a b"}, FormPair{"g", "+"}, FormPair{"h", "=y"}));
}

TEST(Form, SkipsEmptyPieces) {
  EXPECT_THAT(parse_form(""), IsEmpty());
  EXPECT_THAT(parse_form("&"), IsEmpty());
  EXPECT_THAT(parse_form("&&&"), IsEmpty());
  EXPECT_THAT(parse_form("&a=1&"), ElementsAre(FormPair{"a", "1"}));
  EXPECT_THAT(parse_form("="), ElementsAre(FormPair{"", ""}));
}

TEST(Form, DecodesNames) {
  EXPECT_THAT(parse_form("%6Datch=foo&a+b=c"), ElementsAre(FormPair{"match", "foo"}, FormPair{"a b", "c"}));
  EXPECT_THAT(parse_form("a%3Db=c%26d"), ElementsAre(FormPair{"a=b", "c&d"}));
}

TEST(Form, KeepsAPercentSignWithoutTwoHexDigits) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"%", "%"},       {"%4", "%4"},     {"%4g", "%4g"},  {"%g4", "%g4"},  {"%%41", "%A"},  {"%41%", "A%"},
      {"100%", "100%"}, {"%4%41", "%4A"}, {"%E9", "\xE9"}, {"%e9", "\xE9"}, {"%2525", "%25"}};
  for (const auto& [encoded, decoded] : cases) {
    EXPECT_THAT(parse_form("x=" + encoded), ElementsAre(FormPair{"x", decoded})) << encoded;
  }
}

TEST(Form, KeepsNulAndIllFormedBytes) {
  EXPECT_THAT(parse_form("x=a%00b&y=%FF"),
              ElementsAre(FormPair{"x", std::string("a\0b", 3)}, FormPair{"y", "\xFF"}));
}

TEST(Form, ReaderReusesItsStringsWithoutLeavingOldText) {
  FormReader reader("a=long%20value&b&c=1");
  std::string name, value;
  ASSERT_TRUE(reader.next(name, value));
  EXPECT_EQ(name + "=" + value, "a=long value");
  ASSERT_TRUE(reader.next(name, value));
  EXPECT_EQ(name + "=" + value, "b=");
  ASSERT_TRUE(reader.next(name, value));
  EXPECT_EQ(name + "=" + value, "c=1");
  EXPECT_FALSE(reader.next(name, value));
  EXPECT_FALSE(reader.next(name, value));
}

}  // namespace
}  // namespace cinnabar
