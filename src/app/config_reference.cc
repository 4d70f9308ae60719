// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "app/config_command.h"
#include "app/config_schema.h"

namespace cinnabar {

namespace {

constexpr const char* kIntroduction = R"(# Configuration reference

<!-- Made from the code by `cinnabar config --reference > docs/reference/configuration.md`; don't edit. -->

Each setting can be given in a TOML file, as an environment variable and as a flag of `cinnabar run`. The strongest
source counts:

1. a flag,
2. a `CINNABAR_*` variable,
3. the file,
4. the variables of the reference hub's image ([migration](../migration.md)),
5. the default.

`cinnabar config --effective` prints what is in force and where it came from. In strings of the file, `{env.NAME}` stands
for the environment variable `NAME`. Durations: `500ms`, `40s`, `10m`, `1h30m`, `7d`. Sizes: `65536`, `512KB`, `1MiB`.
In variables and flags, items of lists are separated by commas.
)";

const char* type_name(FieldType type) {
  switch (type) {
    case FieldType::kText: return "text";
    case FieldType::kChoice: return "choice";
    case FieldType::kList: return "list of texts";
    case FieldType::kAddressList: return "list of addresses";
    case FieldType::kDuration: return "duration";
    case FieldType::kSize: return "size";
    case FieldType::kCount: return "number";
    case FieldType::kBool: return "boolean";
  }
  return "text";
}

std::string cell(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(const std::string& text) { return '`' + text + '`'; }

}  // namespace

std::string configuration_reference() {
  std::string text = kIntroduction;
  std::string section;
  for (const Field& field : config_fields()) {
    if (section != field.section) {
      section = field.section;
      text += "\n## " + (section == "issuer" ? "[[issuer]]" : '[' + section + ']') + "\n\n";
      if (section == "issuer") {
        text +=
            "Repeat it for more issuers. A role may have several keys: `publisher = [{ jwt = \"…\" }, { jwt "
            "= "
            "\"…\" }]`. Variables and flags\ndescribe the issuer that `issuer.id` names, or the only "
            "one.\n\n";
      }
      text +=
          "| Setting | Type | Default | Since | What it is | Variable | Flag "
          "|\n|---|---|---|---|---|---|---|\n";
    }
    text += "| " + code(field.key) + " | " + type_name(field.type) + (field.secret ? ", secret" : "") +
            " | " + (field.default_text.empty() ? "—" : code(field.default_text)) + " | " + field.since +
            " | " + cell(field.description) + " | " + code(field.variable()) + " | " + code(field.flag()) +
            " |\n";
  }
  return text;
}

}  // namespace cinnabar
