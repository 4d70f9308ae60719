// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/apply.h"

#include <optional>
#include <utility>

namespace cinnabar::caddy {

namespace {

class Applier {
 public:
  Applier(const Environment& environment, Config& config) : environment_(environment), config_(config) {}

  void setting(const Setting& setting) {
    std::vector<std::string> items;
    bool placeholder = false;
    for (const std::string& item : setting.items) {
      const std::optional<std::string> text = expanded(item, setting.origin);
      if (!text) return;
      placeholder = placeholder || *text != item;
      items.push_back(*text);
    }
    const Result<void> done = setting.field->set(config_, items);
    if (done) {
      config_.origins[setting.field->name()] = setting.origin;
      return;
    }
    std::string sentence = setting.origin + ": " + setting.called + ' ' + done.error().detail;
    // What a placeholder stands for may be a secret.
    if (items.size() == 1 && !placeholder && !is_list(setting.field->type)) {
      sentence += ", got \"" + items.front() + '"';
    }
    problems_.push_back(std::move(sentence));
  }

  void issuer(const ImportedIssuer& imported) {
    const std::optional<std::string> id = expanded(imported.id, imported.origin);
    if (!id) return;
    IssuerConfig issuer;
    issuer.id = *id;
    issuer.origin = imported.origin;
    if (imported.speaks_0x) issuer.protocol = IssuerProtocol::k0_x;
    if (imported.authorization_server) issuer.authorization_server = true;
    config_.issuers.push_back(std::move(issuer));
    keys("publisher", imported.publisher);
    keys("subscriber", imported.subscriber);
  }

  std::vector<std::string> problems() { return std::move(problems_); }

 private:
  std::optional<std::string> expanded(const std::string& text, const std::string& origin) {
    Result<std::string> result = expand_placeholders(text, environment_);
    if (result) return std::move(*result);
    problems_.push_back(origin + ": " + result.error().detail);
    return std::nullopt;
  }

  void keys(const std::string& role, const std::vector<ImportedKey>& imported) {
    for (const ImportedKey& key : imported) {
      auto& target =
          role == "publisher" ? config_.issuers.back().publisher : config_.issuers.back().subscriber;
      target.emplace_back();
      config_.issuers.back().origins[role] = key.origin;
      if (!key.jwt.empty()) part("issuer." + role + ".jwt", {key.jwt}, key.origin);
      if (!key.jwt_file.empty()) part("issuer." + role + ".jwt_file", {key.jwt_file}, key.origin);
      if (!key.jwks_uri.empty()) part("issuer." + role + ".jwks_uri", {key.jwks_uri}, key.origin);
      if (!key.algorithms.empty()) part("issuer." + role + ".alg", key.algorithms, key.origin);
    }
  }

  /// A member of the last key.
  void part(const std::string& field, const std::vector<std::string>& texts, const std::string& origin) {
    std::vector<std::string> items;
    const bool may_be_left_out = field.size() > 4 && field.substr(field.size() - 4) == ".alg";
    for (const std::string& text : texts) {
      if (may_be_left_out && stands_for_nothing(text, environment_)) continue;
      const std::optional<std::string> item = expanded(text, origin);
      if (!item) return;
      items.push_back(*item);
    }
    if (items.empty()) return;
    const Result<void> done = find_field(field)->set(config_, items);
    if (done) return;
    const std::string name = may_be_left_out ? "the algorithm" : field.substr(field.rfind('.') + 1);
    problems_.push_back(origin + ": " + name + ' ' + done.error().detail);
  }

  const Environment& environment_;
  Config& config_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> apply(const Translation& translation, const Environment& environment,
                               Config& config) {
  Applier applier(environment, config);
  for (const Setting& setting : translation.settings) applier.setting(setting);
  for (const ImportedIssuer& issuer : translation.issuers) applier.issuer(issuer);
  return applier.problems();
}

bool stands_for_nothing(std::string_view text, const Environment& environment) {
  constexpr std::string_view kBegin = "{env.";
  if (text.substr(0, kBegin.size()) != kBegin || text.find('}') != text.size() - 1) return false;
  return variable(environment, text.substr(kBegin.size(), text.size() - kBegin.size() - 1)).empty();
}

}  // namespace cinnabar::caddy
