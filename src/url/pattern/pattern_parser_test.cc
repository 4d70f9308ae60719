// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/pattern_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar::url::pattern {
namespace {

/// Puts the text in upper case, and refuses "!".
Result<std::string> upper(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '!') return Error{ErrorCode::kInvalid, "no exclamation mark"};
    out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return out;
}

/// Each part as "type:prefix|value or name|suffix modifier".
std::string parts(std::string_view input, const Options& options = kPathnameOptions) {
  const Result<PartList> list = parse_pattern(input, options, upper);
  if (!list.ok()) return "error" + list.error().detail;
  std::string out;
  for (const Part& part : *list) {
    if (!out.empty()) out += ' ';
    out += std::string_view("TRSF")[static_cast<std::size_t>(part.type)];
    out += std::string_view(" ?*+")[static_cast<std::size_t>(part.modifier)];
    if (part.type == PartType::kFixedText) {
      out += "[" + part.value + "]";
    } else {
      out += "[" + part.prefix + "|" + part.name + (part.value.empty() ? "" : "=" + part.value) + "|" +
             part.suffix + "]";
    }
  }
  return out;
}

TEST(PatternParser, JoinsFixedText) {
  EXPECT_EQ(parts(""), "");
  EXPECT_EQ(parts("/foo"), "T [/FOO]");
  EXPECT_EQ(parts("/f{oo}\\b"), "T [/FOOB]");
  EXPECT_EQ(parts("a{}b"), "T [AB]");
  EXPECT_EQ(parts("a{}?b"), "T [A] T [B]");
  EXPECT_EQ(parts("a{bc}?d"), "T [A] T?[BC] T [D]");
}

TEST(PatternParser, TakesTheSlashBeforeAGroupAsItsPrefix) {
  EXPECT_EQ(parts("/foo/:id?"), "T [/FOO] S?[/|id|]");
  EXPECT_EQ(parts("/foo/:id?", kDefaultOptions), "T [/FOO/] S?[|id|]");
  EXPECT_EQ(parts("/foo\\/:id"), "T [/FOO/] S [|id|]");
  EXPECT_EQ(parts("a.:id", kHostnameOptions), "T [A.] S [|id|]");
  EXPECT_EQ(parts("-:id"), "T [-] S [|id|]");
}

TEST(PatternParser, ANulIsNoPrefix) {
  EXPECT_EQ(parts(std::string_view("\0*", 2), kDefaultOptions), std::string("T [\0] F [|0|]", 13));
}

TEST(PatternParser, NumbersUnnamedGroups) { EXPECT_EQ(parts("*:a(b)(c)"), "F [|0|] R [|a=b|] R [|1=c|]"); }

TEST(PatternParser, KnowsWildcardsWrittenAsRegexps) {
  EXPECT_EQ(parts("/(.*)"), "F [/|0|]");
  EXPECT_EQ(parts("/:a(.*)"), "F [/|a|]");
  EXPECT_EQ(parts("/([^\\/]+?)"), "S [/|0|]");
  EXPECT_EQ(parts("([^\\.]+?)", kHostnameOptions), "S [|0|]");
  EXPECT_EQ(parts("([^]+?)", kDefaultOptions), "S [|0|]");
  EXPECT_EQ(parts("([^\\.]+?)"), "R [|0=[^\\.]+?|]");
}

TEST(PatternParser, Modifiers) {
  EXPECT_EQ(parts("/:a?/:b*/:c+"), "S?[/|a|] S*[/|b|] S+[/|c|]");
  EXPECT_EQ(parts("***"), "F*[|0|] F [|1|]");
  EXPECT_EQ(parts("{a:b(c)d}+"), "R+[A|b=c|D]");
  EXPECT_EQ(parts("{*}?"), "F?[|0|]");
}

TEST(PatternParser, SaysWhatIsWrongAndWhere) {
  const auto starts = [](std::string_view input, std::string_view expected) {
    EXPECT_EQ(parts(input).rfind(expected, 0), 0U) << input << ": " << parts(input);
  };
  starts("/{a", "error at position 1: the group opened by `{` is not closed");
  starts("/{a{b}}", "error at position 3: braces hold at most one group");
  starts("/{:a:b}", "error at position 4: braces hold at most one group");
  starts("/a}", "error at position 2: the `}` closes no group");
  starts("/a+", "error at position 2: there is no group before the `+` to repeat");
  starts("/:a??", "error at position 4: there is no group before the `?`");
  starts("/:a/:b/:a", "error at position 7: the group name `a` is there twice");
  starts("/(", "error at position 1: the group opened by `(` is not closed");
  EXPECT_EQ(parts("/a!"), "error: no exclamation mark");
  EXPECT_EQ(parts("{!:a}"), "error: no exclamation mark");
  EXPECT_EQ(parts("{:a!}"), "error: no exclamation mark");
  EXPECT_EQ(parts("{!}?"), "error: no exclamation mark");
}

}  // namespace
}  // namespace cinnabar::url::pattern
