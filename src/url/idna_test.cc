// SPDX-License-Identifier: Apache-2.0
#include "url/idna.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cinnabar::url {
namespace {

std::string ascii(std::string_view domain) { return domain_to_ascii(domain).value_or("failure"); }

TEST(Idna, MapsAndEncodes) {
  EXPECT_EQ(ascii("B\u00FCcher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(ascii("fa\u00DF.de"), "xn--fa-hia.de");           // not transitional
  EXPECT_EQ(ascii("\u3048\u3002\u307F"), "xn--r8j.xn--cbk");  // an ideographic full stop
  EXPECT_EQ(ascii("\uFF21\uFF22"), "ab");
  EXPECT_EQ(ascii("\u00AD"), "");
  EXPECT_EQ(ascii("<\u0338"), "xn--gdh");
}

TEST(Idna, ChecksNeitherHyphensNorLengths) {
  EXPECT_EQ(ascii("-\u00FC-"), "xn-----xka");
  EXPECT_EQ(ascii("\u00FC..\u00FC."), "xn--tda..xn--tda.");
  EXPECT_EQ(ascii("\u00FC." + std::string(300, 'a')), "xn--tda." + std::string(300, 'a'));
  EXPECT_EQ(ascii("a\u2020--"), "xn--a---kp0a");
}

TEST(Idna, ChecksBidiAndJoiners) {
  EXPECT_EQ(ascii("\u064Aa"), "failure");
  EXPECT_EQ(ascii("\u200D.example"), "failure");
  EXPECT_EQ(ascii("a\u094D\u200Db"), "xn--ab-fsf014u");
}

TEST(Idna, ChecksEncodedLabels) {
  EXPECT_EQ(ascii("xn--tda.\u00FC"), "xn--tda.xn--tda");
  EXPECT_EQ(ascii("xn--a.\u00FC"), "failure");
  EXPECT_EQ(ascii("xn--.\u00FC"), "failure");
  EXPECT_EQ(ascii("xn--abc-.\u00FC"), "failure");  // decodes to ASCII
  EXPECT_EQ(ascii("xn--\u00FC"), "failure");
  EXPECT_EQ(ascii("xn--xn---epa.\u00FC"), "failure");  // decodes to what starts with "xn--"
}

TEST(Idna, KnowsNewerMappings) {
  EXPECT_EQ(ascii("\u1E9E"), "xn--zca");
  EXPECT_EQ(ascii("\u10A0\u10C5"), ascii("\u2D00\u2D25"));
  EXPECT_EQ(ascii("a\u3164b\U0001D173"), "ab");
  EXPECT_EQ(ascii("\U0002F91F"), ascii("\U000243AB"));
}

TEST(Idna, RefusesAbsurdLengths) {
  std::string labels;
  for (int i = 0; i < 300'000; ++i) labels += "\u00FC.";
  EXPECT_EQ(ascii(labels), "failure");
}

}  // namespace
}  // namespace cinnabar::url
