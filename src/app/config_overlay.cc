// SPDX-License-Identifier: Apache-2.0
#include "app/config_overlay.h"

#include <algorithm>
#include <utility>

#include "app/config_values.h"

namespace cinnabar {

Overlay::Overlay(Config& config, Source source) : config_(config), source_(source) {
  IssuerConfig issuer;
  issuer.publisher.emplace_back();
  issuer.subscriber.emplace_back();
  scratch_.issuers.push_back(std::move(issuer));
}

std::string Overlay::name_of(const Field& field) const {
  return source_ == Source::kEnvironment ? field.variable() : field.flag();
}

void Overlay::set(const Field& field, std::string_view text) {
  const bool is_issuer = field.section == "issuer";
  const bool takes_list = is_list(field.type);
  std::vector<std::string> items;
  if (takes_list) {
    if (list_field_ != &field) list_.clear();
    list_field_ = &field;
    for (std::string& item : parse_list(text)) list_.push_back(std::move(item));
    items = list_;
  } else {
    items.emplace_back(text);
  }

  const Result<void> done = field.set(is_issuer ? scratch_ : config_, items);
  if (!done) {
    std::string problem = name_of(field) + ": " + done.error().detail;
    // An address' own sentence has it already.
    if (!field.secret && !takes_list) problem += ", got \"" + std::string(text) + '"';
    problems_.push_back(std::move(problem));
    return;
  }
  if (is_issuer && issuer_source_.empty()) issuer_source_ = name_of(field);
  if (is_issuer) scratch_.issuers.front().origins[field.key.substr(0, field.key.find('.'))] = name_of(field);
  if (!is_issuer) config_.origins[field.name()] = name_of(field);
}

std::vector<std::string> Overlay::finish() {
  if (!issuer_source_.empty()) merge_issuer();
  return std::move(problems_);
}

void Overlay::merge_issuer() {
  const IssuerConfig& given = scratch_.issuers.front();
  std::vector<IssuerConfig>& issuers = config_.issuers;
  // One that speaks 0.x needs no id: its tokens name none.
  const bool needs_no_id = issuers.empty() && given.protocol == IssuerProtocol::k0_x;
  if (given.id.empty() && issuers.size() != 1 && !needs_no_id) {
    problems_.push_back(issuer_source_ + ": " +
                        (issuers.empty() ? "there is no issuer that this could belong to"
                                         : "there are several issuers that this could belong to") +
                        "; set " + name_of(*find_field("issuer.id")) + " too");
    return;
  }
  auto target = issuers.begin();
  if (!given.id.empty() || needs_no_id) {
    target = std::find_if(issuers.begin(), issuers.end(),
                          [&given](const IssuerConfig& issuer) { return issuer.id == given.id; });
    if (target == issuers.end()) {
      IssuerConfig added;
      added.id = given.id;
      added.origin = issuer_source_;
      issuers.push_back(std::move(added));
      target = std::prev(issuers.end());
    }
  }
  if (given.protocol) target->protocol = given.protocol;
  if (given.authorization_server) target->authorization_server = given.authorization_server;
  for (const auto& [part, source] : given.origins) target->origins[part] = source;
  merge_role(&IssuerConfig::publisher, *target);
  merge_role(&IssuerConfig::subscriber, *target);
}

void Overlay::merge_role(std::vector<KeyConfig> IssuerConfig::*role, IssuerConfig& target) {
  const KeyConfig& given = (scratch_.issuers.front().*role).front();
  std::vector<KeyConfig>& keys = target.*role;
  if (!given.jwt.empty() || !given.jwks_uri.empty()) {
    keys = {given};
    return;
  }
  if (given.algorithms.empty()) return;
  const std::string what = role == &IssuerConfig::publisher ? "publisher" : "subscriber";
  if (keys.size() == 1) {
    keys.front().algorithms = given.algorithms;
  } else {
    problems_.push_back(name_of(*find_field("issuer." + what + ".alg")) + ": there is no single " + what +
                        " key that this could belong to; set " +
                        name_of(*find_field("issuer." + what + ".jwt")) + " too");
  }
}

}  // namespace cinnabar
