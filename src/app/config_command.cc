// SPDX-License-Identifier: Apache-2.0
#include "app/config_command.h"

#include <algorithm>
#include <ostream>
#include <utility>

#include "app/config_schema.h"
#include "app/keys.h"
#include "app/toml_text.h"

namespace cinnabar {

namespace {

constexpr int kUsage = 2;
constexpr const char* kMask = "********";

/// A line of the document; `source` is empty for a default.
std::string line(const std::string& text, const std::string& source) {
  return text + "  # " + (source.empty() ? std::string("default") : source) + '\n';
}

std::string key_table(const KeyConfig& key) {
  std::string text =
      key.jwt.empty() ? "jwks_uri = " + toml_string(key.jwks_uri) : "jwt = " + toml_string(kMask);
  std::vector<std::string> algorithms;
  for (const Algorithm algorithm : key.algorithms) algorithms.emplace_back(name_of(algorithm));
  if (!algorithms.empty()) text += ", alg = " + toml_strings(algorithms);
  return "{ " + text + " }";
}

std::string issuer_toml(const IssuerConfig& issuer, const HubConfig& hub) {
  const auto source = [&issuer](const char* part) {
    const auto found = issuer.origins.find(part);
    return found == issuer.origins.end() ? std::string() : found->second;
  };
  std::string text = line("\n[[issuer]]", issuer.origin);
  if (!issuer.id.empty()) text += line("id = " + toml_string(issuer.id), source("id"));
  const IssuerProtocol protocol = protocol_of(issuer, hub);
  const char* name = protocol == IssuerProtocol::k1_0   ? "1.0"
                     : protocol == IssuerProtocol::k0_x ? "0.x"
                                                        : "both";
  const bool by_hub = !issuer.protocol && hub.compatibility != Compatibility::kNone;
  text += line("protocol = " + toml_string(name),
               by_hub ? std::string("hub.protocol_version_compatibility") : source("protocol"));
  text += line(std::string("authorization_server = ") +
                   (issuer.authorization_server.value_or(false) ? "true" : "false"),
               source("authorization_server"));
  for (const auto& [role, keys] :
       {std::pair{"publisher", &issuer.publisher}, std::pair{"subscriber", &issuer.subscriber}}) {
    if (keys->empty()) continue;
    std::string tables;
    for (const KeyConfig& key : *keys) tables += (tables.empty() ? "" : ", ") + key_table(key);
    text += line(std::string(role) + " = " + (keys->size() == 1 ? tables : '[' + tables + ']'), source(role));
  }
  return text;
}

}  // namespace

std::string effective_toml(Config config) {
  std::string text = "# What is in force, and where it comes from. Secrets are masked.\n";
  std::string section;
  for (const Field& field : config_fields()) {
    if (field.section == "issuer") {
      if (section == "issuer") continue;
      section = field.section;
      for (const IssuerConfig& issuer : config.issuers) text += issuer_toml(issuer, config.hub);
      continue;
    }
    if (section != field.section) text += "\n[" + field.section + "]\n";
    section = field.section;
    std::vector<std::string> items = field.get(config);
    const auto origin = config.origins.find(field.name());
    if (items.empty()) {
      text += "# " + field.key + " is not set\n";
      continue;
    }
    if (field.secret) items = {kMask};
    text += line(field.key + " = " + toml_value(field, items),
                 origin == config.origins.end() ? std::string() : origin->second);
  }
  return text;
}

int config_command(const ConfigRequest& request, const Environment& environment, std::ostream& out,
                   std::ostream& err) {
  if (request.effective == request.reference) {
    err << "cinnabar config: give one of --effective and --reference\nSee: cinnabar config --help\n";
    return kUsage;
  }
  if (request.reference) {
    out << configuration_reference() << std::flush;
    return 0;
  }
  // Program and time are for the guide of the development hub.
  std::optional<PreparedRun> prepared = prepare_run(request.run, environment, "cinnabar", 0, err);
  if (!prepared) return 1;
  for (const std::string& warning : prepared->warnings) err << "warning: " << warning << '\n';
  out << effective_toml(std::move(prepared->config)) << std::flush;
  return 0;
}

}  // namespace cinnabar
