// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/hub_address.h"
#include "api/origin.h"
#include "http/message.h"

namespace cinnabar {

/// Whether an unsafe request that a cookie authenticates comes from a page that may send it (PRES-10,
/// PRES-12): its source, the Origin field or else the origin of Referer, is the hub's own or among `allowed`.
/// A request without either is from nobody knows where.
bool comes_from_allowed_page(const http::Request& request, const HubAddress& hub, const OriginList& allowed);

}  // namespace cinnabar
