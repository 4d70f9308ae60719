// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/record.h"

#include <gtest/gtest.h>

#include <limits>

#include "journal/rocksdb/keys.h"

namespace cinnabar::rocks {
namespace {

std::string encode(const Update& update, std::int64_t time_ms) {
  return encode_record_head(update.is_private, update.kind, time_ms) + encode_record_body(update);
}

TEST(Record, KeepsTheKind) {
  for (const UpdateKind kind :
       {UpdateKind::kPublished, UpdateKind::kSubscriptionStarted, UpdateKind::kSubscriptionEnded}) {
    Update update;
    update.topics = {"t"};
    update.id = "i";
    update.kind = kind;
    RecordView view;
    ASSERT_TRUE(decode_record(encode(update, 1), view).ok());
    EXPECT_EQ(view.kind, kind);
  }
  Update update;
  update.topics = {"t"};
  std::string both = encode(update, 1);
  both[1] = 6;
  RecordView view;
  EXPECT_FALSE(decode_record(both, view).ok());
}

Update full_update() {
  Update update;
  update.topics = {"https://example.com/a", "", std::string(300, 't')};
  update.data = std::string("d\0\n", 3) + std::string(70'000, 'x');
  update.id = "urn:uuid:5";
  update.type = "t";
  update.retry = "15";
  update.is_private = true;
  return update;
}

TEST(Record, RoundTrip) {
  const Update update = full_update();
  const std::string bytes = encode(update, 1'700'000'000'123);
  RecordView view;
  view.topics = {"left", "over", "from", "before"};
  ASSERT_TRUE(decode_record(bytes, view).ok());
  EXPECT_EQ(view.time_ms, 1'700'000'000'123);
  EXPECT_TRUE(view.is_private);
  EXPECT_EQ(view.id, update.id);
  EXPECT_EQ(view.type, update.type);
  EXPECT_EQ(view.retry, update.retry);
  EXPECT_EQ(view.data, update.data);
  EXPECT_EQ(std::vector<std::string>(view.topics.begin(), view.topics.end()), update.topics);
}

TEST(Record, RoundTripOfTheSmallest) {
  Update update;
  update.topics = {""};
  RecordView view;
  for (const std::int64_t time : {std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    ASSERT_TRUE(decode_record(encode(update, time), view).ok());
    EXPECT_EQ(view.time_ms, time);
    EXPECT_FALSE(view.is_private);
  }
}

// The format on disk: a change of these bytes needs a new version.
TEST(Record, BytesOfVersion1) {
  Update update;
  update.topics = {"a", "bc"};
  update.data = "hi";
  update.id = "i";
  update.type = "T";
  update.retry = "9";
  update.is_private = true;
  EXPECT_EQ(encode(update, 300), std::string("\x01\x01\xAC\x02"
                                             "\x01i"
                                             "\x02\x01"
                                             "a\x02"
                                             "bc"
                                             "\x01T"
                                             "\x01"
                                             "9"
                                             "\x02hi"));
}

TEST(Record, EveryTruncationAndEveryAdditionIsRefused) {
  Update update = full_update();
  update.data = "data";
  const std::string bytes = encode(update, 77);
  RecordView view;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto result = decode_record(std::string_view(bytes).substr(0, size), view);
    ASSERT_FALSE(result.ok()) << size;
    EXPECT_EQ(result.error().code, ErrorCode::kCorrupt);
  }
  EXPECT_FALSE(decode_record(bytes + '\0', view).ok());
}

TEST(Record, OddFormsAreRefused) {
  RecordView view;
  const auto refused = [&](std::string_view bytes) { return !decode_record(bytes, view).ok(); };
  using std::string_view_literals::operator""sv;
  EXPECT_FALSE(refused("\x01\x00\x05\x00\x01\x00\x00\x00\x00"sv));
  EXPECT_TRUE(refused("\x02\x00\x05\x00\x01\x00\x00\x00\x00"sv)) << "a later version";
  EXPECT_FALSE(refused("\x01\x02\x05\x00\x01\x00\x00\x00\x00"sv)) << "a subscription started";
  EXPECT_FALSE(refused("\x01\x04\x05\x00\x01\x00\x00\x00\x00"sv)) << "a subscription ended";
  EXPECT_TRUE(refused("\x01\x06\x05\x00\x01\x00\x00\x00\x00"sv)) << "both";
  EXPECT_TRUE(refused("\x01\x08\x05\x00\x01\x00\x00\x00\x00"sv)) << "an unknown flag";
  EXPECT_TRUE(refused("\x01\x00\x85\x00\x00\x01\x00\x00\x00\x00"sv)) << "a number longer than it need be";
  EXPECT_TRUE(refused("\x01\x00\x05\x00\x00\x00\x00\x00"sv)) << "no topic";
  EXPECT_TRUE(refused("\x01\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x00\x01\x00\x00\x00\x00"sv))
      << "a time beyond 63 bits";
  EXPECT_TRUE(refused("\x01\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\x00\x01\x00\x00\x00\x00"sv))
      << "a number beyond 64 bits";
  EXPECT_TRUE(refused("\x01\x00\x05\x00\xFF\xFF\xFF\xFF\x0F\x00\x00\x00\x00"sv)) << "an absurd count";
  EXPECT_TRUE(refused("\x01\x00\x05\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x00\x01\x00"sv))
      << "an absurd length";
}

TEST(Keys, SortAsNumbersDo) {
  const auto key = [](Position position) {
    const PositionKey bytes = position_key(position);
    return std::string(bytes.data(), bytes.size());
  };
  EXPECT_EQ(key(0x0102030405060708), "\x01\x02\x03\x04\x05\x06\x07\x08");
  EXPECT_LT(key(255), key(256));
  EXPECT_LT(key(0x7FFFFFFF), key(0x80000000));
  EXPECT_EQ(position_of(key(0xFFEEDDCCBBAA9988)), 0xFFEEDDCCBBAA9988);
  EXPECT_EQ(id_key("ab", 1), std::string("ab\0\0\0\0\0\0\0\0\1", 11));
}

}  // namespace
}  // namespace cinnabar::rocks
