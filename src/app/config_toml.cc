// SPDX-License-Identifier: Apache-2.0
#include "app/config_toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "app/config_schema.h"
#include "app/suggest.h"

namespace cinnabar {

namespace {

struct Problem {
  toml::source_position at;
  std::string text;
};

std::string place(std::string_view file, const toml::source_position& at) {
  return std::string(file) + ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
}

std::string type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a float";
    case toml::node_type::boolean: return "a boolean";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time";
    case toml::node_type::date_time: return "a date and time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

/// `40 (an integer)`, or `a table` for what is too large to repeat.
std::string describe(const toml::node& node, bool secret) {
  if (secret || node.is_table() || node.is_array()) return type_name(node);
  if (const auto* string = node.as_string()) return quoted(string->get()) + " (a string)";
  std::ostringstream text;
  node.visit([&text](const auto& value) { text << value; });
  return text.str() + " (" + type_name(node) + ')';
}

/// Walks one document along the table of fields.
class Reader {
 public:
  Reader(std::string_view file, const Environment& environment, Config& config)
      : file_(file), environment_(environment), config_(config) {}

  void read(const toml::table& root) { read_table(root, ""); }

  std::vector<std::string> problems() {
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
      return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
    });
    std::vector<std::string> texts;
    for (const Problem& problem : problems_) texts.push_back(place(file_, problem.at) + ": " + problem.text);
    return texts;
  }

 private:
  void complain(const toml::source_position& at, std::string text) {
    problems_.push_back({at, std::move(text)});
  }

