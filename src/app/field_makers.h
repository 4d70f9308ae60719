// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "app/config_schema.h"
#include "app/config_values.h"
#include "app/files.h"

// Makers of Fields, one for each type of value, for config_table.cc. Each takes a function that
// names the member of Config which the value goes to.

namespace cinnabar::field_makers {

using Items = std::span<const std::string>;

/// A value, or no value.
inline std::vector<std::string> some(const std::string& text) {
  return text.empty() ? std::vector<std::string>() : std::vector{text};
}

inline Error wrong(std::string expectation) { return Error{ErrorCode::kInvalid, std::move(expectation)}; }

template <class Target>
Field text_field(Target target) {
  Field field;
  field.type = FieldType::kText;
  field.expectation = "must be a string";
  field.set = [target](Config& config, Items items) -> Result<void> {
    if (items[0].empty()) return wrong("must not be empty");
    target(config) = items[0];
    return {};
  };
  field.get = [target](Config& config) { return some(target(config)); };
  return field;
}

template <class Target>
Field duration_field(Target target, Duration at_least = Duration::zero()) {
  Field field;
  field.type = FieldType::kDuration;
  field.expectation = parse_duration("").error().detail;
  field.set = [target, at_least](Config& config, Items items) -> Result<void> {
    const Result<Duration> value = parse_duration(items[0]);
    if (!value) return value.error();
    if (*value < at_least) return wrong("must be at least " + format_duration(at_least));
    using Stored = std::remove_reference_t<decltype(target(config))>;
    if constexpr (std::is_same_v<Stored, Duration>) {
      target(config) = *value;
    } else {  // milliseconds in an integer
      target(config) = std::chrono::duration_cast<std::chrono::milliseconds>(*value).count();
    }
    return {};
  };
  field.get = [target](Config& config) {
    using Stored = std::remove_reference_t<decltype(target(config))>;
    if constexpr (std::is_same_v<Stored, Duration>) {
      return some(format_duration(target(config)));
    } else {
      return some(format_duration(std::chrono::milliseconds(target(config))));
    }
  };
  return field;
}

template <class Target>
Field number_field(FieldType type, Target target, std::uint64_t at_least) {
  const auto parse = type == FieldType::kSize ? parse_size : parse_count;
  Field field;
  field.type = type;
  field.expectation = parse("").error().detail;
  field.set = [parse, type, target, at_least](Config& config, Items items) -> Result<void> {
    const Result<std::uint64_t> value = parse(items[0]);
    if (!value) return value.error();
    if (*value < at_least) {
      return wrong("must be at least " +
                   (type == FieldType::kSize ? format_size(at_least) : std::to_string(at_least)));
    }
    target(config) = *value;
    return {};
  };
  field.get = [type, target](Config& config) {
    const std::uint64_t value = target(config);
    return some(type == FieldType::kSize ? format_size(value) : std::to_string(value));
  };
  return field;
}

template <class Target>
Field size_field(Target target, std::uint64_t at_least = 0) {
  return number_field(FieldType::kSize, target, at_least);
}

template <class Target>
Field count_field(Target target, std::uint64_t at_least = 0) {
  return number_field(FieldType::kCount, target, at_least);
}

template <class Target>
Field bool_field(Target target) {
  Field field;
  field.type = FieldType::kBool;
  field.expectation = parse_bool("").error().detail;
  field.set = [target](Config& config, Items items) -> Result<void> {
    const Result<bool> value = parse_bool(items[0]);
    if (!value) return value.error();
    target(config) = *value;
    return {};
  };
  field.get = [target](Config& config) { return some(target(config) == true ? "true" : "false"); };
  return field;
}

template <class Value>
using Choices = std::initializer_list<std::pair<const char*, Value>>;

/// `must be "always", "interval" or "never"`
template <class Value>
std::string one_of(const std::vector<std::pair<std::string, Value>>& choices) {
  std::string text = "must be ";
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
    text += '"' + choices[i].first + '"';
  }
  return text;
}

template <class Value, class Target>
Field choice_field(Choices<Value> choices, Target target) {
  const std::vector<std::pair<std::string, Value>> known(choices.begin(), choices.end());
  Field field;
  field.type = FieldType::kChoice;
  field.expectation = one_of(known);
  field.set = [known, target](Config& config, Items items) -> Result<void> {
    for (const auto& [name, value] : known) {
      if (name != items[0]) continue;
      target(config) = value;
      return {};
    }
    return wrong(one_of(known));
  };
  field.get = [known, target](Config& config) {
    for (const auto& [name, value] : known) {
      if (target(config) == value) return some(name);
    }
    return some("");
  };
  return field;
}

/// Any number of texts, whose form is for validate() to judge.
template <class Target>
Field list_field(Target target) {
  Field field;
  field.type = FieldType::kList;
  field.expectation = "must be a list of strings";
  field.set = [target](Config& config, Items items) -> Result<void> {
    for (const std::string& item : items) {
      if (item.empty()) return wrong("must not have empty items");
    }
    target(config) = {items.begin(), items.end()};
    return {};
  };
  field.get = [target](Config& config) { return std::vector<std::string>(target(config)); };
  return field;
}

/// `hub.protocol_version_compatibility`, as the reference hub names it.
inline Field compatibility_field() {
  Field field;
  field.type = FieldType::kCount;
  field.expectation = "must be 7 or 8";
  field.set = [](Config& config, Items items) -> Result<void> {
    if (items[0] != "7" && items[0] != "8") return wrong("must be 7 or 8");
    config.hub.compatibility = items[0] == "7" ? Compatibility::kVersion7 : Compatibility::kVersion8;
    return {};
  };
  field.get = [](Config& config) {
    if (config.hub.compatibility == Compatibility::kNone) return some("");
    return some(config.hub.compatibility == Compatibility::kVersion7 ? "7" : "8");
  };
  return field;
}

