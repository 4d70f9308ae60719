// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "http/server.h"

namespace cinnabar {

/// File names within the directory of a self-signed certificate.
inline constexpr const char* kSelfSignedCertificateFile = "self-signed.pem";
inline constexpr const char* kSelfSignedKeyFile = "self-signed-key.pem";

/// A fresh ECDSA P-256 key and its certificate for localhost, 127.0.0.1 and ::1, both as PEM text,
/// valid for one year from `now` (Unix seconds), less an hour of clock error before it.
Result<http::Certificate> make_self_signed(std::int64_t now);

/// The certificate kept in `directory` (made if missing, 0700; the key has mode 0600), or a new one in
/// its place when there is none, it ends within a week of `now`, or its files are damaged. Blocks.
Result<http::Certificate> ensure_self_signed(const std::string& directory, std::int64_t now);

}  // namespace cinnabar
