// SPDX-License-Identifier: Apache-2.0
// With cli.cc one of the two files that include CLI11, which compiles slowly.
#include "app/bench_flags.h"

#include <CLI/CLI.hpp>

#include "load/scenarios.h"

namespace cinnabar {
namespace {

std::string scenario_list() {
  std::string text = "Scenarios:\n";
  for (const load::ScenarioInfo& info : load::scenarios()) {
    text += "  " + std::string(info.name) + std::string(12 - info.name.size(), ' ') + std::string(info.help) +
            '\n';
  }
  return text;
}

}  // namespace

BenchFlags::BenchFlags(CLI::App& command) {
  command.add_option("SCENARIO", request_.scenario, "What to do; see below.")->type_name("");
  command
      .add_option(
          "URL,--url", request_.url,
          "The hub, such as https://hub.example.com/.well-known/mercure. Default: the hub of `cinnabar run "
          "--dev` on http://127.0.0.1:3000")
      ->type_name("URL");
  const std::string hub = "The hub";
  command
      .add_option("--token", request_.token,
                  "The publishers' token: itself or @FILE. Default: $CINNABAR_BENCH_TOKEN")
      ->type_name("JWT")
      ->group(hub);
  command.add_option("--subscriber-token", request_.subscriber_token, "The subscribers': itself or @FILE.")
      ->type_name("JWT")
      ->group(hub);
  command.add_flag("--dev", request_.dev, "Use a token of the development hub, wherever it listens.")
      ->group(hub);
  for (const load::OptionSpec& spec : load::option_table()) {
    TableFlag& flag = flags_.emplace_back(TableFlag{&spec, nullptr, {}});
    if (spec.value.empty()) {
      flag.option = command.add_flag(std::string(spec.name))->description(std::string(spec.help));
    } else {
      flag.option = command.add_option(std::string(spec.name), flag.value, std::string(spec.help))
                        ->type_name(std::string(spec.value));
    }
    flag.option->group(std::string(spec.group));
  }
  const std::string output = "Output";
  command.add_flag("--json", request_.json, "Print one JSON object instead of a table.")->group(output);
  command.add_option("--html", request_.html, "Write a report with charts to this file.")
      ->type_name("FILE")
      ->group(output);
  command.footer(
      scenario_list() +
      "\nExamples:\n"
      "  cinnabar run --dev &\n"
      "  cinnabar bench fanout\n"
      "  cinnabar bench mixed https://hub.example.com/.well-known/mercure --http2 --token @publisher.jwt "
      "\\\n    --subscribers 5000 --duration 1m --html report.html");
}

BenchRequest BenchFlags::request(int argc, const char* const* argv) const {
  BenchRequest request = request_;
  for (const TableFlag& flag : flags_) {
    if (flag.option->count() > 0) request.options.emplace_back(flag.spec, flag.value);
  }
  request.arguments.assign(argv, argv + argc);
  if (!request.arguments.empty()) request.arguments.front() = "cinnabar";
  return request;
}

}  // namespace cinnabar
