// SPDX-License-Identifier: Apache-2.0
#include "protocol/topic.h"

#include <utility>

namespace cinnabar {

const url::Url* Topic::url(HubScheme scheme) {
  Resolved& resolved = resolved_[static_cast<std::size_t>(scheme)];
  if (!resolved.done) {
    resolved.done = true;
    Result<url::Url> parsed = url::Url::parse(text_, &path_->base(scheme).url());
    if (parsed) resolved.url = std::move(*parsed);
  }
  return resolved.url ? &*resolved.url : nullptr;
}

}  // namespace cinnabar
