// SPDX-License-Identifier: Apache-2.0
#include "url/regexp.h"

#include <gtest/gtest.h>

#include <string>

#include "url/regexp_testing.h"

namespace cinnabar::url {
namespace {

using namespace testing;  // NOLINT

TEST(Regexp, TranslatesTermsAndGroups) {
  check({
      {"", {""}, {"a"}},
      {"a|b", {"a", "b"}, {"", "ab"}},
      {"a|", {"a", ""}, {"b"}},
      {"|", {""}, {"|"}},
      {"(a)(b)", {"ab"}, {"a"}},
      {"(?:a|b)c", {"ac", "bc"}, {"a", "c"}},
      {"(?<name>a)", {"a"}, {""}},
      {"(?<\\u0061\\u{1D7D8}$_\\ud835\\udfd8>a)", {"a"}, {""}},
      {"(?<x>a)|(?<x>b)", {"a", "b"}, {}},
      {"(?:(?<x>a)|(?<y>b))|(?<x>c)", {"a", "b", "c"}, {}},
      {"()", {""}, {"a"}},
      {"(?:)*", {""}, {"a"}},
      {"^a$", {"a"}, {}},
      {"a^b", {}, {"ab", "a\nb"}},
      {"(?:^a|b)+", {"ab", "b"}, {"ba"}},
      {"\\ba\\b", {"a"}, {}},
      {"a\\Bb", {"ab"}, {}},
      {"\\B", {""}, {}},
      {"a/b,-\"'<>=!:#%&;@_`~", {"a/b,-\"'<>=!:#%&;@_`~"}, {}},
      {".", {"a", " ", std::string_view("\0", 1)}, {"\n", "\r", ""}},
  });
}

TEST(Regexp, TranslatesQuantifiers) {
  check({
      {"a*", {"", "aaa"}, {"b"}},
      {"a+", {"a", "aaa"}, {""}},
      {"a?", {"", "a"}, {"aa"}},
      {"a{2}", {"aa"}, {"a", "aaa"}},
      {"a{2,}", {"aa", "aaa"}, {"a"}},
      {"a{0,2}", {"", "aa"}, {"aaa"}},
      {"a{01,002}", {"a", "aa"}, {"", "aaa"}},
      {"a{0}b", {"b"}, {"ab"}},
      {"(?:ab){2}", {"abab"}, {"abb"}},
      {"[ab]{2}", {"ab"}, {"abb"}},
      {"(?:a{3}){2}", {"aaaaaa"}, {"aaaaa"}},
  });
  EXPECT_TRUE(matches("a{1000}", std::string(1000, 'a')));
  EXPECT_FALSE(matches("a{1000}", std::string(999, 'a')));
}

TEST(Regexp, PrefersWhatECMAScriptPrefers) {
  EXPECT_EQ(first_match("a+?", "aaa"), "a");
  EXPECT_EQ(first_match("a+", "aaa"), "aaa");
  EXPECT_EQ(first_match("a??b??", "ab"), "");
  EXPECT_EQ(first_match("a{1,2}?", "aaa"), "a");
  EXPECT_EQ(first_match("a{2}?", "aaa"), "aa");
  EXPECT_EQ(first_match("a|ab", "ab"), "a");
  EXPECT_EQ(first_match("(?:a|ab)(?:c|bcd)", "abcd"), "abcd");
  EXPECT_EQ(first_match("[a\\q{ab|abc|}]", "abcd"), "abc") << "the longest string comes first";
  EXPECT_EQ(first_match("[\\q{|ab}]", "cab"), "");
}

TEST(Regexp, TakesCountsBeyondAnyInputAsEndless) {
  EXPECT_TRUE(matches("a{2,99999999999999999999}", "aaa"));
  EXPECT_FALSE(matches("a{2,99999999999999999999}", "a"));
  EXPECT_TRUE(matches("(?:a{99999999999999999999}|b)c", "bc"));
  EXPECT_FALSE(matches("a{99999999999999999999,}", "aaaa"));
  EXPECT_TRUE(matches("(?:a{99999999999999999999})*", ""));
  EXPECT_EQ(detail("a{99999999999999999999,99999999999999999998}"),
            "the count at position 1 goes down; put the lesser number first");
}

TEST(Regexp, TranslatesCharacterEscapes) {
  EXPECT_EQ(characters("\\t|\\n|\\v|\\f|\\r"), "\t\n\v\f\r");
  EXPECT_EQ(characters("\\x41|\\u0042|\\u{43}|\\u{000044}"), "ABCD");
  EXPECT_EQ(characters("\\cA|\\cz"), "\x01\x1a");
  EXPECT_EQ(characters("\\0"), std::string(1, '\0'));
  EXPECT_TRUE(matches("\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|\\/", "^$\\.*+?()[]{}|/"));
  // What is not ASCII is valid, and never there.
  EXPECT_EQ(characters("\\u00e9|\\u{10FFFF}|\\ud83d\\ude00|\\ud83d|a"), "a");
  EXPECT_TRUE(matches("\\u00e9*a", "a"));
  EXPECT_TRUE(matches("\\u00e9{0,3}", ""));
  EXPECT_FALSE(matches("\\u00e9+", ""));
}

TEST(Regexp, RefusesWhatECMAScriptRefuses) {
  for (const char* source : {"*",
                             "+",
                             "?",
                             "{1}",
                             "a**",
                             "a{1}{2}",
                             "a+*",
                             "a???",
                             "^*",
                             "$+",
                             "\\b?",
                             "(*)",
                             "(?:+)",
                             "|*",
                             "(?",
                             "(",
                             ")",
                             "(a",
                             "a)",
                             "((a)",
                             "(?)",
                             "(?a)",
                             "(?R)",
                             "(?#a)",
                             "(?>a)",
                             "(?P<a>b)",
                             "(?<a",
                             "(?<>a)",
                             "(?<1a>b)",
                             "(?<a b>c)",
                             "(?<a>b)(?<a>c)",
                             "(?<a>(?<a>b))",
                             "(?:(?<a>b)|c)(?<a>d)",
                             "(?<\\x61>b)",
                             "(?<\\u{110000}>a)",
                             "(?ii:a)",
                             "(?i-i:a)",
                             "(?-:a)",
                             "(?--i:a)",
                             "(?i-ss:a)",
                             "(?x:a)",
                             "(?i)a",
                             "(?i",
                             "{",
                             "}",
                             "a{",
                             "a{1",
                             "a{1,",
                             "a{,5}",
                             "a{1,2",
                             "a{x}",
                             "a{1 }",
                             "a}",
                             "]",
                             "a]",
                             "[",
                             "[a",
                             "[^",
                             "[[a]",
                             "a{2,1}",
                             "\\",
                             "a\\",
                             "\\a",
                             "\\-",
                             "\\_",
                             "\\ ",
                             "\\e",
                             "\\g",
                             "\\H",
                             "\\A",
                             "\\z",
                             "\\Q",
                             "\\!",
                             "\\\"",
                             "\\&",
                             "\\00",
                             "\\01",
                             "\\08",
                             "\\x",
                             "\\x4",
                             "\\x4g",
                             "\\u",
                             "\\u004",
                             "\\u{",
                             "\\u{}",
                             "\\u{41",
                             "\\u{110000}",
                             "\\u{4g}",
                             "\\c",
                             "\\c1",
                             "\\c_",
                             "[b-a]",
                             "[\\u0062-a]",
                             "[a-\\d]",
                             "[\\d-a]",
                             "[\\s-\\d]",
                             "[(]",
                             "[)]",
                             "[{]",
                             "[}]",
                             "[/]",
                             "[-]",
                             "[|]",
                             "[a-]",
                             "[-a]",
                             "[a-b-c]",
                             "[a|b]",
                             "[&&]",
                             "[&&a]",
                             "[a&&]",
                             "[a&&&b]",
                             "[a&&b&]",
                             "[a&&b--c]",
                             "[a--b&&c]",
                             "[a--]",
                             "[--a]",
                             "[a---b]",
                             "[ab--c]",
                             "[ab&&c]",
                             "[a&&bc]",
                             "[a--bc]",
                             "[a-b--c]",
                             "[a--b-c]",
                             "[!!]",
                             "[##]",
                             "[$$]",
                             "[%%]",
                             "[**]",
                             "[++]",
                             "[,,]",
                             "[..]",
                             "[::]",
                             "[;;]",
                             "[<<]",
                             "[==]",
                             "[>>]",
                             "[??]",
                             "[@@]",
                             "[^^^]",
                             "[``]",
                             "[~~]",
                             "[a-&&]",
                             "[\\B]",
                             "[\\1]",
                             "[\\k]",
                             "[\\q]",
                             "[\\q{a]",
                             "[\\q{a",
                             "[\\q{(}]",
                             "[\\q{a-b}]",
                             "[\\q{\\d}]",
                             "[\\q{&&}]",
                             "[^\\q{ab}]",
                             "[^\\q{}]",
                             "[^[\\q{ab}]]",
                             "[^\\q{ab}--\\q{ab}]",
                             "[^\\q{ab}&&\\q{cd}]",
                             "\\q{a}",
                             "[\\a]",
                             "\xc3\xa9",
                             "[\xc3\xa9]",
                             "\x80"}) {
    const auto translated = translate_regexp(source);
    ASSERT_FALSE(translated.ok()) << source << " became " << *translated;
    EXPECT_EQ(translated.error().code, ErrorCode::kInvalid);
    EXPECT_NE(translated.error().detail.find(" at position "), std::string::npos)
        << translated.error().detail;
  }
}

TEST(Regexp, SaysWhatIsWrong) {
  EXPECT_EQ(detail("a|*"), "\"*\" at position 2 has nothing before it to repeat");
  EXPECT_EQ(detail("a{b"), "\"{\" at position 1 needs a backslash to stand for itself, or a count in braces");
  EXPECT_EQ(detail("(a"), "the group at position 0 lacks its \")\"");
  EXPECT_EQ(detail("[a"), "the class that ends at position 2 lacks its \"]\"");
  EXPECT_EQ(
      detail("[a-z&&b]"),
      "\"&&\" at position 4 has no such operands; put brackets around each, or backslashes before the signs");
  EXPECT_EQ(detail("[a-]"), "\"-\" at position 2 needs a backslash to stand for itself in a class");
  EXPECT_EQ(detail("\\d{2}\\e"),
            "an unknown escape at position 5; only punctuation with a meaning may follow a backslash to "
            "stand for itself");
}

TEST(Regexp, RefusesWhatTakesMoreThanLinearTime) {
  EXPECT_EQ(detail("ab(?=c)"),
            "look-ahead at position 2 is not supported, since matching must take linear time");
  EXPECT_EQ(detail("(?!a)"),
            "look-ahead at position 0 is not supported, since matching must take linear time");
  EXPECT_EQ(detail("(?<=a)b"),
            "look-behind at position 0 is not supported, since matching must take linear time");
  EXPECT_EQ(detail("a(?<!a)b"),
            "look-behind at position 1 is not supported, since matching must take linear time");
  EXPECT_EQ(detail("(a)\\1"),
            "the back-reference at position 3 is not supported, since matching must take linear time");
  EXPECT_EQ(detail("(?<a>b)\\k<a>"),
            "the back-reference at position 7 is not supported, since matching must take linear time");
}

TEST(Regexp, RefusesWhatIsTooLarge) {
  EXPECT_EQ(
      detail("ba{1001}"),
      "the count that ends at position 8 is too high; counts, and products of counts within counts, may "
      "not exceed 1000");
  EXPECT_FALSE(translate_regexp("a{0,1001}").ok());
  EXPECT_FALSE(translate_regexp("(?:a{50}b{2}){21}").ok());
  EXPECT_TRUE(translate_regexp("(?:a{50}b{2}){20}").ok());
  EXPECT_FALSE(translate_regexp("(?:a|){99999999}").ok());
  EXPECT_FALSE(translate_regexp("(?:(?:a|){1000}){99999999,}").ok());
  const auto nested = [](std::size_t depth, const std::string& open, const std::string& close) {
    std::string source;
    for (std::size_t i = 0; i < depth; ++i) source += open;
    source += 'a';
    for (std::size_t i = 0; i < depth; ++i) source += close;
    return source;
  };
  EXPECT_TRUE(matches(nested(200, "(", ")"), "a"));
  EXPECT_TRUE(matches(nested(200, "[", "]"), "a"));
  EXPECT_TRUE(matches(nested(200, "(?:", ")*"), "aa"));
  EXPECT_EQ(detail(nested(201, "(", ")")),
            "the group at position 200 nests too deep; use fewer groups in groups");
  EXPECT_EQ(detail(nested(100000, "[", "]")),
            "[ at position 200 nests too deep; use fewer classes in classes");
}

}  // namespace
}  // namespace cinnabar::url
