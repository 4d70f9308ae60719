// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "base/result.h"

namespace cinnabar {

enum class FieldType { kText, kChoice, kList, kAddressList, kDuration, kSize, kCount, kBool };

/// Whether a field takes any number of items: an array in the file, commas elsewhere.
inline bool is_list(FieldType type) { return type == FieldType::kList || type == FieldType::kAddressList; }

/// One thing that can be configured. The table of all of them is the only place that knows their
/// names: the file reader, the environment, the flags, the help text and the reference
/// documentation are made from it.
struct Field {
  std::string section;  ///< "hub"
  std::string key;      ///< "heartbeat"; "retention.bytes" for a member of a table
  FieldType type = FieldType::kText;
  std::string default_text;  ///< as one writes it, without quotes; empty: none
  std::string description;   ///< one sentence
  std::string since;         ///< first version that knows it: "0.1"
  std::string expectation;   ///< what continues "<name> " when a value has the wrong type
  bool secret = false;       ///< its value never appears in a message

  /// Puts a value into `config`: one item, or any number for a list. The fields of [[issuer]] go to
  /// the last issuer and its last key. Errors: kInvalid; the detail continues "<name> " and never
  /// repeats the value, but for addresses.
  std::function<Result<void>(Config& config, std::span<const std::string> items)> set;

  /// The value that `config` has, as set() would take it; no items: none. Not of [[issuer]], of which there
  /// may be several.
  std::function<std::vector<std::string>(Config& config)> get;

  std::string name() const { return section + "." + key; }  ///< "hub.heartbeat"
  std::string variable() const;                             ///< "CINNABAR_HUB_HEARTBEAT"
  std::string flag() const { return "--" + name(); }        ///< "--hub.heartbeat"
};

/// Makes the table; config_fields() is for everybody else.
std::vector<Field> make_config_fields();

/// All fields, in the order of the documentation. Any thread.
std::span<const Field> config_fields();

/// The field called "hub.heartbeat", or nullptr.
const Field* find_field(std::string_view name);

/// True when `prefix` is a section ("hub") or a table within one ("journal.retention").
bool is_config_table(std::string_view prefix);

/// The names directly below `prefix`: "journal" -> type, path, retention, ...; "" -> the sections.
std::vector<std::string_view> config_names_below(std::string_view prefix);

}  // namespace cinnabar
