// SPDX-License-Identifier: Apache-2.0
// With bench_flags.cc one of the two files that include CLI11, which compiles slowly.
#include "app/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <deque>
#include <ostream>
#include <utility>
#include <vector>

#include "app/bench_command.h"
#include "app/bench_flags.h"
#include "app/caddy/convert_command.h"
#include "app/check_token.h"
#include "app/config_command.h"
#include "app/config_schema.h"
#include "app/match_command.h"
#include "app/run_command.h"
#include "app/suggest.h"
#include "app/token_command.h"
#include "base/clock.h"
#include "base/log.h"

namespace cinnabar {

namespace {

constexpr int kUsage = 2;

/// The flag of a configuration field and the values it was given.
struct FieldFlag {
  const Field* field = nullptr;
  CLI::Option* option = nullptr;
  std::vector<std::string> values;
};

/// One of the flags that give `cinnabar match` its pattern.
struct PatternFlag {
  PatternKind kind;
  std::string pattern;
  CLI::Option* option;
};

const char* value_name(FieldType type) {
  switch (type) {
    case FieldType::kText: return "TEXT";
    case FieldType::kChoice: return "NAME";
    case FieldType::kList: return "TEXT,...";
    case FieldType::kAddressList: return "URL,...";
    case FieldType::kDuration: return "DURATION";
    case FieldType::kSize: return "SIZE";
    case FieldType::kCount: return "NUMBER";
    case FieldType::kBool: return "[true|false]";
  }
  return "TEXT";
}

// A deque: CLI11 keeps pointers to the values.
std::deque<FieldFlag> add_field_flags(CLI::App& command) {
  std::deque<FieldFlag> flags;
  for (const Field& field : config_fields()) {
    FieldFlag& flag = flags.emplace_back();
    flag.field = &field;
    std::string description = field.description;
    if (!field.default_text.empty()) description += " Default: " + field.default_text;
    flag.option = command.add_option(field.flag(), flag.values, description)
                      ->group('[' + field.section + ']')
                      ->type_name(value_name(field.type))
                      ->allow_extra_args(false);
    if (field.type == FieldType::kBool) flag.option->expected(0, 1);
  }
  return flags;
}

/// All that were given; of a field that is no list, the last value.
std::vector<std::pair<std::string, std::string>> given_fields(const std::deque<FieldFlag>& flags) {
  std::vector<std::pair<std::string, std::string>> given;
  for (const FieldFlag& flag : flags) {
    if (flag.option->count() == 0) continue;
    const std::vector<std::string>& values = flag.option->results();
    if (is_list(flag.field->type)) {
      for (const std::string& value : values) given.emplace_back(flag.field->name(), value);
    } else {
      const std::string last = values.empty() ? "" : values.back();
      const bool bare = last.empty() && flag.field->type == FieldType::kBool;
      given.emplace_back(flag.field->name(), bare ? "true" : last);
    }
  }
  return given;
}

std::deque<FieldFlag> add_config_flags(CLI::App& command, ConfigRequest& request) {
  command.add_flag("--effective", request.effective,
                   "Print what `cinnabar run` would use here, as TOML, and where each value comes from.");
  command.add_flag("--reference", request.reference, "Print the reference of all settings, as Markdown.");
  command.add_option("-c,--config", request.run.config, "The configuration file, as of `cinnabar run`.")
      ->type_name("FILE");
  command.footer("Example:\n  cinnabar config --effective --config cinnabar.toml");
  return add_field_flags(command);
}

void add_token_flags(CLI::App& command, TokenRequest& request) {
  command.add_option("--iss", request.issuer, "The issuer's id, as the hub trusts it.")->type_name("URL");
  command.add_option("--aud", request.audience, "The hub's URL: its resource identifier.")->type_name("URL");
  command
      .add_option(
          "--key", request.key.key,
          "The issuer's secret, PEM private key or private JWK: itself, @FILE, @- for standard input, "
          "or env:NAME. Others on this machine can see a secret on the command line; prefer a file.")
      ->type_name("KEY");
  command.add_option("--key-env", request.key.environment, "The environment variable that holds the key.")
      ->type_name("NAME");
  command
      .add_option("--alg", request.key.algorithm,
                  "HS256, RS256, PS256, ES256 (or -384, -512) or EdDSA. Default: what the key is for; HS256 "
                  "for a secret. RSA keys need it.")
      ->type_name("NAME");
  command.add_option("--publish", request.publish, "A topic it may publish to; '*' for all. Repeatable.")
      ->type_name("TOPIC")
      ->allow_extra_args(false);
  command
      .add_option("--publish-urlpattern", request.publish_urlpatterns,
                  "A URL pattern of topics it may publish to. Repeatable.")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command
      .add_option("--subscribe-urlpattern", request.subscribe_urlpatterns,
                  "A URL pattern of topics it may subscribe to. Repeatable.")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  command
      .add_option("--subscribe", request.subscribe, "A topic it may subscribe to; '*' for all. Repeatable.")
      ->type_name("TOPIC")
      ->allow_extra_args(false);
  command
      .add_option("--exp,--ttl", request.lifetime,
                  "How long it is good for; --ttl is another name for it. Default: 1h; with --dev 24h; for "
                  "ever with --protocol 0.x")
      ->type_name("DURATION");
  command
      .add_option("--payload", request.payload,
                  "A JSON object for its subscriptions; with --protocol 0.x any JSON.")
      ->type_name("JSON");
  command
      .add_option("--protocol", request.protocol,
                  "1.0, or 0.x for hubs and compatibility modes of protocol 0.x: then --iss and --aud may be "
                  "missing, and topics may be URI templates. Default: 1.0")
      ->type_name("1.0|0.x");
  command.add_option("--sub", request.subject, "The subject. Default: a random UUID")->type_name("TEXT");
  command.add_option("--client-id", request.client_id, "The client. Default: the issuer")->type_name("TEXT");
  command.add_option("--kid", request.key.key_id, "The key's id. Default: the `kid` of a JWK")
      ->type_name("TEXT");
  command.add_flag(
      "--dev", request.dev,
      "For the hub of `cinnabar run --dev`: fills in --iss, --aud, --key and, without a grant, all.");
  command.add_flag("--pretty", request.pretty, "Show its header and claims, too, on standard error.");
}

void add_check_token_flags(CLI::App& command, CheckTokenRequest& request) {
  command
      .add_option("-c,--config", request.config,
                  "The hub's configuration file. Default: ./cinnabar.toml or /etc/cinnabar/cinnabar.toml")
      ->type_name("FILE");
  command.add_option("--role", request.role, "What the token is for: publisher or subscriber.")
      ->required()
      ->type_name("ROLE");
  command
      .add_option("--url", request.url,
                  "The hub's URL as clients know it, where the configuration has no hub.resource_identifier.")
      ->type_name("URL");
  command.add_option("TOKEN", request.token, "The token, @FILE, or @- for standard input.")
      ->required()
      ->type_name("");
}

void add_match_flags(CLI::App& command, MatchRequest& request, std::deque<PatternFlag>& flags) {
  const auto add = [&](PatternKind kind, const char* name, const char* help) {
    PatternFlag& flag = flags.emplace_back(PatternFlag{kind, {}, nullptr});
    flag.option = command.add_option(name, flag.pattern, help)->type_name("PATTERN")->expected(0, 1);
  };
  add(PatternKind::kUrlPattern, "--urlpattern", "A URL pattern, as in match_urlpattern.");
  add(PatternKind::kExact, "--exact", "A topic to compare byte for byte, as in match.");
  add(PatternKind::kUriTemplate, "--uri-template", "A URI template, as in topic of protocol 0.x.");
  command
      .add_option("--base", request.base,
                  "The hub's URL, for relative URL patterns and topics, such as "
                  "https://hub.example.com/.well-known/mercure")
      ->type_name("URL");
  command.add_flag(
      "--batch", request.batch,
      "Read JSON lines {\"pattern\": …, \"base\": …, \"topics\": […]} from standard input, and answer "
      "each with {\"valid\": …, \"matches\": […], \"error\": …}.");
  command.add_option("TOPIC", request.topics, "The topics to test.")->type_name("");
}

/// Settles which of the three kinds was asked for: 0, or kUsage.
int settle_pattern(MatchRequest& request, const std::deque<PatternFlag>& flags, std::ostream& err) {
  int given = 0;
  for (const PatternFlag& flag : flags) {
    if (flag.option->count() == 0) continue;
    ++given;
    request.kind = flag.kind;
    request.pattern = flag.pattern;
  }
  const char* wrong = nullptr;
  if (given > 1) {
    wrong = "give one of --urlpattern, --exact and --uri-template, not several";
  } else if (given == 0 && !request.batch) {
    wrong = "the pattern is missing: give --urlpattern PATTERN, --exact PATTERN or --uri-template PATTERN";
  } else if (request.batch && (!request.topics.empty() || !request.pattern.value_or("").empty())) {
    wrong = "with --batch patterns and topics come from standard input, not from the command line";
  }
  if (!wrong) return 0;
  err << "cinnabar match: " << wrong << "\nSee: cinnabar match --help\n";
  return kUsage;
}

int version(std::ostream& out) {
  out << "cinnabar " << CINNABAR_VERSION << '\n' << std::flush;
  return 0;
}

/// What was on the command line and is no command, flag or argument that `app` knows: 0 when nothing,
/// else kUsage. `name` is how the user calls `app`.
int refuse_extras(const CLI::App& app, const std::string& name, std::ostream& err) {
  const std::vector<std::string> extras = app.remaining();
  if (extras.empty()) return 0;
  const std::string wrong = extras.front().substr(0, extras.front().find('='));
  const bool is_flag = wrong.size() > 1 && wrong.front() == '-';
  const auto subcommands = app.get_subcommands([](const CLI::App*) { return true; });
  std::vector<std::string> names;
  if (is_flag) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& flag : option->get_lnames()) names.push_back("--" + flag);
    }
  } else {
    for (const CLI::App* subcommand : subcommands) names.push_back(subcommand->get_name());
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const char* kind = is_flag               ? "unknown flag "
                     : subcommands.empty() ? "unexpected argument "
                                           : "unknown command ";
  err << name << ": " << kind << wrong << did_you_mean(wrong, candidates) << "\nSee: " << name << " --help\n";
  return kUsage;
}

