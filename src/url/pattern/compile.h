// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "url/pattern/component.h"
#include "url/pattern/pattern_parser.h"
#include "url/url_pattern.h"

namespace cinnabar::url::pattern {

/// What decides how the text of a component is read: the protocol component's findings.
struct Context {
  bool special_protocol = true;  ///< it may match a special scheme
  bool any_protocol = false;     ///< it is "*"
};

/// "Compile a component" (URL Pattern Standard, section 2.2), with the options and the encoding callback
/// that "create" gives that component. `text` is valid UTF-8. Errors: kInvalid; a whole sentence.
Result<ComponentPattern> compile_component(Component component, std::string_view text,
                                           const Context& context);

/// The encoding callback alone.
Encode encoder_of(Component component, std::string_view text, const Context& context);

/// "Protocol component matches a special scheme".
bool matches_special_scheme(const ComponentPattern& protocol);

/// The same for the text of a protocol pattern. Errors as above.
Result<bool> may_be_special(std::string_view protocol);

}  // namespace cinnabar::url::pattern
