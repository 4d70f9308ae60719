// SPDX-License-Identifier: Apache-2.0
#include "auth/base64url.h"

#include <gtest/gtest.h>

#include <string>

namespace cinnabar {
namespace {

TEST(Base64url, KnowsTheVectorsOfRfc4648Section10) {
  const std::pair<const char*, const char*> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(encode_base64url(bytes), text);
    EXPECT_EQ(decode_base64url(text), bytes);
  }
}

TEST(Base64url, RoundTripsAllBytes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const std::string part = bytes.substr(bytes.size() - length);
    EXPECT_EQ(decode_base64url(encode_base64url(part)), part);
  }
}

TEST(Base64url, IsStrict) {
  for (const char* text : {"Z", "Zg==", "Zg=", "Zm8=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9+", "Zm9/", "Zm9vYg.",
                           "Zh", "Zm9", "Zm9vZ", "Zm9v\xC3\xA9xx"}) {
    EXPECT_EQ(decode_base64url(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cinnabar
