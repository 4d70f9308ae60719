// SPDX-License-Identifier: Apache-2.0
#include "app/bench_command.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "app/dev.h"
#include "app/files.h"
#include "app/suggest.h"
#include "auth/key.h"
#include "auth/mint.h"
#include "load/descriptors.h"
#include "load/figures.h"
#include "load/process.h"
#include "load/report_html.h"
#include "load/report_json.h"
#include "load/resume.h"
#include "load/run.h"
#include "load/scenarios.h"

namespace cinnabar {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::string_view kDevUrl = "http://127.0.0.1:3000";

Error invalid(std::string sentence) { return {ErrorCode::kInvalid, std::move(sentence)}; }

// A signal handler reaches nothing else.
std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// Wrappers such as timeout(1) send a signal to the process and to its group: such twins are one.
constexpr std::int64_t kTwinNs = 500'000'000;
std::atomic<std::int64_t> g_stopped_ns{0};

void on_interrupt(int) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);  // may be called in a signal handler
  const std::int64_t now_ns = now.tv_sec * 1'000'000'000 + now.tv_nsec;
  std::int64_t first_ns = 0;
  // One step, since the twins may come to two threads at the same time.
  if (g_stopped_ns.compare_exchange_strong(first_ns, now_ns)) {
    g_stop = true;
  } else if (now_ns - first_ns > kTwinNs) {
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
  }
}

/// While it lives, the first SIGINT sets g_stop; a second one ends the process.
class InterruptGuard {
 public:
  InterruptGuard() {
    g_stop = false;
    g_stopped_ns = 0;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    sigaction(SIGINT, &action, &before_);
  }
  ~InterruptGuard() { sigaction(SIGINT, &before_, nullptr); }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction before_ {};
};

Result<load::Scenario> scenario_of(const std::string& name) {
  std::vector<std::string_view> names;
  for (const load::ScenarioInfo& info : load::scenarios()) {
    if (info.name == name) return info.scenario;
    names.push_back(info.name);
  }
  std::string known;
  for (const std::string_view each : names) known.append(known.empty() ? "" : ", ").append(each);
  if (name.empty()) return invalid("the scenario is missing: one of " + known);
  return invalid("there is no scenario \"" + name + '"' + did_you_mean(name, names) + "; there are " + known);
}

/// A token as it was given: itself, or what a file holds.
Result<std::string> read_token(std::string_view flag, const std::string& given) {
  std::string token = given;
  if (given.starts_with('@')) {
    Result<std::string> content = read_file(given.substr(1));
    if (!content) return invalid(std::string(flag) + ": " + content.error().detail);
    token = std::move(*content);
    token.erase(token.find_last_not_of(" \t\r\n") + 1);
  }
  const bool plain = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!plain || (token.empty() && !given.empty())) {
    return invalid(std::string(flag) + " is not a token: those have no spaces and no line breaks");
  }
  return token;
}

/// A token for both roles by the key of the development hub, which must have run before.
Result<std::string> dev_token(const Environment& environment, std::int64_t now) {
  const Result<std::string> directory = dev_directory(environment);
  if (!directory) return directory.error();
  std::error_code error;
  if (!std::filesystem::exists(*directory + "/key", error)) {
    return invalid("there is no development hub to aim at (nothing in " + *directory +
                   "); start one by `cinnabar run --dev`, or give the URL of another hub");
  }
  const Result<DevState> state = open_dev_state(environment);
  if (!state) return state.error();
  const Result<Key> key = Key::from_secret(state->key);
  if (!key) return key.error();
  TokenClaims claims;
  claims.issuer = kDevIssuer;
  claims.audience = kDevResource;
  claims.issued = now;
  claims.expires = now + std::chrono::duration_cast<std::chrono::seconds>(kDevTokenLife).count();
  claims.publish = {"*"};
  claims.subscribe = {"*"};
  return mint_token(claims, *key, Algorithm::kHs256);
}

Result<void> add_tokens(load::Options& options, const BenchRequest& request, const Environment& environment,
                        std::int64_t now) {
  if (request.dev || request.url.empty()) {
    Result<std::string> token = dev_token(environment, now);
    if (!token) return token.error();
    options.token = *token;
    options.subscriber_token = std::move(*token);
  }
  const std::string_view variable_token = variable(environment, "CINNABAR_BENCH_TOKEN");
  const std::string given = request.token.empty() ? std::string(variable_token) : request.token;
  if (!given.empty()) {
    Result<std::string> token = read_token(request.token.empty() ? "CINNABAR_BENCH_TOKEN" : "--token", given);
    if (!token) return token.error();
    options.token = std::move(*token);
  }
  if (!request.subscriber_token.empty()) {
    Result<std::string> token = read_token("--subscriber-token", request.subscriber_token);
    if (!token) return token.error();
    options.subscriber_token = std::move(*token);
  }
  return {};
}

