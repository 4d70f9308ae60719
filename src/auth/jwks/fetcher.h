// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace cinnabar {

/// What was fetched, or that nothing is new.
struct Fetched {
  bool not_modified = false;  ///< as the ETag still holds; then there is no body
  std::string body;
  std::string etag;                  ///< to be sent with the next request; empty: none
  std::optional<Duration> lifetime;  ///< how long the server says that it is good for; absent: it doesn't say
};

/// Gets one document again and again. Threads: one at a time.
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  /// Blocks until it has the document, or failed, or soon after `stop` has become true. Errors: a sentence
  /// that says what, and how to mend it (kTooLarge, kTimeout, kUnavailable, kInvalid, kClosed).
  virtual Result<Fetched> fetch(const std::string& etag, const std::atomic<bool>& stop) = 0;
};

/// How documents are fetched.
struct FetchOptions {
  Duration timeout = std::chrono::seconds(5);  ///< of the whole, redirects included
  std::size_t max_bytes = std::size_t{256} * 1024;
  bool allow_private_addresses = false;  ///< else the server must not be on this machine or in its network
  std::string ca_file;                   ///< PEM file of authorities; empty: the system's
};

/// Whether a key set may be at `uri`: an https: URL without credentials, or a file: URL on this machine.
/// Errors: kInvalid; the detail continues "the URI ".
Result<void> check_jwks_uri(std::string_view uri);

/// For https: and file: URIs. REQUIRES: check_jwks_uri(uri)
std::unique_ptr<Fetcher> make_fetcher(std::string uri, const FetchOptions& options);

}  // namespace cinnabar
