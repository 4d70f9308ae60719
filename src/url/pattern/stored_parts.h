// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "url/pattern/part.h"

namespace cinnabar::url::pattern {

/// A PartList in two allocations. Immutable. REQUIRES: less than 4 GB of text.
class StoredParts {
 public:
  explicit StoredParts(const PartList& parts);

  std::size_t size() const { return entries_.size(); }
  PartType type(std::size_t part) const { return entries_[part].type; }
  Modifier modifier(std::size_t part) const { return entries_[part].modifier; }
  bool is_text(std::size_t part) const { return entries_[part].type == PartType::kFixedText; }
  /// As in Part.
  std::string_view prefix(std::size_t part) const { return cut(part, 0); }
  std::string_view value(std::size_t part) const { return cut(part, 1); }
  std::string_view suffix(std::size_t part) const { return cut(part, 2); }
  std::string_view name(std::size_t part) const { return cut(part, 3); }

  /// What all values that match start with.
  std::string_view literal() const { return std::string_view(bytes_).substr(0, literal_length_); }
  PartList list() const;

 private:
  struct Entry {
    std::uint32_t starts[5];  // in bytes_, of the prefix, the value, the suffix, the name; and the end
    PartType type;
    Modifier modifier;
  };

  std::string_view cut(std::size_t part, std::size_t field) const {
    const Entry& entry = entries_[part];
    return {bytes_.data() + entry.starts[field], entry.starts[field + 1] - entry.starts[field]};
  }

  std::vector<Entry> entries_;
  std::string bytes_;
  std::uint32_t literal_length_ = 0;
};

}  // namespace cinnabar::url::pattern