Result<load::Options> options_of(const BenchRequest& request, const Environment& environment,
                                 std::int64_t now) {
  const Result<load::Scenario> scenario = scenario_of(request.scenario);
  if (!scenario) return scenario.error();
  load::Options options = load::defaults_of(*scenario);
  bool has_events = false;
  bool has_duration = false;
  for (const auto& [spec, text] : request.options) {
    if (Result<void> set = load::set_option(options, *spec, text); !set) return set.error();
    has_events |= spec->name == "--events";
    has_duration |= spec->name == "--duration";
  }
  // Who counts the updates need not say how long that takes.
  if (has_events && !has_duration && *scenario != load::Scenario::kConnect) options.duration = 0;
  Result<load::HubAddress> address = load::parse_hub_url(request.url.empty() ? kDevUrl : request.url);
  if (!address) return address.error();
  options.address = std::move(*address);
  if (Result<void> added = add_tokens(options, request, environment, now); !added) return added.error();
  return load::checked(std::move(options));
}

/// What must be found out about the system before the run: 0, or the exit code.
int prepare(load::Options& options, load::SslContext& context, std::ostream& err) {
  const auto refuse = [&err](const Error& error, int code) {
    err << "cinnabar bench: " << error.detail << '\n';
    return code;
  };
  if (options.pid != 0 && !load::ProcessMeter(options.pid).valid()) {
    return refuse(invalid("there is no process " + std::to_string(options.pid) +
                          " to measure; --pid must be that of the hub, on this machine"),
                  kUsage);
  }
  if (const Result<void> room = load::make_room_for_descriptors(options); !room) {
    return refuse(room.error(), kFailed);
  }
  if (options.address.tls) {
    load::TlsWishes wishes = options.tls;
    wishes.http2 = options.http2;
    Result<load::SslContext> made = load::make_client_context(wishes);
    if (!made) return refuse(made.error(), kUsage);
    context = std::move(*made);
  }
  if (const Result<void> resolved = load::resolve(options.address); !resolved) {
    return refuse(resolved.error(), kFailed);
  }
  return 0;
}

}  // namespace

std::string masked_command_line(const std::vector<std::string>& arguments) {
  std::string line;
  bool is_secret = false;
  for (const std::string& argument : arguments) {
    std::string shown = argument;
    if (std::exchange(is_secret, argument == "--token" || argument == "--subscriber-token")) {
      if (!shown.starts_with('@')) shown = "***";
    } else if (argument.starts_with("--token=") || argument.starts_with("--subscriber-token=")) {
      const std::size_t value = argument.find('=') + 1;
      if (argument.compare(value, 1, "@") != 0) shown = argument.substr(0, value) + "***";
    } else if (const std::size_t query = argument.find('?');
               query != std::string::npos && argument.find("://") < query) {
      shown = argument.substr(0, query + 1) + "***";  // some hubs take tokens there
    }
    line += (line.empty() ? "" : " ") + shell_word(shown);
  }
  return line;
}

int bench_command(const BenchRequest& request, const Environment& environment, std::int64_t now,
                  std::ostream& out, std::ostream& err) {
  Result<load::Options> options = options_of(request, environment, now);
  if (!options) {
    err << "cinnabar bench: " << options.error().detail << "\nSee: cinnabar bench --help\n";
    return kUsage;
  }
  load::SslContext context;
  if (const int refused = prepare(*options, context, err); refused != 0) return refused;
  if (options->resumes > 0) {
    const auto cost = load::measure_resumes(*options, context.get(), load::ProcessMeter(options->pid));
    out << load::json_report(cost) << '\n' << std::flush;
    return cost ? 0 : kFailed;
  }

  std::FILE* const progress = isatty(STDERR_FILENO) == 1 ? stderr : nullptr;
  load::Outcome outcome;
  {
    const InterruptGuard guard;
    outcome = load::run_load(*options, context.get(), g_stop, progress);
  }
  out << (request.json ? load::json_report(*options, outcome) + '\n' : load::table_report(*options, outcome))
      << std::flush;
  int code = outcome.problem.empty() ? 0 : kFailed;
  if (!request.html.empty()) {
    const std::string page =
        load::html_report(*options, outcome, masked_command_line(request.arguments), CINNABAR_VERSION);
    if (const Result<void> written = replace_file(request.html, page, false); !written) {
      err << "cinnabar bench: " << written.error().detail << '\n';
      code = kFailed;
    }
  }
  return code;
}

}  // namespace cinnabar
