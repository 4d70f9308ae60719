// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/metrics_text.h"

namespace cinnabar {

/// The format that a request's Accept field prefers (RFC 9110 section 12.5.1): OpenMetrics where it is named
/// and not liked less than plain text, else that of Prometheus, which everybody reads.
MetricsFormat preferred_format(std::string_view accept);

/// Its media type.
std::string_view content_type_of(MetricsFormat format);

}  // namespace cinnabar
