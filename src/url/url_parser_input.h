// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cinnabar::url {

/// The text that a parser reads: well-formed UTF-8 without tabs and newlines, and on demand without
/// C0 controls and spaces around it (URL Standard, section 4.4, the steps before the state machine).
/// Views the given bytes if they are like that already. They must outlive it.
class ParserInput {
 public:
  enum class Trim : bool { kNo, kYes };

  ParserInput(std::string_view bytes, Trim trim);
  ParserInput(const ParserInput&) = delete;
  ParserInput& operator=(const ParserInput&) = delete;

  std::string_view text() const { return text_; }

 private:
  void clean(std::string_view bytes);

  std::string cleaned_;
  std::string_view text_;
};

}  // namespace cinnabar::url
