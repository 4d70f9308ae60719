// SPDX-License-Identifier: Apache-2.0
#include "protocol/sse.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view type, retry, id, data, bytes;
};

TEST(Sse, EncodesTheTableOfSection4_SSE_2_3_5_6) {
  const std::vector<Case> cases = {
      {"", "", "b", "Hello World", "id: b\ndata: Hello World\n\n"},
      {"t", "5000", "b", "a", "event: t\nretry: 5000\nid: b\ndata: a\n\n"},
      {"", "", "b", "l1\r\nl2\rl3\nl4", "id: b\ndata: l1\ndata: l2\ndata: l3\ndata: l4\n\n"},
      {"", "", "b", "a\n", "id: b\ndata: a\ndata: \n\n"},
      {"", "", "b", "a\n\nb", "id: b\ndata: a\ndata: \ndata: b\n\n"},
      {"", "", "b", "\r\n", "id: b\ndata: \ndata: \n\n"},
      {"", "", "b", "", "id: b\ndata: \n\n"},
      {"", "", "b", " x", "id: b\ndata:  x\n\n"},
      {"", "", "b", "x\nevent: evil", "id: b\ndata: x\ndata: event: evil\n\n"},
      {"update", "", "urn:ex:1", "{\"a\":1}\nline2",
       "event: update\nid: urn:ex:1\ndata: {\"a\":1}\ndata: line2\n\n"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(encode_sse(c.type, c.retry, c.id, c.data).body(), c.bytes);
  }
}

TEST(Sse, DataCannotForgeAField_SSE_4) {
  EXPECT_EQ(encode_sse("", "", "b", "x\nid: 9").body(), "id: b\ndata: x\ndata: id: 9\n\n");
  EXPECT_EQ(encode_sse("", "", "b", "x\r\rid: 9\n\r").body(),
            "id: b\ndata: x\ndata: \ndata: id: 9\ndata: \ndata: \n\n");
}

TEST(Sse, OnlyCrLfAndCrlfSplit_SSE_3) {
  const std::string data =
      "a\u2028b\u2029c\x0B"
      "d\x0C"
      "e\u0085f";
  EXPECT_EQ(encode_sse("", "", "b", data).body(), "id: b\ndata: " + data + "\n\n");
}

TEST(Sse, RetryIsVerbatim_SSE_6) {
  EXPECT_EQ(encode_sse("", "0", "b", "").body(), "retry: 0\nid: b\ndata: \n\n");
  EXPECT_EQ(encode_sse("", "007", "b", "").body(), "retry: 007\nid: b\ndata: \n\n");
}

TEST(Sse, DataMayHoldNul_SSE_10) {
  EXPECT_EQ(encode_sse("", "", "b", "a\0b"sv).body(), "id: b\ndata: a\0b\n\n"sv);
}

TEST(Sse, CommentOpensAndKeepsAlive_SUB_25) {
  EXPECT_EQ(sse_comment().body(), ":\n");
  EXPECT_EQ(sse_comment().chunked(), "2\r\n:\n\r\n");
}

}  // namespace
}  // namespace cinnabar
