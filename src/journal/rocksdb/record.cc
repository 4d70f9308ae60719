// SPDX-License-Identifier: Apache-2.0
#include "journal/rocksdb/record.h"

#include <cassert>
#include <cstddef>
#include <limits>

namespace cinnabar::rocks {
namespace {

constexpr unsigned char kVersion = 1;
constexpr unsigned char kPrivate = 1;
constexpr unsigned char kStarted = 2;
constexpr unsigned char kEnded = 4;
constexpr std::size_t kMaxVarint = 10;

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(value | 0x80)));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

/// Takes fields off the front of a record. After a failure, all further takes fail.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  bool take_byte(unsigned char& byte) {
    if (rest_.empty()) return false;
    byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return true;
  }

  bool take_varint(std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      unsigned char byte = 0;
      if (!take_byte(byte)) return false;
      const std::uint64_t bits = byte & 0x7FU;
      if (shift == 63 && bits > 1) return false;  // more than 64 bits
      value |= bits << shift;
      if ((byte & 0x80U) == 0) return bits != 0 || shift == 0;  // one form a number: the shortest
    }
    return false;
  }

  bool take_text(std::string_view& text) {
    std::uint64_t size = 0;
    if (!take_varint(size) || size > rest_.size()) return false;
    text = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(static_cast<std::size_t>(size));
    return true;
  }

  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

bool take_topics(Cursor& cursor, std::vector<std::string_view>& topics) {
  std::uint64_t count = 0;
  // Each topic takes a byte at least: a count beyond what is left must not reserve memory.
  if (!cursor.take_varint(count) || count == 0 || count > cursor.left()) return false;
  topics.resize(static_cast<std::size_t>(count));
  for (std::string_view& topic : topics) {
    if (!cursor.take_text(topic)) return false;
  }
  return true;
}

unsigned char flags_of(bool is_private, UpdateKind kind) {
  unsigned flags = is_private ? kPrivate : 0U;
  if (kind == UpdateKind::kSubscriptionStarted) flags |= kStarted;
  if (kind == UpdateKind::kSubscriptionEnded) flags |= kEnded;
  return static_cast<unsigned char>(flags);
}

bool take_flags(Cursor& cursor, RecordView& view) {
  unsigned char flags = 0;
  if (!cursor.take_byte(flags) || (flags & ~(kPrivate | kStarted | kEnded)) != 0) return false;
  const bool started = (flags & kStarted) != 0;
  const bool ended = (flags & kEnded) != 0;
  view.is_private = (flags & kPrivate) != 0;
  view.kind = started ? UpdateKind::kSubscriptionStarted
                      : (ended ? UpdateKind::kSubscriptionEnded : UpdateKind::kPublished);
  return !(started && ended);
}

Error corrupt(std::string_view what) {
  return {ErrorCode::kCorrupt, "a record of the journal is damaged (" + std::string(what) + ")"};
}

}  // namespace

std::string encode_record_head(bool is_private, UpdateKind kind, std::int64_t time_ms) {
  assert(time_ms >= 0);
  std::string out;
  out.reserve(2 + kMaxVarint);
  out.push_back(static_cast<char>(kVersion));
  out.push_back(static_cast<char>(flags_of(is_private, kind)));
  put_varint(out, static_cast<std::uint64_t>(time_ms));
  return out;
}

std::string encode_record_body(const Update& update) {
  std::size_t size = update.id.size() + update.type.size() + update.retry.size() + update.data.size();
  for (const std::string& topic : update.topics) size += topic.size();
  std::string out;
  out.reserve(size + (update.topics.size() + 5) * 4);
  put_text(out, update.id);
  put_varint(out, update.topics.size());
  for (const std::string& topic : update.topics) put_text(out, topic);
  put_text(out, update.type);
  put_text(out, update.retry);
  put_text(out, update.data);
  return out;
}

Result<void> decode_record(std::string_view bytes, RecordView& view) {
  Cursor cursor(bytes);
  unsigned char version = 0;
  std::uint64_t time_ms = 0;
  if (!cursor.take_byte(version)) return corrupt("it is empty");
  if (version != kVersion) return corrupt("unknown version " + std::to_string(version));
  if (!take_flags(cursor, view)) return corrupt("bad flags");
  if (!cursor.take_varint(time_ms) ||
      time_ms > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return corrupt("bad time");
  }
  view.time_ms = static_cast<std::int64_t>(time_ms);
  if (!cursor.take_text(view.id)) return corrupt("bad id");
  if (!take_topics(cursor, view.topics)) return corrupt("bad topics");
  if (!cursor.take_text(view.type)) return corrupt("bad type");
  if (!cursor.take_text(view.retry)) return corrupt("bad retry");
  if (!cursor.take_text(view.data)) return corrupt("bad data");
  if (cursor.left() != 0) return corrupt("bytes after its end");
  return {};
}

}  // namespace cinnabar::rocks
