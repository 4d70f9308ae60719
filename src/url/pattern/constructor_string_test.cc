// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/constructor_string.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cinnabar::url::pattern {
namespace {

/// The components that are there, each on as "name=text" with blanks between them.
std::string cut(std::string_view input) {
  const Result<UrlPatternInit> init = parse_constructor_string(input);
  if (!init.ok()) return init.error().detail;
  std::string out;
  for (std::size_t i = 0; i < kComponents; ++i) {
    if (!init->components[i]) continue;
    if (!out.empty()) out += ' ';
    out += std::string(name_of(static_cast<Component>(i))) + "=" + *init->components[i];
  }
  return out;
}

void expect_cuts(const std::vector<std::pair<const char*, const char*>>& cases) {
  for (const auto& [input, expected] : cases) EXPECT_EQ(cut(input), expected) << input;
}

TEST(ConstructorString, Absolute) {
  expect_cuts({
      {"https://example.com", "protocol=https hostname=example.com port="},
      {"https://example.com/", "protocol=https hostname=example.com port= pathname=/"},
      {"https://a/b?c#d", "protocol=https hostname=a port= pathname=/b search=c hash=d"},
      {"https://a?c", "protocol=https hostname=a port= pathname=/ search=c"},
      {"https://a#d", "protocol=https hostname=a port= pathname=/ search= hash=d"},
      {"https://a/b#d", "protocol=https hostname=a port= pathname=/b search= hash=d"},
      {"https://a:8080/b", "protocol=https hostname=a port=8080 pathname=/b"},
      {"https://a:*", "protocol=https hostname=a port=*"},
      {"foo://a?c", "protocol=foo hostname=a port= pathname= search=c"},
      {"http{s}?://a", "protocol=http{s}? hostname=a port="},
      {"*://a?c", "protocol=* hostname=a port= pathname=/ search=c"},
      {"https://", "protocol=https hostname= port="},
  });
}

TEST(ConstructorString, NonSpecialProtocolsWithoutSlashesHaveAPathAlone) {
  expect_cuts({
      {"data\\:foobar", "protocol=data hostname= port= pathname=foobar"},
      {"data:foobar", "pathname=data:foobar"},
      {"data\\:", "protocol=data hostname= port= pathname="},
      {"https:a", "pathname=https:a"},
      {"https\\:a", "protocol=https hostname=a port="},
      {"*\\:a?b", "protocol=* hostname=a port= pathname=/ search=b"},
  });
}

TEST(ConstructorString, UserInformation) {
  expect_cuts({
      {"https://u@a", "protocol=https username=u hostname=a port="},
      {"https://u\\:p@a", "protocol=https username=u password=p hostname=a port="},
      {"https://u:p@a", "protocol=https username=u:p hostname=a port="},
      {"https://:@a", "protocol=https username= password= hostname=a port="},
      {"https://a/@", "protocol=https hostname=a port= pathname=/@"},
  });
}

TEST(ConstructorString, Brackets) {
  expect_cuts({
      {"https://[::1]:80/", "protocol=https hostname=[::1] port=80 pathname=/"},
      {"https://[\\:\\:a]/", "protocol=https hostname=[\\:\\:a] port= pathname=/"},
      {"https://a]:1/", "protocol=https hostname=a]:1 port= pathname=/"},
  });
}

TEST(ConstructorString, Relative) {
  expect_cuts({
      {"", "pathname="},
      {"foo", "pathname=foo"},
      {"/foo?a#b", "pathname=/foo search=a hash=b"},
      {"/foo#b", "pathname=/foo search= hash=b"},
      {"?a", "search=a"},
      {"#b", "hash=b"},
      {"?a#b", "search=a hash=b"},
      {"\\?a", "search=a"},
  });
}

TEST(ConstructorString, AQuestionMarkAfterAGroupIsAModifier) {
  expect_cuts({
      {"/:a?b", "pathname=/:a?b"},
      {"/:a\\?b", "pathname=/:a search=b"},
      {"/(a)?b", "pathname=/(a)?b"},
      {"/{a}?b", "pathname=/{a}?b"},
      {"/*?b", "pathname=/*?b"},
      {"/:a??b", "pathname=/:a? search=b"},
      {"/a?b?c", "pathname=/a search=b?c"},
      {"/a\\??b", "pathname=/a search=?b"},
  });
}

TEST(ConstructorString, GroupsHideWhatTheyHold) {
  expect_cuts({
      {"/{a?b#c}", "pathname=/{a?b#c}"},
      {"https://a{:8080}/b", "protocol=https hostname=a{:8080} port= pathname=/b"},
      {"https://a/(x?y#z)", "protocol=https hostname=a port= pathname=/(x?y#z)"},
      {"/a}?b", "pathname=/a}?b"},
      {"{https://a", "pathname={https://a"},
  });
}

TEST(ConstructorString, InvalidProtocol) {
  EXPECT_EQ(
      cut("(a://b").rfind("The pattern's protocol is invalid at position 0: the group opened by `(`", 0), 0U);
  EXPECT_EQ(cut("1://b").rfind("The pattern's protocol is invalid: a protocol is a letter", 0), 0U);
}

}  // namespace
}  // namespace cinnabar::url::pattern
