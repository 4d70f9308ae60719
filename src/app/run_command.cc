// SPDX-License-Identifier: Apache-2.0
#include "app/run_command.h"

#include <ostream>

#include "app/caddy/reference_variables.h"
#include "app/config_load.h"

namespace cinnabar {

namespace {

constexpr const char* kNoConfiguration =
    "cinnabar: there is no configuration.\n"
    "To try the hub without any, run: cinnabar run --dev\n"
    "Otherwise name a file (cinnabar run --config FILE), put one at ./cinnabar.toml or\n"
    "/etc/cinnabar/cinnabar.toml, or set at least CINNABAR_ISSUER_ID, CINNABAR_ISSUER_PUBLISHER_JWT\n"
    "and CINNABAR_ISSUER_SUBSCRIBER_JWT, or what the reference hub's image takes, such as\n"
    "MERCURE_PUBLISHER_JWT_KEY. All settings: cinnabar run --help\n";

void print_lines(std::ostream& out, const std::vector<std::string>& lines, const char* prefix) {
  for (const std::string& line : lines) out << prefix << line << '\n';
}

/// The file to read: the flag's, else that of CINNABAR_CONFIG, else one at a usual place. The
/// development hub reads only what its command line names, so that it is the same everywhere.
std::optional<std::string> choose_file(const RunRequest& request, const Environment& environment) {
  if (!request.config.empty()) return request.config;
  if (request.dev) return std::nullopt;
  if (const std::string_view named = variable(environment, "CINNABAR_CONFIG"); !named.empty()) {
    return std::string(named);
  }
  return default_config_file();
}

}  // namespace

std::optional<PreparedRun> prepare_run(const RunRequest& request, const Environment& environment,
                                       const std::string& program, std::int64_t now, std::ostream& err) {
  ConfigSources sources;
  sources.environment = environment;
  sources.flags = request.fields;
  sources.file = choose_file(request, environment);

  std::optional<DevState> state;
  if (request.dev) {
    Result<DevState> opened = open_dev_state(environment);
    if (!opened) {
      err << "cinnabar: " << opened.error().detail << '\n';
      return std::nullopt;
    }
    state = std::move(*opened);
    sources.base = dev_config(*state);
    sources.reference_variables = false;
  } else if (!sources.file && sources.flags.empty() && !has_config_variables(environment) &&
             !caddy::has_reference_variables(environment)) {
    err << kNoConfiguration;
    return std::nullopt;
  }

  LoadedConfig loaded = load_config(sources);
  if (!loaded.errors.empty()) {
    print_lines(err, loaded.errors, "");
    return std::nullopt;
  }
  PreparedRun prepared;
  if (state) {
    Result<DevGuide> guide = DevGuide::make(loaded.config, *state, environment, program, now);
    if (!guide) {
      err << "cinnabar: " << guide.error().detail << '\n';
      return std::nullopt;
    }
    prepared.guide = std::move(*guide);
  }
  prepared.config = std::move(loaded.config);
  prepared.warnings = std::move(loaded.warnings);
  return prepared;
}

int check_config(const std::string& file, const Environment& environment, std::ostream& out,
                 std::ostream& err) {
  ConfigSources sources;
  sources.file = file;
  sources.environment = environment;
  const LoadedConfig loaded = load_config(sources);
  print_lines(err, loaded.errors, "");
  print_lines(err, loaded.warnings, "warning: ");
  if (!loaded.errors.empty()) return 1;
  out << file << ": ok\n" << std::flush;
  return 0;
}

}  // namespace cinnabar
