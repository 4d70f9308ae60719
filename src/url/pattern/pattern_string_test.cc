// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/pattern_string.h"

#include <gtest/gtest.h>

namespace cinnabar::url::pattern {
namespace {

constexpr PartType kSegment = PartType::kSegmentWildcard;
constexpr PartType kAny = PartType::kFullWildcard;
constexpr PartType kRegexp = PartType::kRegexp;

Part text(std::string value, Modifier modifier = Modifier::kNone) {
  return {PartType::kFixedText, modifier, std::move(value), "", "", ""};
}

Part group(PartType type, std::string name, std::string prefix = "", std::string suffix = "",
           Modifier modifier = Modifier::kNone) {
  return {type, modifier, type == kRegexp ? "x" : "", std::move(name), std::move(prefix), std::move(suffix)};
}

std::string path(const PartList& parts) { return pattern_string(parts, kPathnameOptions); }

TEST(PatternString, Texts) {
  EXPECT_EQ(path({}), "");
  EXPECT_EQ(path({text("/a.b/^$|[]")}), "/a.b/^$|[]");
  EXPECT_EQ(path({text("+*?:{}()\\")}), "\\+\\*\\?\\:\\{\\}\\(\\)\\\\");
  EXPECT_EQ(path({text("/a"), text("b?", Modifier::kOptional)}), "/a{b\\?}?");
  EXPECT_EQ(path({text("a", Modifier::kZeroOrMore), text("b", Modifier::kOneOrMore)}), "{a}*{b}+");
}

TEST(PatternString, Groups) {
  EXPECT_EQ(path({group(kAny, "0")}), "*");
  EXPECT_EQ(path({text("/books"), group(kSegment, "id", "/")}), "/books/:id");
  EXPECT_EQ(path({text("/books"), group(kSegment, "id", "/", "", Modifier::kOptional)}), "/books/:id?");
  EXPECT_EQ(path({text("/books"), group(kRegexp, "id", "/")}), "/books/:id(x)");
  EXPECT_EQ(path({text("/books"), group(kRegexp, "0", "/")}), "/books/(x)");
  EXPECT_EQ(path({group(kSegment, "0", "/")}), "/([^\\/]+?)");
  EXPECT_EQ(pattern_string({group(kSegment, "0")}, kHostnameOptions), "([^\\.]+?)");
  EXPECT_EQ(pattern_string({group(kSegment, "0")}, kDefaultOptions), "([^]+?)");
  EXPECT_EQ(path({group(kAny, "name", "/")}), "/:name(.*)");
}

TEST(PatternString, BracesWhereTheyAreNeeded) {
  EXPECT_EQ(path({group(kSegment, "a", "/", "b")}), "{/:a\\b}");
  EXPECT_EQ(path({group(kSegment, "a", "/", "-")}), "{/:a-}");
  EXPECT_EQ(path({group(kAny, "0", "b", "", Modifier::kOneOrMore)}), "{b*}+");
  EXPECT_EQ(path({text("/"), group(kSegment, "a")}), "/{:a}") << "the slash is no prefix";
  EXPECT_EQ(path({text("x"), group(kSegment, "a")}), "x:a");
  EXPECT_EQ(path({group(kSegment, "a", "/"), text("b")}), "{/:a}b") << "or the name would go on";
  EXPECT_EQ(path({group(kSegment, "a", "/"), text("$")}), "{/:a}$");
  EXPECT_EQ(path({group(kSegment, "a", "/"), text("-b")}), "/:a-b");
  EXPECT_EQ(path({group(kSegment, "a", "/"), group(kRegexp, "0")}), "{/:a}(x)");
  EXPECT_EQ(path({group(kSegment, "a", "/"), group(kSegment, "b")}), "/:a:b");
  EXPECT_EQ(path({group(kRegexp, "a", "/"), text("b")}), "/:a(x)b");
  // Without a prefix code point, a text before a group is never a prefix.
  EXPECT_EQ(pattern_string({text("/"), group(kSegment, "a")}, kDefaultOptions), "/:a");
  EXPECT_EQ(pattern_string({group(kSegment, "a", "", ".", Modifier::kOptional), text("b")}, kHostnameOptions),
            "{:a.}?b");
}

TEST(PatternString, FullWildcardsThatWouldBeModifiers) {
  EXPECT_EQ(path({group(kSegment, "a", "/"), group(kAny, "0")}), "{/:a}(.*)");
  EXPECT_EQ(path({group(kAny, "0", "/"), group(kAny, "1")}), "/*(.*)");
  EXPECT_EQ(path({group(kAny, "0", "/"), group(kAny, "1", "/")}), "/*/*");
  EXPECT_EQ(path({group(kAny, "0", "/", "", Modifier::kOptional), group(kAny, "1")}), "/*?*");
  EXPECT_EQ(path({group(kAny, "0"), text("/x"), group(kAny, "1")}), "*/x*");
}

}  // namespace
}  // namespace cinnabar::url::pattern
