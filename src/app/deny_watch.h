// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "auth/deny_list.h"
#include "base/clock.h"
#include "base/result.h"

namespace cinnabar {

/// Keeps the deny list in force as its file has it. The file is looked at every second; a faulty one, or
/// one that has gone, leaves the list of before in force and says why.
///
/// Lifetime: the holder outlives it; destroyed before the context. Threads: the context's.
class DenyWatch {
 public:
  static constexpr Duration kPeriod = std::chrono::seconds(1);

  /// `changed` is called after another list has come into force.
  DenyWatch(boost::asio::io_context& context, std::string path, DenyListHolder& holder,
            std::function<void()> changed);

  /// Reads the file for the first time. Errors: a sentence with the path, and the line if one is wrong.
  Result<void> load();
  /// Begins to watch.
  void start();
  /// Looks at the file now.
  void check();

 private:
  /// What tells one version of the file from another.
  struct Version {
    std::int64_t modified_ns = 0;
    std::int64_t size = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const Version&, const Version&) = default;
  };
  std::optional<Version> version() const;
  void wait();

  boost::asio::steady_timer timer_;
  const std::string path_;
  DenyListHolder& holder_;
  std::function<void()> changed_;
  std::optional<Version> seen_;
};

}  // namespace cinnabar
