// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "protocol/hub_url.h"
#include "protocol/limits.h"
#include "protocol/topic.h"
#include "protocol/update.h"

namespace cinnabar {

/// Parses and validates the body of a publish request: PUB-2 to PUB-21 but the reserved
/// namespace (see check_reserved()), and LIM-4 to LIM-7. Generates the id if none was given (PUB-13), and
/// replaces one with outer spaces (PUB-16).
/// Errors: kInvalid (400) or kTooLarge (413); the detail is one sentence that may be sent to
/// the publisher: it names the field and the rule, and echoes no value.
Result<Update> parse_publish(std::string_view body, const ProtocolLimits& limits);

/// No topic may address the reserved namespace of the hub (PUB-7, PUB-8). `scheme` is that of the
/// hub's URL as the publisher knows it. Errors: kInvalid, as above.
Result<void> check_reserved(Topics& topics, const HubPath& path, HubScheme scheme);

}  // namespace cinnabar
