// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace cinnabar::load {

/// One JSON object, built member by member, in order.
class JsonObject {
 public:
  void add(std::string_view name, std::uint64_t value) { raw(name, std::to_string(value)); }
  void add(std::string_view name, double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.9g", value);
    raw(name, text);
  }
  void add(std::string_view name, std::string_view value) { raw(name, quoted(value)); }
  void add(std::string_view name, const char* value) { raw(name, quoted(value)); }
  void add(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  /// Objects, in order.
  void add_list(std::string_view name, const std::vector<JsonObject>& values) {
    std::string list;
    for (const JsonObject& value : values) list += (list.empty() ? "" : ", ") + value.text();
    raw(name, "[" + list + "]");
  }
  template <class Strings>
  void add_list(std::string_view name, const Strings& values) {
    std::string list;
    for (const auto& value : values) list += (list.empty() ? "" : ",") + quoted(value);
    raw(name, "[" + list + "]");
  }

  std::string text() const { return "{" + text_ + "}"; }
  void print(std::FILE* to) const { std::fprintf(to, "{%s}\n", text_.c_str()); }

 private:
  void raw(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += ", ";
    text_ += quoted(name);
    text_ += ": ";
    text_ += value;
  }

  static std::string quoted(std::string_view value) {
    std::string text = "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') {
        text += {'\\', c};
      } else if (static_cast<unsigned char>(c) < 0x20) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
        text += escape;
      } else {
        text += c;
      }
    }
    return text + "\"";
  }

  std::string text_;
};

}  // namespace cinnabar::load
