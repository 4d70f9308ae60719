// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "app/cli.h"
#include "app/hub_process.h"
#include "http/tls_memory.h"

int main(int argc, char** argv) {
#ifdef CINNABAR_JEMALLOC
  cinnabar::http::keep_tls_memory_compact();  // without it TLS works as well, and takes more memory
#endif
  std::ios::sync_with_stdio(false);  // nothing here uses C's streams, and `match --batch` reads much
  cinnabar::CliContext context{.in = std::cin,
                               .out = std::cout,
                               .err = std::cerr,
                               .environment = cinnabar::process_environment(),
                               .program = cinnabar::executable_path(),
                               .run = cinnabar::run_hub};
  return cinnabar::run_cli(argc, argv, context);
}
