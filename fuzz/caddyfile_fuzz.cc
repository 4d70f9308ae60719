// SPDX-License-Identifier: Apache-2.0
// Property: whatever a Caddyfile says, it is either refused with a sentence or becomes TOML that can be
// parsed. Values are another matter: they may name variables and files that are not here.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/caddy/convert_command.h"
#include "app/config_toml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cinnabar;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Environment environment = {{"A", "word"}, {"B", "two words\nanonymous"}};
  const caddy::Translation translation = caddy::translate_caddyfile(text, "f", environment);
  if (!translation.problems.empty()) return 0;
  Config config;
  const std::string toml = caddy::to_toml(translation, "f", environment);
  for (const std::string& problem : read_toml(toml, "t", environment, config)) {
    if (problem.find("not valid TOML") != std::string::npos) std::abort();
  }
  return 0;
}
