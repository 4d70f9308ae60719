// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "load/options.h"

namespace cinnabar::load {

/// A scenario's name and what it does, in a few words.
struct ScenarioInfo {
  Scenario scenario;
  std::string_view name;
  std::string_view help;
};

/// All of them, in the order of the help.
const std::vector<ScenarioInfo>& scenarios();

std::string_view name_of(Scenario scenario);

/// The options of a run for which the user says nothing but the scenario. Topics begin with
/// https://bench.example/ and something random, so that no other run's history gets in the way; those of
/// `custom` are always the same, so that one run can read what another has published.
Options defaults_of(Scenario scenario);

}  // namespace cinnabar::load
