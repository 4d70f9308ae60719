// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cinnabar::url::regexp {

/// How deep groups, and classes in classes, may nest. RE2 itself recurses over them.
inline constexpr std::size_t kMaxDepth = 200;

/// A position in the source of an ECMAScript regular expression, the first error, and the escapes
/// that stand for one character. Used by one translation, on one thread; keeps a view of the source.
class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  bool at_end() const { return position_ == source_.size(); }
  std::size_t position() const { return position_; }
  std::string_view rest() const { return source_.substr(position_); }
  /// The byte at `ahead` bytes from here, or nothing beyond the end.
  std::optional<char> peek(std::size_t ahead = 0) const {
    if (ahead >= source_.size() - position_) return std::nullopt;
    return source_[position_ + ahead];
  }
  /// Passes `text` if it stands here.
  bool eat(std::string_view text);
  /// REQUIRES: so many bytes are left.
  void skip(std::size_t count = 1) { position_ += count; }
  /// Goes back over one byte. REQUIRES: one was passed.
  void unread() { position_ -= 1; }

  /// Notes the error "`what` at position N" plus `why`, unless there is one already. Returns false.
  bool fail(std::string_view what, std::size_t position, std::string_view why = {});
  bool failed() const { return error_.has_value(); }
  /// REQUIRES: failed()
  const Error& error() const { return *error_; }

  /// CharacterEscape (ECMAScript 22.2.1, with UnicodeMode) after its backslash: the code point. On an
  /// error, nothing, and failed().
  std::optional<char32_t> character_escape();
  /// GroupName after its "<", up to and with its ">". On an error, nothing, and failed().
  std::optional<std::u32string> group_name();

 private:
  std::optional<char32_t> unicode_escape(std::size_t start);
  std::optional<std::uint32_t> hex_digits(std::size_t count);

  std::string_view source_;
  std::size_t position_ = 0;
  std::optional<Error> error_;
};

}  // namespace cinnabar::url::regexp