int run(const RunRequest& request, CliContext& context) {
  const std::optional<PreparedRun> prepared =
      prepare_run(request, context.environment, context.program, unix_now_ms() / 1000, context.err);
  if (!prepared) return 1;
  set_log_level(prepared->config.log.level);
  for (const std::string& warning : prepared->warnings) log_warn(warning);
  return context.run(prepared->config, prepared->guide ? &*prepared->guide : nullptr);
}

}  // namespace

int run_cli(int argc, const char* const* argv, CliContext& context) {
  CLI::App app("Cinnabar, a Mercure hub: takes updates over HTTP and pushes them to browsers and servers.",
               "cinnabar");
  app.footer("Begin with: cinnabar run --dev");
  app.require_subcommand(0, 1);
  bool want_version = false;
  app.add_flag("--version", want_version, "Print the version and exit.");

  RunRequest run_request;
  CLI::App& run_app = *app.add_subcommand("run", "Run the hub until it is told to stop (SIGTERM, Ctrl-C).");
  run_app
      .add_option("-c,--config", run_request.config,
                  "The configuration file. Default: $CINNABAR_CONFIG, ./cinnabar.toml or "
                  "/etc/cinnabar/cinnabar.toml")
      ->type_name("FILE");
  run_app.add_flag(
      "--dev", run_request.dev,
      "For development: needs no configuration, listens on http://127.0.0.1:3000 and "
      "https://localhost:3443, and says what to do next. Keeps its key, certificate and history in "
      "$CINNABAR_DEV_DIR, else ${XDG_STATE_HOME:-~/.local/state}/cinnabar/dev.");
  const std::deque<FieldFlag> field_flags = add_field_flags(run_app);
  run_app.footer(
      "Every setting can be in the file (hub.heartbeat is `heartbeat` in [hub]), in the environment\n"
      "(CINNABAR_HUB_HEARTBEAT) and on the command line (--hub.heartbeat); the last wins. The variables\n"
      "of the reference hub's image (MERCURE_PUBLISHER_JWT_KEY, SERVER_NAME) count where these say "
      "nothing.\n\n"
      "Examples:\n"
      "  cinnabar run --dev\n"
      "  cinnabar run --config /etc/cinnabar/cinnabar.toml\n"
      "  cinnabar run --dev --server.listen http://127.0.0.1:8080 --hub.heartbeat 10s\n"
      "  CINNABAR_ISSUER_ID=https://example.com CINNABAR_ISSUER_PUBLISHER_JWT=... \\\n"
      "    CINNABAR_ISSUER_SUBSCRIBER_JWT=... cinnabar run");

  std::string file;
  CLI::App& check_app =
      *app.add_subcommand("check-config", "Check a configuration file without starting the hub.");
  check_app.add_option("FILE", file, "The configuration file.")->required()->type_name("");
  check_app.footer("Example:\n  cinnabar check-config cinnabar.toml");

  ConfigRequest config_request;
  CLI::App& config_app =
      *app.add_subcommand("config", "Show the configuration that is in force, or explain it.");
  const std::deque<FieldFlag> config_flags = add_config_flags(config_app, config_request);

  std::string caddyfile;
  CLI::App& convert_app =
      *app.add_subcommand("convert-config", "Turn the reference hub's Caddyfile into a configuration file.");
  convert_app.add_option("FILE", caddyfile, "The Caddyfile, or - for standard input.")
      ->required()
      ->type_name("");
  convert_app.footer("Example:\n  cinnabar convert-config Caddyfile > cinnabar.toml");

  TokenRequest token_request;
  CLI::App& token_app = *app.add_subcommand("token", "Make a token for a publisher or a subscriber.");
  add_token_flags(token_app, token_request);
  token_app.footer(
      "Examples:\n"
      "  cinnabar token --dev --publish '*'\n"
      "  cinnabar token --iss https://example.com --aud https://hub.example.com/.well-known/mercure \\\n"
      "    --key @publisher.pem --publish https://example.com/books/1 --exp 10m\n"
      "  cinnabar token --protocol 0.x --key-env MERCURE_JWT_SECRET --publish '*'");

  CheckTokenRequest check_token_request;
  CLI::App& check_token_app =
      *app.add_subcommand("check-token", "Say whether the hub would take a token, check by check.");
  add_check_token_flags(check_token_app, check_token_request);
  check_token_app.footer(
      "Example:\n  cinnabar check-token --config cinnabar.toml --role publisher @token.jwt");

  MatchRequest match_request;
  std::deque<PatternFlag> pattern_flags;
  CLI::App& match_app =
      *app.add_subcommand("match", "Test topics against a pattern, and say why they don't match.");
  add_match_flags(match_app, match_request, pattern_flags);
  match_app.footer(
      "Example:\n  cinnabar match --urlpattern 'https://example.com/books/:id' https://example.com/books/1");

  CLI::App& bench_app = *app.add_subcommand("bench", "Load a hub, and measure and check what it does.");
  const BenchFlags bench_flags(bench_app);

  CLI::App& version_app = *app.add_subcommand("version", "Print the version.");
  app.allow_extras();
  for (CLI::App* command : {&run_app, &check_app, &config_app, &convert_app, &token_app, &check_token_app,
                            &match_app, &bench_app, &version_app})
    command->allow_extras();

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const std::vector<CLI::App*> chosen = app.get_subcommands();
    context.out << (chosen.empty() ? app : *chosen.front()).help() << std::flush;
    return 0;
  } catch (const CLI::ParseError& error) {
    context.err << "cinnabar: " << error.what() << "\nSee: cinnabar --help\n";
    return kUsage;
  }
  if (const int refused = refuse_extras(app, "cinnabar", context.err); refused != 0) return refused;
  if (want_version) return version(context.out);
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  if (chosen.empty()) {
    context.err << app.help();
    return kUsage;
  }
  const std::string name = "cinnabar " + chosen.front()->get_name();
  if (const int refused = refuse_extras(*chosen.front(), name, context.err); refused != 0) return refused;
  if (version_app.parsed()) return version(context.out);
  if (check_app.parsed()) return check_config(file, context.environment, context.out, context.err);
  if (config_app.parsed()) {
    config_request.run.fields = given_fields(config_flags);
    return config_command(config_request, context.environment, context.out, context.err);
  }
  if (convert_app.parsed()) {
    return caddy::convert_config(caddyfile, context.environment, context.in, context.out, context.err);
  }
  if (token_app.parsed()) {
    return token_command(token_request, context.environment, unix_now_ms() / 1000, context.in, context.out,
                         context.err);
  }
  if (check_token_app.parsed()) {
    return check_token(check_token_request, context.environment, unix_now_ms(), context.in, context.out,
                       context.err);
  }
  if (match_app.parsed()) {
    if (const int refused = settle_pattern(match_request, pattern_flags, context.err); refused != 0)
      return refused;
    return match_command(match_request, context.in, context.out, context.err);
  }
  if (bench_app.parsed()) {
    return bench_command(bench_flags.request(argc, argv), context.environment, unix_now_ms() / 1000,
                         context.out, context.err);
  }
  run_request.fields = given_fields(field_flags);
  return run(run_request, context);
}

std::string executable_path() {
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0 || static_cast<std::size_t>(length) == path.size()) return "cinnabar";
  return {path.data(), static_cast<std::size_t>(length)};
}

}  // namespace cinnabar
