// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/convert_command.h"

#include <algorithm>
#include <istream>
#include <iterator>
#include <ostream>

#include "app/caddy/apply.h"
#include "app/files.h"
#include "app/toml_text.h"

namespace cinnabar::caddy {

namespace {

/// A comment of one line, whatever stands in `text`.
std::string comment(std::string text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  std::replace_if(text.begin(), text.end(), is_control, ' ');
  return "# " + text + '\n';
}

std::string key_toml(const ImportedKey& key, const Environment& environment) {
  std::string text = "jwks_uri = " + toml_string(key.jwks_uri);
  if (!key.jwt.empty()) text = "jwt = " + toml_string(key.jwt);
  if (!key.jwt_file.empty()) text = "jwt_file = " + toml_string(key.jwt_file);
  std::vector<std::string> algorithms;
  for (const std::string& algorithm : key.algorithms) {
    if (!stands_for_nothing(algorithm, environment)) algorithms.push_back(algorithm);
  }
  if (!algorithms.empty()) text += ", alg = " + toml_strings(algorithms);
  return "{ " + text + " }";
}

std::string issuer_toml(const ImportedIssuer& issuer, const Environment& environment) {
  std::string text = "\n[[issuer]]\n";
  if (!issuer.id.empty()) text += "id = " + toml_string(issuer.id) + '\n';
  if (issuer.speaks_0x) text += "protocol = \"0.x\"\n";
  if (issuer.authorization_server) text += "authorization_server = true\n";
  if (!issuer.publisher.empty()) {
    text += "publisher = " + key_toml(issuer.publisher.front(), environment) + '\n';
  }
  if (!issuer.subscriber.empty()) {
    text += "subscriber = " + key_toml(issuer.subscriber.front(), environment) + '\n';
  }
  // A note, for what key_toml() left out.
  for (const auto* keys : {&issuer.publisher, &issuer.subscriber}) {
    for (const ImportedKey& key : *keys) {
      for (const std::string& algorithm : key.algorithms) {
        if (!stands_for_nothing(algorithm, environment)) continue;
        text += comment(key.origin + ": " + algorithm +
                        " is not set here, so alg is left out: HS256 for a secret");
      }
    }
  }
  return text;
}

/// The last setting of a field counts.
const Setting* setting_of(const Translation& translation, const Field& field) {
  const Setting* found = nullptr;
  for (const Setting& setting : translation.settings) {
    if (setting.field == &field) found = &setting;
  }
  return found;
}

std::string certificate_toml(const std::string& host) {
  const std::string directory = "/etc/letsencrypt/live/" + host;
  return comment(host +
                 " needs a certificate, and Cinnabar does not get one by itself: these are the files that") +
         "# certbot keeps. http:// is not redirected to https://.\n"
         "tls = { certificate = " +
         toml_string(directory + "/fullchain.pem") + ", key = " + toml_string(directory + "/privkey.pem") +
         " }\n";
}

}  // namespace

std::string to_toml(const Translation& translation, const std::string& file, const Environment& environment) {
  std::string text = comment("Made from " + file + " by `cinnabar convert-config`.");
  if (!translation.notes.empty()) text += "#\n# What is different, or has no equivalent:\n";
  for (const std::string& note : translation.notes) text += comment("- " + note);
  std::string section;
  for (const Field& field : config_fields()) {
    if (field.section == "issuer") {
      if (section != "issuer") {
        for (const ImportedIssuer& issuer : translation.issuers) text += issuer_toml(issuer, environment);
      }
      section = "issuer";
      continue;
    }
    const Setting* setting = setting_of(translation, field);
    if (setting == nullptr) continue;
    if (section != field.section) text += "\n[" + field.section + "]\n";
    section = field.section;
    text += field.key + " = " + toml_value(field, setting->items) + '\n';
    if (field.name() == "server.listen" && !translation.public_names.empty()) {
      text += certificate_toml(translation.public_names.front());
    }
  }
  return text;
}

int convert_config(const std::string& file, const Environment& environment, std::istream& in,
                   std::ostream& out, std::ostream& err) {
  const bool is_stdin = file == "-";
  const std::string name = is_stdin ? "standard input" : file;
  std::string text;
  if (is_stdin) {
    text.assign(std::istreambuf_iterator<char>(in), {});
  } else {
    Result<std::string> read = read_file(file);
    if (!read) {
      err << read.error().detail << '\n';
      return 1;
    }
    text = std::move(*read);
  }
  const Translation translation = translate_caddyfile(text, name, environment);
  for (const std::string& problem : translation.problems) err << problem << '\n';
  if (!translation.problems.empty()) return 1;
  out << to_toml(translation, name, environment) << std::flush;
  return 0;
}

}  // namespace cinnabar::caddy
