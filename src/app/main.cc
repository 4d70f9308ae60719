// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/cli.h"
#include "app/hub_process.h"

int main(int argc, char** argv) {
  cinnabar::CliContext context{.in = std::cin,
                               .out = std::cout,
                               .err = std::cerr,
                               .environment = cinnabar::process_environment(),
                               .program = cinnabar::executable_path(),
                               .run = cinnabar::run_hub};
  return cinnabar::run_cli(argc, argv, context);
}
