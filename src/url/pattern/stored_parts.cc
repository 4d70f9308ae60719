// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/stored_parts.h"

namespace cinnabar::url::pattern {

StoredParts::StoredParts(const PartList& parts) {
  std::size_t size = 0;
  for (const Part& part : parts) {
    size += part.prefix.size() + part.value.size() + part.suffix.size() + part.name.size();
  }
  bytes_.reserve(size);
  entries_.reserve(parts.size());
  bool is_literal = true;  // everything so far
  for (const Part& part : parts) {
    Entry entry{{}, part.type, part.modifier};
    std::size_t field = 0;
    for (const std::string* text : {&part.prefix, &part.value, &part.suffix, &part.name}) {
      entry.starts[field++] = static_cast<std::uint32_t>(bytes_.size());
      bytes_ += *text;
    }
    entry.starts[field] = static_cast<std::uint32_t>(bytes_.size());
    if (is_literal) {
      // A part that occurs at least once counts up to its first wildcard.
      const bool occurs = part.modifier == Modifier::kNone || part.modifier == Modifier::kOneOrMore;
      if (occurs) literal_length_ = entry.starts[part.type == PartType::kFixedText ? 2 : 1];
      is_literal = part.type == PartType::kFixedText && part.modifier == Modifier::kNone;
    }
    entries_.push_back(entry);
  }
}

PartList StoredParts::list() const {
  PartList parts;
  parts.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) {
    parts.push_back({type(i), modifier(i), std::string(value(i)), std::string(name(i)),
                     std::string(prefix(i)), std::string(suffix(i))});
  }
  return parts;
}

}  // namespace cinnabar::url::pattern
