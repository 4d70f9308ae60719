// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/init.h"

#include <initializer_list>
#include <string_view>
#include <utility>

#include "url/canonical.h"
#include "url/percent_encoding.h"
#include "url/url.h"

namespace cinnabar::url::pattern {
namespace {

using C = Component;

/// "Escape a pattern string".
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("+*?:{}()\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// "Is an absolute pathname".
bool is_absolute_pathname(std::string_view text, InitType type) {
  if (text.starts_with('/')) return true;
  return type == InitType::kPattern && (text.starts_with("\\/") || text.starts_with("{/"));
}

class InitProcessor {
 public:
  InitProcessor(const UrlPatternInit& init, InitType type) : type_(type) {
    for (std::size_t i = 0; i < kComponents; ++i) {
      if (init.components[i]) given_[i] = repaired_utf8(*init.components[i]);
    }
  }

  Result<Components> run(const std::optional<std::string>& base_url) {
    if (base_url) {
      Result<Url> base = Url::parse(*base_url);
      if (!base.ok()) {
        return Error{ErrorCode::kInvalid, "The base URL is not a valid URL: " + base.error().detail};
      }
      base_ = std::move(*base);
      inherit();
    }
    take_given();
    if (error_) return std::move(*error_);
    return std::move(result_);
  }

 private:
  const std::optional<std::string>& given(Component component) const {
    return given_[static_cast<std::size_t>(component)];
  }

  std::optional<std::string>& result(Component component) {
    return result_[static_cast<std::size_t>(component)];
  }

  bool none_given(std::initializer_list<Component> components) const {
    for (const Component component : components) {
      if (given(component)) return false;
    }
    return true;
  }

  /// "Process a base URL string".
  std::string from_base(std::string_view text) const {
    return type_ == InitType::kPattern ? escaped(text) : std::string(text);
  }

  /// The base URL gives what is less specific than all that the init has itself.
  void inherit() {
    if (none_given({C::kProtocol})) result(C::kProtocol) = from_base(base_->scheme());
    if (type_ == InitType::kUrl && none_given({C::kProtocol, C::kHostname, C::kPort, C::kUsername})) {
      result(C::kUsername) = from_base(base_->username());
      if (none_given({C::kPassword})) result(C::kPassword) = from_base(base_->password());
    }
    if (!none_given({C::kProtocol, C::kHostname})) return;
    result(C::kHostname) = from_base(base_->hostname());
    if (given(C::kPort)) return;
    result(C::kPort) = from_base(base_->port());
    if (given(C::kPathname)) return;
    result(C::kPathname) = from_base(base_->pathname());
    if (given(C::kSearch)) return;
    result(C::kSearch) = from_base(base_->query());
    if (given(C::kHash)) return;
    result(C::kHash) = from_base(base_->fragment());
  }

  void take_given() {
    if (given(C::kProtocol)) {
      std::string_view protocol = *given(C::kProtocol);
      if (protocol.ends_with(':')) protocol.remove_suffix(1);
      set(C::kProtocol, protocol, canonical_protocol);
    }
    if (given(C::kUsername)) set(C::kUsername, *given(C::kUsername), canonical_username);
    if (given(C::kPassword)) set(C::kPassword, *given(C::kPassword), canonical_password);
    if (given(C::kHostname)) {
      set(C::kHostname, *given(C::kHostname), canonical_hostname);
    }
    const std::string protocol = result(C::kProtocol).value_or("");
    if (given(C::kPort)) {
      set(C::kPort, *given(C::kPort),
          [&](std::string_view value) { return canonical_port(value, protocol); });
    }
    if (given(C::kPathname)) {
      const bool special = protocol.empty() || is_special_scheme(protocol);
      set(C::kPathname, resolved_pathname(*given(C::kPathname)),
          special ? canonical_pathname : canonical_opaque_pathname);
    }
    if (given(C::kSearch)) {
      std::string_view search = *given(C::kSearch);
      if (search.starts_with('?')) search.remove_prefix(1);
      set(C::kSearch, search, canonical_search);
    }
    if (given(C::kHash)) {
      std::string_view hash = *given(C::kHash);
      if (hash.starts_with('#')) hash.remove_prefix(1);
      set(C::kHash, hash, canonical_hash);
    }
  }

  /// A relative pathname takes the place of what follows the last slash of the base's.
  std::string resolved_pathname(const std::string& pathname) const {
    if (!base_ || base_->has_opaque_path() || is_absolute_pathname(pathname, type_)) return pathname;
    std::string resolved = from_base(base_->pathname());
    resolved.erase(resolved.rfind('/') + 1);  // all of it, where there is no slash
    return resolved += pathname;
  }

  template <class Canonical>
  void set(Component component, std::string_view value, const Canonical& canonical) {
    if (type_ == InitType::kPattern) {
      result(component) = value;
      return;
    }
    Result<std::string> text = canonical(value);
    if (text.ok()) {
      result(component) = std::move(*text);
    } else if (!error_) {
      error_ = Error{ErrorCode::kInvalid,
                     "The " + std::string(name_of(component)) + " is invalid: " + text.error().detail + "."};
    }
  }

  const InitType type_;
  Components given_;
  Components result_;
  std::optional<Url> base_;
  std::optional<Error> error_;
};

}  // namespace

Result<Components> process_init(const UrlPatternInit& init, InitType type) {
  return InitProcessor(init, type).run(init.base_url);
}

}  // namespace cinnabar::url::pattern
