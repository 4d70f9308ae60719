// SPDX-License-Identifier: Apache-2.0
#include "app/config_load.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "app/caddy/reference_variables.h"
#include "app/config_overlay.h"
#include "app/config_schema.h"
#include "app/config_toml.h"
#include "app/files.h"
#include "app/validate.h"

namespace cinnabar {

namespace {

void append(std::vector<std::string>& all, std::vector<std::string> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// The issuers of `base` that the file does not replace by one of the same id, then the file's.
void add_file_issuers(std::vector<IssuerConfig> base, Config& config) {
  std::vector<IssuerConfig> all;
  for (IssuerConfig& issuer : base) {
    const bool replaced = std::any_of(config.issuers.begin(), config.issuers.end(),
                                      [&](const IssuerConfig& other) { return other.id == issuer.id; });
    if (!replaced) all.push_back(std::move(issuer));
  }
  std::move(config.issuers.begin(), config.issuers.end(), std::back_inserter(all));
  config.issuers = std::move(all);
}

}  // namespace

LoadedConfig load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  Config& config = loaded.config;
  config = sources.base;

  if (sources.reference_variables) {
    caddy::ReferenceVariables read =
        caddy::read_reference_variables(sources.environment, !sources.file.has_value(), config);
    append(loaded.errors, std::move(read.problems));
    append(loaded.warnings, std::move(read.notes));
  }
  if (sources.file) {
    const Result<std::string> text = read_file(*sources.file);
    if (text) {
      std::vector<IssuerConfig> weaker = std::exchange(config.issuers, {});
      append(loaded.errors, read_toml(*text, *sources.file, sources.environment, config));
      add_file_issuers(config.issuers.empty() ? std::move(weaker) : sources.base.issuers, config);
    } else {
      loaded.errors.push_back(text.error().detail);
    }
  }
  append(loaded.errors, read_environment(sources.environment, config));

  Overlay flags(config, Overlay::Source::kFlags);
  for (const auto& [name, value] : sources.flags) {
    if (const Field* field = find_field(name)) flags.set(*field, value);
  }
  append(loaded.errors, flags.finish());

  if (!loaded.errors.empty()) return loaded;
  if (std::optional<std::string> missing = caddy::missing_certificate(sources.environment, config)) {
    loaded.errors.push_back(std::move(*missing));
    return loaded;
  }
  Validation validation = validate(config);
  loaded.errors = std::move(validation.errors);
  append(loaded.warnings, std::move(validation.warnings));
  return loaded;
}

std::optional<std::string> default_config_file() {
  for (const char* path : {"cinnabar.toml", "/etc/cinnabar/cinnabar.toml"}) {
    if (::access(path, F_OK) == 0) return path;
  }
  return std::nullopt;
}

}  // namespace cinnabar
