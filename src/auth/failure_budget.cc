// SPDX-License-Identifier: Apache-2.0
#include "auth/failure_budget.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace cinnabar {
namespace {

/// An IPv6 client owns its whole /64, so that is who it is.
std::string owner_of(std::string_view address) {
  std::string text(address);
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
  constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool is_v4 = std::equal(kMapped.begin(), kMapped.end(), bytes.begin());
  if (is_v4) return {reinterpret_cast<const char*>(bytes.data()) + kMapped.size(), 4};
  return {reinterpret_cast<const char*>(bytes.data()), 8};
}

}  // namespace

/// What is still spent at `now`.
Duration FailureBudget::left(const Account& account, SteadyTime now) {
  const auto elapsed = std::max(Duration::zero(), now - account.at);
  const auto seconds = std::chrono::duration_cast<std::chrono::duration<double>>(elapsed).count();
  const auto back = std::chrono::duration_cast<Duration>(kRefill * seconds);
  return std::max(Duration::zero(), account.spent - back);
}

bool FailureBudget::allows(std::string_view address, SteadyTime now) {
  const MutexLock lock(mutex_);
  if (accounts_.empty()) return true;
  const auto at = accounts_.find(owner_of(address));
  return at == accounts_.end() || left(at->second, now) < kAllowance;
}

void FailureBudget::charge(std::string_view address, Duration cost, SteadyTime now) {
  const MutexLock lock(mutex_);
  if (accounts_.size() >= kMostAddresses) tidy(now);
  Account& account = accounts_[owner_of(address)];
  account.spent = left(account, now) + cost;
  account.at = now;
}

/// Drops who owes nothing any more; everybody, if all do: the attack then has more addresses than we can
/// count.
void FailureBudget::tidy(SteadyTime now) {
  boost::unordered::erase_if(
      accounts_, [now](const auto& account) { return left(account.second, now) == Duration::zero(); });
  if (accounts_.size() >= kMostAddresses) accounts_.clear();
}

}  // namespace cinnabar
