// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cinnabar {

/// Walks the pairs of an application/x-www-form-urlencoded text by the parser of the WHATWG
/// URL Standard (protocol.md section 2): splits on '&' only, skips empty pieces, '+' is a
/// space, a '%' without two hex digits is itself. Decoded bytes are not checked: see is_utf8()
/// and is_protocol_string().
///
/// Holds nothing but its place in the text, so that a body of a million tiny pairs costs no
/// memory. The text must outlive it. One thread.
class FormReader {
 public:
  explicit FormReader(std::string_view encoded) : rest_(encoded) {}

  /// Puts the next pair into `name` and `value`, reusing their storage; false at the end.
  bool next(std::string& name, std::string& value);

 private:
  std::string_view rest_;
};

struct FormPair {
  std::string name;
  std::string value;
  friend bool operator==(const FormPair&, const FormPair&) = default;
};

/// All pairs at once, in order.
std::vector<FormPair> parse_form(std::string_view encoded);

}  // namespace cinnabar
