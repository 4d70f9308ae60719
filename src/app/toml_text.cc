// SPDX-License-Identifier: Apache-2.0
#include "app/toml_text.h"

#include "app/config_values.h"

namespace cinnabar {

namespace {

std::string array(std::span<const std::string> items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + toml_string(item);
  return '[' + text + ']';
}

}  // namespace

std::string toml_string(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += "\\u00";
      quoted += kDigits[byte >> 4];
      quoted += kDigits[byte & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string toml_strings(const std::vector<std::string>& items) {
  return items.size() == 1 ? toml_string(items.front()) : array(items);
}

std::string toml_value(const Field& field, std::span<const std::string> items) {
  if (is_list(field.type)) return array(items);
  const std::string& text = items.front();
  // A placeholder must be a string, whatever it stands for.
  const bool bare = (field.type == FieldType::kCount && parse_count(text).ok()) ||
                    (field.type == FieldType::kBool && parse_bool(text).ok());
  return bare ? text : toml_string(text);
}

}  // namespace cinnabar
