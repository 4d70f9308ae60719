// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cinnabar::http {

/// Gives OpenSSL the C library's malloc, whatever malloc the program is linked to. What a connection
/// keeps are a few blocks of odd sizes, the largest of 7.6 KB, which jemalloc rounds up by a tenth in all;
/// the C library does not (docs/adr/0012).
///
/// Call it before anything else of OpenSSL. False: OpenSSL goes on with the program's malloc.
bool keep_tls_memory_compact();

}  // namespace cinnabar::http
