// SPDX-License-Identifier: Apache-2.0
#include "app/config_env.h"

#include <unistd.h>

#include "app/config_overlay.h"
#include "app/config_schema.h"
#include "app/suggest.h"

namespace cinnabar {

namespace {

constexpr std::string_view kPrefix = "CINNABAR_";
constexpr std::string_view kPlaceholder = "{env.";

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

/// CINNABAR_SERVICE_HOST, CINNABAR_PORT_3000_TCP_ADDR and the like: Kubernetes sets them in every
/// container of a namespace that has a Service called "cinnabar".
bool is_service_link(std::string_view name) {
  return name == "CINNABAR_PORT" || starts_with(name, "CINNABAR_PORT_") || name == "CINNABAR_SERVICE_HOST" ||
         name == "CINNABAR_SERVICE_PORT" || starts_with(name, "CINNABAR_SERVICE_PORT_");
}

bool is_ours(std::string_view name) {
  return starts_with(name, kPrefix) && name != "CINNABAR_CONFIG" && name != "CINNABAR_DEV_DIR" &&
         name != "CINNABAR_BENCH_TOKEN" && !is_service_link(name);
}

}  // namespace

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::string_view variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : found->second;
}

bool has_config_variables(const Environment& environment) {
  for (const auto& [name, value] : environment) {
    if (is_ours(name) && !value.empty()) return true;
  }
  return false;
}

std::vector<std::string> read_environment(const Environment& environment, Config& config) {
  std::vector<std::string> problems;
  std::map<std::string, const Field*, std::less<>> by_name;
  for (const Field& field : config_fields()) by_name.emplace(field.variable(), &field);

  for (const auto& [name, value] : environment) {
    if (!is_ours(name) || by_name.count(name) != 0) continue;
    std::vector<std::string_view> known;
    for (const auto& [variable_name, field] : by_name) known.push_back(variable_name);
    const std::string_view best = nearest(name, known);
    problems.push_back(name + ": no such setting" +
                       (best.empty() ? std::string("; `cinnabar run --help` lists them all")
                                     : "; did you mean " + std::string(best) + "?"));
  }

  Overlay overlay(config, Overlay::Source::kEnvironment);
  for (const Field& field : config_fields()) {
    const std::string_view value = variable(environment, field.variable());
    if (!value.empty()) overlay.set(field, value);
  }
  for (std::string& problem : overlay.finish()) problems.push_back(std::move(problem));
  return problems;
}

Result<std::string> expand_placeholders(std::string_view text, const Environment& environment) {
  std::string expanded;
  while (!text.empty()) {
    const std::size_t begin = text.find(kPlaceholder);
    const std::size_t end = begin == std::string_view::npos ? begin : text.find('}', begin);
    if (end == std::string_view::npos) break;
    const std::string_view name = text.substr(begin + kPlaceholder.size(), end - begin - kPlaceholder.size());
    const auto found = environment.find(name);
    if (found == environment.end()) {
      return Error{ErrorCode::kInvalid,
                   "{env." + std::string(name) + "} names an environment variable that is not set"};
    }
    expanded += text.substr(0, begin);
    expanded += found->second;
    text.remove_prefix(end + 1);
  }
  expanded += text;
  return expanded;
}

}  // namespace cinnabar
