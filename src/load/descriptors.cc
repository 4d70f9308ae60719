// SPDX-License-Identifier: Apache-2.0
#include "load/descriptors.h"

#include <sys/resource.h>

#include <cstdint>
#include <string>

#include "load/text.h"

namespace cinnabar::load {

Result<void> make_room_for_descriptors(const Options& options) {
  constexpr std::uint64_t kOthers = 32;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const std::uint64_t clients = std::uint64_t{options.subscribers} + options.publishers;
  const std::uint64_t shared = options.streams_per_connection;
  const std::uint64_t needed =
      kOthers + (options.http2 ? (clients + shared - 1) / shared + options.threads : clients);
  if (limit.rlim_max >= needed) return {};
  return Error{ErrorCode::kInvalid,
               "this run needs " + grouped(needed) + " open files, and this process may have " +
                   grouped(limit.rlim_max) +
                   "; raise the limit (`ulimit -Hn`, LimitNOFILE=), use --http2, or ask for "
                   "fewer --subscribers"};
}

}  // namespace cinnabar::load
