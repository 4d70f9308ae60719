// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/component.h"

#include <gtest/gtest.h>

namespace cinnabar::url::pattern {
namespace {

constexpr PartType kSegment = PartType::kSegmentWildcard;
constexpr PartType kAny = PartType::kFullWildcard;

Part text(std::string value, Modifier modifier = Modifier::kNone) {
  return {PartType::kFixedText, modifier, std::move(value), "", "", ""};
}

Part group(PartType type, std::string name, std::string prefix = "", std::string suffix = "",
           Modifier modifier = Modifier::kNone) {
  return {type, modifier, "", std::move(name), std::move(prefix), std::move(suffix)};
}

Part regexp(std::string source, std::string name, std::string prefix = "", std::string suffix = "",
            Modifier modifier = Modifier::kNone) {
  return {PartType::kRegexp, modifier,          std::move(source),
          std::move(name),   std::move(prefix), std::move(suffix)};
}

ComponentPattern compiled(const PartList& parts, const Options& options = kPathnameOptions) {
  auto component = ComponentPattern::compile(parts, options);
  EXPECT_TRUE(component.ok()) << component.error().detail;
  return std::move(*component);
}

std::string detail(const PartList& parts) {
  const auto component = ComponentPattern::compile(parts, kPathnameOptions);
  if (component.ok()) return "accepted";
  EXPECT_EQ(component.error().code, ErrorCode::kInvalid);
  return component.error().detail;
}

std::string groups(const ComponentPattern& component, std::string_view input) {
  const auto found = component.exec(input);
  EXPECT_EQ(component.test(input), found.has_value()) << component.text() << " on " << input;
  if (!found) return "no match";
  std::string out;
  for (const auto& [name, value] : *found) {
    out += (out.empty() ? "" : " ") + name + (value ? "=" + *value : "");
  }
  return out;
}

TEST(ComponentPattern, TheEmptyOne) {
  for (const ComponentPattern& empty : {ComponentPattern(), compiled({})}) {
    EXPECT_EQ(empty.text(), "");
    EXPECT_EQ(groups(empty, ""), "");
    EXPECT_EQ(groups(empty, "a"), "no match");
    EXPECT_TRUE(empty.literal().is_whole);
    EXPECT_FALSE(empty.has_regexp_groups());
  }
}

TEST(ComponentPattern, Literals) {
  for (const std::string literal : {"/books", "/a:b", "*"}) {
    const auto component = compiled({text(literal)});
    EXPECT_EQ(groups(component, literal), "");
    EXPECT_EQ(groups(component, literal + "x"), "no match");
    EXPECT_EQ(groups(component, ""), "no match");
    EXPECT_EQ(component.literal().prefix, literal);
    EXPECT_TRUE(component.literal().is_whole);
  }
  EXPECT_EQ(compiled({text("/a:b")}).text(), "/a\\:b");
}

TEST(ComponentPattern, LiteralsAndAnything) {
  const auto any = compiled({group(kAny, "0")});
  EXPECT_EQ(any.text(), "*");
  EXPECT_EQ(groups(any, ""), "0=");
  EXPECT_EQ(groups(any, "/a/b"), "0=/a/b");
  EXPECT_EQ(any.literal().prefix, "");
  EXPECT_FALSE(any.literal().is_whole);

  const auto users = compiled({text("/users/42"), group(kAny, "0", "/")});
  EXPECT_EQ(users.text(), "/users/42/*");
  EXPECT_EQ(groups(users, "/users/42/"), "0=");
  EXPECT_EQ(groups(users, "/users/42/a/b"), "0=a/b");
  EXPECT_EQ(groups(users, "/users/42"), "no match");
  EXPECT_EQ(users.literal().prefix, "/users/42/");
  EXPECT_FALSE(users.literal().is_whole);

  EXPECT_EQ(groups(compiled({text("/users/"), group(kAny, "1")}), "/users/b"), "1=b");
  EXPECT_EQ(groups(compiled({text("/users"), group(kAny, "all", "/")}), "/users/b"), "all=b");
}

TEST(ComponentPattern, LiteralsAndASegment) {
  const auto books = compiled({text("/books"), group(kSegment, "id", "/")});
  EXPECT_EQ(books.text(), "/books/:id");
  EXPECT_EQ(groups(books, "/books/42"), "id=42");
  EXPECT_EQ(groups(books, "/books/"), "no match");
  EXPECT_EQ(groups(books, "/books/4/2"), "no match");
  EXPECT_EQ(groups(books, "/book/42"), "no match");
  EXPECT_EQ(books.literal().prefix, "/books/");

  const auto host = compiled({group(kSegment, "sub")}, kHostnameOptions);
  EXPECT_EQ(groups(host, "example"), "sub=example");
  EXPECT_EQ(groups(host, "example.com"), "no match");
  const auto hash = compiled({text("a"), group(kSegment, "rest")}, kDefaultOptions);
  EXPECT_EQ(groups(hash, "ab/c.d"), "rest=b/c.d");
  EXPECT_EQ(groups(hash, "a"), "no match");
}

TEST(ComponentPattern, Sequences) {
  const auto chapters = compiled({text("/books"), group(kSegment, "id", "/"), group(kSegment, "chapter", "/"),
                                  text("/x"), group(kAny, "0"), text(".html")});
  EXPECT_EQ(groups(chapters, "/books/42/7/x.html"), "id=42 chapter=7 0=");
  EXPECT_EQ(groups(chapters, "/books/42/7/xa/b.html"), "id=42 chapter=7 0=a/b");
  EXPECT_EQ(groups(chapters, "/books/42//x.html"), "no match");
  EXPECT_EQ(groups(chapters, "/books/42/7/x.htm"), "no match");
  EXPECT_EQ(chapters.literal().prefix, "/books/");
  const auto overlapping = compiled({text("/ab"), group(kAny, "0"), text("ba")});
  EXPECT_EQ(groups(overlapping, "/aba"), "no match");
  EXPECT_EQ(groups(overlapping, "/abba"), "0=");
}

TEST(ComponentPattern, SequencesThatMayLackTheirEnd) {
  const auto chapters = compiled(
      {text("/books"), group(kSegment, "id", "/"), group(kSegment, "chapter", "/", "", Modifier::kOptional)});
  EXPECT_EQ(groups(chapters, "/books/42"), "id=42 chapter");
  EXPECT_EQ(groups(chapters, "/books/42/7"), "id=42 chapter=7");
  EXPECT_EQ(groups(chapters, "/books/42/"), "no match");
  EXPECT_EQ(groups(chapters, "/books/42/7/8"), "no match");
  const auto scheme = compiled({text("http"), text("s", Modifier::kOptional)}, kDefaultOptions);
  EXPECT_EQ(groups(scheme, "http"), "");
  EXPECT_EQ(groups(scheme, "https"), "");
  EXPECT_EQ(groups(scheme, "httpss"), "no match");
}

TEST(ComponentPattern, ModifiersAsInEcmaScript) {
  const auto optional = compiled({text("/books"), group(kSegment, "id", "/", "", Modifier::kOptional)});
  EXPECT_EQ(groups(optional, "/books"), "id");
  EXPECT_EQ(groups(optional, "/books/1"), "id=1");
  EXPECT_EQ(groups(optional, "/books/"), "no match");
  EXPECT_EQ(optional.literal().prefix, "/books");
  const auto one_or_more = compiled({text("/a"), group(kSegment, "x", "/", "", Modifier::kOneOrMore)});
  EXPECT_EQ(groups(one_or_more, "/a/1/2/3"), "x=1/2/3");
  EXPECT_EQ(groups(one_or_more, "/a"), "no match");
  EXPECT_EQ(one_or_more.literal().prefix, "/a/");
  const auto zero_or_more = compiled({text("/a"), group(kSegment, "x", "/", "", Modifier::kZeroOrMore)});
  EXPECT_EQ(groups(zero_or_more, "/a"), "x");
  EXPECT_EQ(groups(zero_or_more, "/a/1/2"), "x=1/2");
  EXPECT_EQ(groups(compiled({group(kAny, "0", "", "", Modifier::kOptional)}), ""), "0");
  EXPECT_EQ(groups(compiled({group(kAny, "0", "", "", Modifier::kZeroOrMore)}), ""), "0=");
  EXPECT_EQ(groups(compiled({group(kSegment, "x", "", "", Modifier::kZeroOrMore)}), ""), "x=");
  EXPECT_EQ(groups(compiled({text("http"), text("s", Modifier::kOptional)}, kDefaultOptions), "https"), "");
  EXPECT_EQ(groups(compiled({text("ab", Modifier::kOneOrMore)}), "ababab"), "");
  EXPECT_EQ(compiled({text("ab", Modifier::kOneOrMore)}).literal().prefix, "ab");
  EXPECT_EQ(compiled({text("ab", Modifier::kZeroOrMore)}).literal().prefix, "");
}

TEST(ComponentPattern, Regexps) {
  const auto books = compiled({text("/books"), regexp("\\d+", "id", "/")});
  EXPECT_EQ(books.text(), "/books/:id(\\d+)");
  EXPECT_TRUE(books.has_regexp_groups());
  EXPECT_EQ(groups(books, "/books/42"), "id=42");
  EXPECT_EQ(groups(books, "/books/x"), "no match");
  EXPECT_EQ(groups(books, "/books/42/"), "no match");
  EXPECT_EQ(books.literal().prefix, "/books/");
  EXPECT_FALSE(books.literal().is_whole);

  EXPECT_EQ(groups(compiled({regexp("a|b", "0", "/", "", Modifier::kOneOrMore)}), "/a/b/a"), "0=a/b/a");
  EXPECT_EQ(groups(compiled({regexp("a|b", "0", "", "", Modifier::kZeroOrMore)}), "abba"), "0=abba");
  EXPECT_EQ(groups(compiled({regexp("a|b", "0", "", "", Modifier::kZeroOrMore)}), ""), "0=");
  EXPECT_EQ(groups(compiled({regexp("a", "0", "/", "-", Modifier::kZeroOrMore)}), "/a-/a-"), "0=a-/a");
  EXPECT_EQ(groups(compiled({regexp("a", "0", "/", "-", Modifier::kZeroOrMore)}), ""), "0");
  EXPECT_EQ(groups(compiled({regexp("a", "0", "/", "", Modifier::kOptional), group(kAny, "1")}), "/b"),
            "0 1=/b");
  EXPECT_EQ(groups(compiled({regexp("a*", "0", "", "", Modifier::kOptional)}), ""), "0");
  EXPECT_EQ(groups(compiled({regexp("a*", "0")}), ""), "0=");
  EXPECT_EQ(groups(compiled({regexp("(a)(?<n>b)", "0"), group(kSegment, "x", "/")}), "ab/c"), "0=ab x=c");
  EXPECT_EQ(groups(compiled({text("a.b*", Modifier::kOneOrMore), regexp("x", "0")}), "a.b*a.b*x"), "0=x");
  EXPECT_EQ(groups(compiled({text("axb"), regexp("x", "0")}), "a.bx"), "no match");
  const auto hash = compiled({group(kSegment, "r"), regexp("\\d", "0")}, kDefaultOptions);
  EXPECT_EQ(groups(hash, "a/b1"), "r=a/b 0=1");
  const auto host = compiled({group(kSegment, "r"), regexp("\\w", "0", ".")}, kHostnameOptions);
  EXPECT_EQ(groups(host, "ab.c"), "r=ab 0=c");
  EXPECT_EQ(groups(host, "a.b.c"), "no match");
}

TEST(ComponentPattern, RefusedRegexps) {
  EXPECT_EQ(detail({regexp("(?=a)", "id")})
                .find("in the regular expression of group \"id\", look-ahead at position 0"),
            0u);
  EXPECT_EQ(detail({regexp("a{b", "0")}).find("in the regular expression of group \"0\", "), 0u);
  EXPECT_EQ(detail({regexp("[a-z]{100}", "a"), regexp("\\w{1,100}", "b", "/")}), "accepted");
  const std::string large = "(?:" + std::string(4'000, 'a') + "){1000}";
  EXPECT_EQ(detail({regexp(large, "big")}),
            "the regular expression of group \"big\" is too large: make it shorter, or its counts smaller");
  EXPECT_EQ(detail({regexp("a", "0"), regexp(large, "1")})
                .find("the regular expression of group \"0\" is too large with the later ones"),
            0u);
}

TEST(ComponentPattern, KeepsItsParts) {
  const std::vector<PartList> lists = {
      {},
      {text("/a")},
      {text("/a:b")},
      {group(kAny, "0")},
      {group(kAny, "0", "/")},
      {text("/a"), group(kAny, "0", "/")},
      {text("/a/"), group(kAny, "0")},
      {text("/a-"), group(kSegment, "x")},
      {group(kSegment, "x", "/")},
      {group(kSegment, "0", "/")},
      {text("a", Modifier::kOptional), regexp("x", "1", "/", "-", Modifier::kOneOrMore)},
  };
  for (const Options& options : {kPathnameOptions, kHostnameOptions, kDefaultOptions}) {
    for (const PartList& parts : lists) {
      ComponentPattern component;
      component = compiled(parts, options);
      const PartList kept = component.parts();
      ASSERT_EQ(kept.size(), parts.size()) << component.text();
      for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_EQ(kept[i].type, parts[i].type);
        EXPECT_EQ(kept[i].modifier, parts[i].modifier);
        EXPECT_EQ(kept[i].value, parts[i].value);
        EXPECT_EQ(kept[i].name, parts[i].name);
        EXPECT_EQ(kept[i].prefix, parts[i].prefix) << component.text();
        EXPECT_EQ(kept[i].suffix, parts[i].suffix);
      }
    }
  }
}

TEST(ComponentPattern, Compares) {
  // From the greatest to the least.
  const std::vector<PartList> order = {
      {text("/foo/")},
      {text("/foo/"), group(kSegment, "x")},
      {text("/foo"), regexp("b", "0", "/")},
      {text("/foo"), regexp("a", "0", "/", "-")},
      {text("/foo"), regexp("a", "0", "/")},
      {text("/foo"), group(kSegment, "x", "/")},
      {text("/foo"), group(kSegment, "x", "/", "", Modifier::kOneOrMore)},
      {text("/foo"), group(kSegment, "x", "/", "", Modifier::kOptional)},
      {text("/foo"), group(kSegment, "x", "/", "", Modifier::kZeroOrMore)},
      {text("/foo"), group(kAny, "0", "/")},
      {text("/bar")},
      {},
      {text("/bar", Modifier::kOneOrMore)},
      {text("/bar", Modifier::kOptional)},
      {text("/bar", Modifier::kZeroOrMore)},
      {group(kAny, "0"), text("/foo")},
      {group(kAny, "0")},
  };
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      const auto left = compiled(order[i]);
      const auto right = compiled(order[j]);
      const int expected = i == j ? 0 : i < j ? 1 : -1;
      EXPECT_EQ(ComponentPattern::compare(left, right), expected) << left.text() << " and " << right.text();
    }
  }
  EXPECT_EQ(ComponentPattern::compare(compiled({group(kSegment, "a")}), compiled({group(kSegment, "b")})), 0);
}

TEST(ComponentPattern, IsSmall) { EXPECT_LE(sizeof(ComponentPattern), 48u); }

}  // namespace
}  // namespace cinnabar::url::pattern
