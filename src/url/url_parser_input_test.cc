// SPDX-License-Identifier: Apache-2.0
#include "url/url_parser_input.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cinnabar::url {
namespace {

TEST(ParserInput, CleansAtEveryPlace) {
  for (std::size_t at = 0; at < 20; ++at) {
    for (const std::string_view dirt : {"\t", "\n", "\r"}) {
      std::string text(20, 'a');
      text.insert(at, dirt);
      EXPECT_EQ(ParserInput(text, ParserInput::Trim::kNo).text(), std::string(20, 'a'));
    }
    std::string text(20, '~');
    text[at] = '\xFF';
    std::string expected(20, '~');
    expected.replace(at, 1, "\uFFFD");
    EXPECT_EQ(ParserInput(text, ParserInput::Trim::kNo).text(), expected);
  }
}

TEST(ParserInput, TrimsOnDemand) {
  EXPECT_EQ(ParserInput(" \x01 a \x1F", ParserInput::Trim::kYes).text(), "a");
  EXPECT_EQ(ParserInput(" a ", ParserInput::Trim::kNo).text(), " a ");
  EXPECT_EQ(ParserInput("  ", ParserInput::Trim::kYes).text(), "");
  const std::string_view clean = "as it is";
  EXPECT_EQ(ParserInput(clean, ParserInput::Trim::kYes).text().data(), clean.data());
}

}  // namespace
}  // namespace cinnabar::url