inline Result<std::vector<http::ListenAddress>> parse_addresses(Items items) {
  std::vector<http::ListenAddress> addresses;
  for (const std::string& item : items) {
    Result<http::ListenAddress> address = http::ListenAddress::parse(item);
    if (!address) return wrong("has a wrong address: " + address.error().detail);
    addresses.push_back(std::move(*address));
  }
  return addresses;
}

inline std::vector<std::string> urls_of(const std::vector<http::ListenAddress>& addresses) {
  std::vector<std::string> urls;
  for (const http::ListenAddress& address : addresses) {
    const bool v6 = address.host.find(':') != std::string::npos;
    urls.push_back((address.tls ? "https://" : "http://") + (v6 ? '[' + address.host + ']' : address.host) +
                   ':' + std::to_string(address.port));
  }
  return urls;
}

inline Field listen_field() {
  Field field;
  field.type = FieldType::kAddressList;
  field.expectation = R"(must be a list of addresses such as ["http://127.0.0.1:3000"])";
  field.set = [](Config& config, Items items) -> Result<void> {
    if (items.empty()) return wrong(R"(must name at least one address such as "http://127.0.0.1:3000")");
    Result<std::vector<http::ListenAddress>> addresses = parse_addresses(items);
    if (!addresses) return addresses.error();
    config.server.listen = std::move(*addresses);
    return {};
  };
  field.get = [](Config& config) { return urls_of(config.server.listen); };
  return field;
}

/// `admin.listen`, which may be nothing. "off" is for the environment, where what is empty is not set.
inline Field admin_listen_field() {
  Field field;
  field.type = FieldType::kAddressList;
  field.expectation = R"(must be a list of addresses such as ["http://127.0.0.1:2019"], or "off")";
  field.set = [](Config& config, Items items) -> Result<void> {
    if (items.size() == 1 && (items[0].empty() || items[0] == "off")) items = {};
    Result<std::vector<http::ListenAddress>> addresses = parse_addresses(items);
    if (!addresses) return addresses.error();
    config.admin.listen = std::move(*addresses);
    return {};
  };
  field.get = [](Config& config) { return urls_of(config.admin.listen); };
  return field;
}

inline Field admin_token_field() {
  Field field = text_field([](Config& c) -> std::string& { return c.admin.token; });
  field.secret = true;
  return field;
}

inline Field self_signed_field() {
  Field field = choice_field<bool>({{"self-signed", true}},
                                   [](Config& c) -> bool& { return c.server.tls.self_signed; });
  field.expectation =
      R"(must be "self-signed" or a table such as { certificate = "cert.pem", key = "key.pem" })";
  field.set = [expectation = field.expectation](Config& config, Items items) -> Result<void> {
    if (items[0] != "self-signed") return wrong(expectation);
    config.server.tls = TlsConfig{.self_signed = true, .certificate = {}, .key = {}};
    return {};
  };
  return field;
}

/// A path of `tls`; it replaces "self-signed" of a weaker source.
inline Field tls_path_field(std::string TlsConfig::*member) {
  Field field = text_field([member](Config& c) -> std::string& {
    c.server.tls.self_signed = false;
    return c.server.tls.*member;
  });
  field.get = [member](Config& c) { return some(c.server.tls.*member); };
  return field;
}

inline IssuerConfig& last_issuer(Config& config) {
  if (config.issuers.empty()) config.issuers.emplace_back();
  return config.issuers.back();
}

inline KeyConfig& last_key(std::vector<KeyConfig>& keys) {
  if (keys.empty()) keys.emplace_back();
  return keys.back();
}

using RoleKeys = std::vector<KeyConfig> IssuerConfig::*;

inline Field jwt_field(RoleKeys role) {
  Field field = text_field([role](Config& c) -> std::string& { return last_key(last_issuer(c).*role).jwt; });
  field.secret = true;
  return field;
}

/// A file whose content is the key; read at once, so that everything else sees a key.
inline Field jwt_file_field(RoleKeys role) {
  Field field;
  field.expectation = "must be a string";
  field.set = [role](Config& config, Items items) -> Result<void> {
    Result<std::string> content = read_file(items[0]);
    if (!content) return wrong("names no key: " + content.error().detail);
    std::string& jwt = last_key(last_issuer(config).*role).jwt;
    if (!jwt.empty()) return wrong("is there beside jwt; set one of them");
    jwt = without_line_end(std::move(*content));
    if (jwt.empty()) return wrong("names a file that is empty");
    return {};
  };
  return field;
}

inline Field jwks_uri_field(RoleKeys role) {
  return text_field([role](Config& c) -> std::string& { return last_key(last_issuer(c).*role).jwks_uri; });
}

/// One algorithm, or several for a set of keys.
inline Field algorithm_field(RoleKeys role) {
  std::string known;
  for (const Algorithm algorithm : kAlgorithms) {
    known += (known.empty() ? "" : ", ") + std::string(name_of(algorithm));
  }
  Field field;
  field.type = FieldType::kList;
  field.expectation = "must be one of " + known + ", or a list of them";
  field.secret = true;  // a key and its algorithm are easily swapped
  field.set = [role, expectation = field.expectation](Config& config, Items items) -> Result<void> {
    std::vector<Algorithm> algorithms;
    for (const std::string& item : items) {
      const Result<Algorithm> algorithm = parse_algorithm(item);
      if (!algorithm) return wrong(expectation);
      algorithms.push_back(*algorithm);
    }
    if (algorithms.empty()) return wrong(expectation);
    last_key(last_issuer(config).*role).algorithms = std::move(algorithms);
    return {};
  };
  return field;
}

}  // namespace cinnabar::field_makers
