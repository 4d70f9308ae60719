// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "url/regexp.h"

// What the tests of translate_regexp() share.
namespace cinnabar::url::testing {

/// What a translation compiles to, inside of a group as its callers put it.
inline std::unique_ptr<RE2> compiled(std::string_view source) {
  const auto translated = translate_regexp(source);
  EXPECT_TRUE(translated.ok()) << source << ": " << (translated.ok() ? "" : translated.error().detail);
  if (!translated.ok()) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  auto result = std::make_unique<RE2>("(" + *translated + ")", options);
  EXPECT_TRUE(result->ok()) << source << " became " << *translated << ": " << result->error();
  EXPECT_EQ(result->NumberOfCapturingGroups(), 1) << source << " became " << *translated;
  return result;
}

inline bool matches(std::string_view source, std::string_view text) {
  const auto regexp = compiled(source);
  return regexp != nullptr && RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *regexp);
}

/// The ASCII characters that `source` matches one by one.
inline std::string characters(std::string_view source) {
  const auto regexp = compiled(source);
  std::string found;
  for (int i = 0; regexp != nullptr && i < 128; ++i) {
    const std::string text(1, static_cast<char>(i));
    if (RE2::FullMatch(text, *regexp)) found += text;
  }
  return found;
}

/// What the leftmost match in `text` is; "-" if there is none.
inline std::string first_match(std::string_view source, const std::string& text) {
  const auto regexp = compiled(source);
  std::string found;
  return regexp != nullptr && RE2::PartialMatch(text, *regexp, &found) ? found : "-";
}

inline std::string detail(std::string_view source) {
  const auto translated = translate_regexp(source);
  return translated.ok() ? "translated" : translated.error().detail;
}

inline const std::string kDigits = "0123456789";
inline const std::string kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline const std::string kLower = "abcdefghijklmnopqrstuvwxyz";

struct Row {
  std::string_view source;
  std::vector<std::string_view> matched;
  std::vector<std::string_view> unmatched;
};

inline void check(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    for (const std::string_view text : row.matched)
      EXPECT_TRUE(matches(row.source, text)) << row.source << " and " << text;
    for (const std::string_view text : row.unmatched)
      EXPECT_FALSE(matches(row.source, text)) << row.source << " and " << text;
  }
}

}  // namespace cinnabar::url::testing
