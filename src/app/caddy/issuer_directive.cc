// SPDX-License-Identifier: Apache-2.0
#include "app/caddy/issuer_directive.h"

#include <algorithm>
#include <iterator>

#include "app/suggest.h"

namespace cinnabar::caddy {

namespace {

/// `jwt <key> [<alg>]` or a set's `<url> [<alg>…]`, whatever the directive is called.
bool read_key(const Statement& statement, bool is_set, std::string_view file, ImportedKey& key,
              Translation& out) {
  const std::size_t count = statement.words.size();
  const std::string origin = shown(file, statement.place());
  const std::string name(statement.name());
  if (count < 2 || statement.words[1].text.empty()) {
    out.problems.push_back(origin + ": " + name + " needs " + (is_set ? "a URL" : "a key") +
                           "; if a variable holds it, is that set?");
    return false;
  }
  if ((!is_set && count > 3) || statement.has_block) {
    out.problems.push_back(origin + ": " + name +
                           " takes a key and an algorithm, no more; put \" around a key "
                           "that has blanks");
    return false;
  }
  key.origin = origin;
  const std::string& text = statement.words[1].text;
  constexpr std::string_view kFile = "{file.";
  if (!is_set && text.compare(0, kFile.size(), kFile) == 0 && text.back() == '}') {
    key.jwt_file = text.substr(kFile.size(), text.size() - kFile.size() - 1);
  } else {
    (is_set ? key.jwks_uri : key.jwt) = text;
  }
  for (std::size_t i = 2; i < count; ++i) {
    // A variable that is not set stands for the default.
    if (!statement.words[i].text.empty()) key.algorithms.push_back(statement.words[i].text);
  }
  return true;
}

void read_role(const Statement& role, std::string_view file, std::vector<ImportedKey>& keys,
               Translation& out) {
  const std::string origin = shown(file, role.place());
  const std::string name(role.name());
  if (role.words.size() != 1 || !role.has_block) {
    out.problems.push_back(origin + ": " + name + " takes a block with jwt or jwks_uri");
    return;
  }
  for (const Statement& statement : role.block) {
    const bool is_set = statement.name() == "jwks_uri";
    if (!is_set && statement.name() != "jwt") {
      out.problems.push_back(shown(file, statement.place()) + ": unknown directive \"" +
                             std::string(statement.name()) + "\" in " + name + "; known are: jwt, jwks_uri");
      continue;
    }
    if (!keys.empty()) {
      out.problems.push_back(shown(file, statement.place()) + ": " + name +
                             " has a key already; of jwt and jwks_uri one may be there, once");
      continue;
    }
    ImportedKey key;
    if (read_key(statement, is_set, file, key, out)) keys.push_back(std::move(key));
  }
}

}  // namespace

void translate_issuer(const Statement& directive, std::string_view file, Translation& out) {
  const std::string origin = shown(file, directive.place());
  if (directive.words.size() != 2 || directive.words[1].text.empty() || !directive.has_block) {
    out.problems.push_back(
        origin + ": issuer takes the iss of its tokens and a block with publisher, subscriber or both");
    return;
  }
  ImportedIssuer issuer;
  issuer.id = directive.words[1].text;
  issuer.origin = origin;
  for (const Statement& statement : directive.block) {
    const std::string_view name = statement.name();
    const std::string place = shown(file, statement.place());
    if (name == "publisher" || name == "subscriber") {
      std::vector<ImportedKey>& keys = name == "publisher" ? issuer.publisher : issuer.subscriber;
      if (keys.empty()) {
        read_role(statement, file, keys, out);
      } else {
        out.problems.push_back(place + ": this issuer has two blocks called " + std::string(name) +
                               "; one may be there");
      }
    } else if (name == "authorization_server") {
      issuer.authorization_server = true;
      if (statement.words.size() > 1 || statement.has_block) {
        out.problems.push_back(place + ": authorization_server takes no value");
      }
    } else {
      constexpr std::string_view kKnown[] = {"authorization_server", "publisher", "subscriber"};
      const std::string near = did_you_mean(name, kKnown);
      out.problems.push_back(
          place + ": unknown directive \"" + std::string(name) + "\" in issuer" +
          (near.empty() ? "; known are: authorization_server, publisher, subscriber" : near));
    }
  }
  out.issuers.push_back(std::move(issuer));
}

bool translate_legacy_key(const Statement& directive, std::string_view file, Translation& out) {
  const std::string_view name = directive.name();
  const bool publisher = name == "publisher_jwt" || name == "publisher_jwks_url";
  const bool is_set = name == "publisher_jwks_url" || name == "subscriber_jwks_url";
  if (!publisher && name != "subscriber_jwt" && name != "subscriber_jwks_url") return false;
  ImportedKey key;
  if (!read_key(directive, is_set, file, key, out)) return true;
  auto issuer = std::find_if(out.issuers.begin(), out.issuers.end(),
                             [](const ImportedIssuer& each) { return each.speaks_0x; });
  if (issuer == out.issuers.end()) {
    ImportedIssuer implicit;
    implicit.speaks_0x = true;
    implicit.origin = key.origin;
    out.issuers.push_back(std::move(implicit));
    issuer = std::prev(out.issuers.end());
  }
  std::vector<ImportedKey>& keys = publisher ? issuer->publisher : issuer->subscriber;
  if (keys.empty()) {
    keys.push_back(std::move(key));
  } else {
    out.problems.push_back(key.origin + ": there is a key for " + (publisher ? "publishers" : "subscribers") +
                           " already, at " + keys.front().origin + "; one may be there");
  }
  return true;
}

}  // namespace cinnabar::caddy
