// SPDX-License-Identifier: Apache-2.0
#include "app/config_schema.h"

#include <algorithm>

namespace cinnabar {

std::string Field::variable() const {
  std::string text = "CINNABAR_" + section + "_" + key;
  for (char& c : text) {
    if (c == '.') c = '_';
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::span<const Field> config_fields() {
  static const std::vector<Field> fields = make_config_fields();
  return fields;
}

const Field* find_field(std::string_view name) {
  for (const Field& field : config_fields()) {
    if (field.name() == name) return &field;
  }
  return nullptr;
}

bool is_config_table(std::string_view prefix) { return !config_names_below(prefix).empty(); }

std::vector<std::string_view> config_names_below(std::string_view prefix) {
  std::vector<std::string_view> names;
  for (const Field& field : config_fields()) {
    std::string_view rest = field.key;
    if (prefix.empty()) {
      rest = field.section;
    } else if (prefix != field.section) {
      const std::string table = std::string(prefix) + '.';
      if (field.name().rfind(table, 0) != 0) continue;
      rest.remove_prefix(table.size() - field.section.size() - 1);
    }
    const std::string_view name = rest.substr(0, rest.find('.'));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

}  // namespace cinnabar
