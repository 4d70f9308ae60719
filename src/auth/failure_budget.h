// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"

namespace cinnabar {

/// How much of the CPU one client may burn with tokens that turn out to be bad. Checking a forged signature
/// costs up to a millisecond, and making one costs nothing.
///
/// Only failures are charged, to the address that sent them (an IPv6 address by its /64). Who has none is
/// never held back, and who has used up the allowance gets it back at a rate: tokens that are not known yet
/// are then refused unseen (429) while known ones go on working. Behind a proxy all clients share its
/// address, unless it is trusted to name them. Bounded. Threads: any.
class FailureBudget {
 public:
  static constexpr Duration kAllowance = std::chrono::milliseconds(100);
  /// CPU given back per second.
  static constexpr Duration kRefill = std::chrono::milliseconds(5);
  static constexpr std::size_t kMostAddresses = 65'536;

  /// Whether a token of `address` may be verified now.
  bool allows(std::string_view address, SteadyTime now);
  /// A token of `address` was bad, and it took `cost` to find out.
  void charge(std::string_view address, Duration cost, SteadyTime now);

 private:
  struct Account {
    Duration spent{};
    SteadyTime at;  // when it was so much
  };

  static Duration left(const Account& account, SteadyTime now);
  void tidy(SteadyTime now) CINNABAR_REQUIRES(mutex_);

  Mutex mutex_;
  boost::unordered_flat_map<std::string, Account> accounts_ CINNABAR_GUARDED_BY(mutex_);
};

}  // namespace cinnabar