  /// `prefix`: the table's name, "hub" or "journal.retention"; empty for the document itself.
  void read_table(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const std::string name =
          prefix.empty() ? std::string(key.str()) : prefix + '.' + std::string(key.str());
      const bool simple = key.str().find('.') == std::string_view::npos;  // not "retention.bytes", quoted
      const Field* field = simple ? find_field(name) : nullptr;
      const bool is_table = simple && is_config_table(name);
      if (name == "issuer") {
        read_issuers(node);
      } else if (prefix == "issuer" && is_table) {
        read_keys(node, name);
      } else if (is_table && node.is_table()) {
        read_table(*node.as_table(), name);
      } else if (field != nullptr) {
        read_field(node, *field);
      } else if (is_table) {
        complain(node.source().begin, name + " must be a table, got " + describe(node, false));
      } else {
        complain(key.source().begin, unknown(key.str(), prefix));
      }
    }
  }

  std::string unknown(std::string_view key, const std::string& prefix) const {
    if (prefix.empty()) {
      return "unknown section or key " + quoted(key) + elsewhere_or_near(key, prefix);
    }
    const bool in_issuer = prefix.rfind("issuer", 0) == 0;
    const std::string header =
        in_issuer ? "[[issuer]]" + prefix.substr(std::string_view("issuer").size()) : '[' + prefix + ']';
    return "unknown key " + quoted(key) + " in " + header + elsewhere_or_near(key, prefix);
  }

  static std::string elsewhere_or_near(std::string_view key, const std::string& prefix) {
    std::vector<std::string_view> candidates = config_names_below(prefix);
    const std::string near = did_you_mean(key, candidates);
    if (!near.empty()) return near;
    for (const std::string_view section : config_names_below("")) {
      const std::string header = section == "issuer" ? "[[issuer]]" : '[' + std::string(section) + ']';
      for (const std::string_view name : config_names_below(section)) {
        if (name == key) return "; it belongs in " + header;
      }
    }
    std::string known;
    for (const std::string_view candidate : candidates) {
      known += (known.empty() ? "" : ", ") + std::string(candidate);
    }
    return "; known are: " + known;
  }

  void read_issuers(const toml::node& node) {
    const toml::array* issuers = node.as_array();
    if (issuers == nullptr || !std::all_of(issuers->begin(), issuers->end(),
                                           [](const toml::node& item) { return item.is_table(); })) {
      complain(node.source().begin, "issuer must be an array of tables; begin each issuer with [[issuer]]");
      return;
    }
    for (const toml::node& item : *issuers) {
      config_.issuers.emplace_back().origin = place(file_, item.source().begin);
      read_table(*item.as_table(), "issuer");
    }
  }

  /// One key, a table, or several, an array of tables.
  void read_keys(const toml::node& node, const std::string& name) {
    std::vector<KeyConfig>& keys =
        name == "issuer.publisher" ? config_.issuers.back().publisher : config_.issuers.back().subscriber;
    const toml::array* array = node.as_array();
    const bool is_keys =
        node.is_table() ||
        (array != nullptr && !array->empty() &&
         std::all_of(array->begin(), array->end(), [](const toml::node& item) { return item.is_table(); }));
    if (!is_keys) {
      complain(node.source().begin, name + R"( must be a table such as { jwt = "secret", alg = "HS256" }, )" +
                                        "or an array of such tables, got " + describe(node, true));
      return;
    }
    if (node.is_table()) {
      keys.emplace_back();
      read_table(*node.as_table(), name);
      return;
    }
    for (const toml::node& item : *array) {
      keys.emplace_back();
      read_table(*item.as_table(), name);
    }
  }

  void read_field(const toml::node& node, const Field& field) {
    std::vector<std::string> items;
    bool placeholder = false;
    if (!collect(node, field, items, placeholder)) return;
    const Result<void> done = field.set(config_, items);
    if (!done) {
      std::string text = field.name() + ' ' + done.error().detail;
      // What a placeholder stands for may be a secret.
      const bool repeat = !field.secret && !placeholder && !is_list(field.type);
      if (repeat) {
        text += ", got " + (node.is_string() ? quoted(items.front()) : describe(node, false));
      }
      complain(node.source().begin, std::move(text));
      return;
    }
    if (field.section == "issuer") {
      // One for all keys of a role: the first says where they are.
      const std::string part = field.key.substr(0, field.key.find('.'));
      config_.issuers.back().origins.emplace(part, place(file_, node.source().begin));
    } else {
      config_.origins[field.name()] = place(file_, node.source().begin);
    }
  }

  /// The value of `node` as text for Field::set. False: it has the wrong type, and was complained of.
  bool collect(const toml::node& node, const Field& field, std::vector<std::string>& items,
               bool& placeholder) {
    if (is_list(field.type) && node.is_array()) {
      for (const toml::node& item : *node.as_array()) {
        if (!item.is_string()) return wrong_type(item, field);
        if (!collect_string(item, items, placeholder)) return false;
      }
      return true;
    }
    if (node.is_string()) {
      if (!collect_string(node, items, placeholder)) return false;
      const bool wants_string = field.type != FieldType::kCount && field.type != FieldType::kBool;
      return wants_string || placeholder || wrong_type(node, field);
    }
    if (const auto* integer = node.as_integer()) {
      const bool wants_integer = field.type == FieldType::kCount || field.type == FieldType::kSize ||
                                 // 0 needs no unit
                                 (field.type == FieldType::kDuration && integer->get() == 0);
      if (!wants_integer) return wrong_type(node, field);
      items.push_back(std::to_string(integer->get()));
      return true;
    }
    if (const auto* boolean = node.as_boolean(); boolean != nullptr && field.type == FieldType::kBool) {
      items.emplace_back(boolean->get() ? "true" : "false");
      return true;
    }
    return wrong_type(node, field);
  }

  bool collect_string(const toml::node& node, std::vector<std::string>& items, bool& placeholder) {
    const std::string& text = node.as_string()->get();
    Result<std::string> expanded = expand_placeholders(text, environment_);
    if (!expanded) {
      complain(node.source().begin, expanded.error().detail);
      return false;
    }
    placeholder = placeholder || *expanded != text;
    items.push_back(std::move(*expanded));
    return true;
  }

  bool wrong_type(const toml::node& node, const Field& field) {
    complain(node.source().begin,
             field.name() + ' ' + field.expectation + ", got " + describe(node, field.secret));
    return false;
  }

  std::string_view file_;
  const Environment& environment_;
  Config& config_;
  std::vector<Problem> problems_;
};

/// The parser's sentence, without what it has read so far, which may be a part of a secret.
std::string syntax_sentence(std::string_view description) {
  std::string text(description);
  const std::string saw = ", saw '";
  const std::size_t at = text.find(saw);
  const std::size_t longest_character = 4 + 1;  // UTF-8, and the closing quote
  if (at != std::string::npos && text.size() - at - saw.size() > longest_character) text.resize(at);
  return "not valid TOML: " + text;
}

}  // namespace

std::vector<std::string> read_toml(std::string_view text, std::string_view file,
                                   const Environment& environment, Config& config) {
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return {place(file, error.source().begin) + ": " + syntax_sentence(error.description())};
  }
  Reader reader(file, environment, config);
  reader.read(root);
  return reader.problems();
}

}  // namespace cinnabar
