// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/init.h"

#include <initializer_list>
#include <string_view>
#include <utility>

#include "url/canonical.h"
#include "url/url.h"

namespace cinnabar::url::pattern {
namespace {

/// "Escape a pattern string".
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("+*?:{}()\\").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

/// "Is an absolute pathname".
bool is_absolute(std::string_view pathname, InitType type) {
  if (pathname.starts_with('/')) return true;
  return type == InitType::kPattern && (pathname.starts_with("\\/") || pathname.starts_with("{/"));
}

class InitProcessor {
 public:
  InitProcessor(const UrlPatternInit& init, InitType type) : init_(init), type_(type) {}

  Result<Components> run() {
    if (init_.base_url) {
      Result<Url> base = Url::parse(*init_.base_url);
      if (!base) {
        return Error{ErrorCode::kInvalid, "The base URL is not a valid URL: " + base.error().detail + "."};
      }
      base_ = std::move(*base);
      inherit();
    }
    own_members();
    if (!error_.detail.empty()) return error_;
    return std::move(result_);
  }

 private:
  const std::optional<std::string>& given(Component component) const {
    return init_.components[static_cast<std::size_t>(component)];
  }
  std::optional<std::string>& result(Component component) {
    return result_[static_cast<std::size_t>(component)];
  }
  bool has_none_of(std::initializer_list<Component> components) const {
    for (const Component component : components) {
      if (given(component)) return false;
    }
    return true;
  }

  /// "Process a base URL string".
  std::string from_base(std::string_view text) const {
    return type_ == InitType::kPattern ? escaped(text) : std::string(text);
  }

  /// A component comes from the base only where nothing more significant is the init's own.
  void inherit() {
    using C = Component;
    if (has_none_of({C::kProtocol})) result(C::kProtocol) = from_base(base_->scheme());
    if (type_ == InitType::kUrl) {
      if (has_none_of({C::kProtocol, C::kHostname, C::kPort, C::kUsername})) {
        result(C::kUsername) = from_base(base_->username());
      }
      if (has_none_of({C::kProtocol, C::kHostname, C::kPort, C::kUsername, C::kPassword})) {
        result(C::kPassword) = from_base(base_->password());
      }
    }
    if (!has_none_of({C::kProtocol, C::kHostname})) return;
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

  void own_members() {
    using C = Component;
    if (given(C::kProtocol)) {
      std::string_view protocol = *given(C::kProtocol);
      if (protocol.ends_with(':')) protocol.remove_suffix(1);
      set(C::kProtocol, protocol, canonical_protocol);
    }
    if (given(C::kUsername)) set(C::kUsername, *given(C::kUsername), canonical_username);
    if (given(C::kPassword)) set(C::kPassword, *given(C::kPassword), canonical_password);
    const std::string protocol = result(C::kProtocol).value_or("");
    const bool is_special = protocol.empty() || is_special_scheme(protocol);
    if (given(C::kHostname)) {
      set(C::kHostname, *given(C::kHostname),
          [&](std::string_view value) { return canonical_hostname(value, is_special); });
    }
    if (given(C::kPort)) {
      set(C::kPort, *given(C::kPort),
          [&](std::string_view value) { return canonical_port(value, protocol); });
    }
    if (given(C::kPathname)) {
      set(C::kPathname, resolved_pathname(), is_special ? canonical_pathname : canonical_opaque_pathname);
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

  /// A relative pathname takes the place of the base's last segment.
  std::string resolved_pathname() const {
    const std::string& pathname = *given(Component::kPathname);
    if (!base_ || base_->has_opaque_path() || is_absolute(pathname, type_)) return pathname;
    const std::string base_path = from_base(base_->pathname());
    return base_path.substr(0, base_path.rfind('/') + 1) + pathname;  // all of it, when there is no slash
  }

  template <class Canonical>
  void set(Component component, std::string_view value, Canonical&& canonical) {
    if (type_ == InitType::kPattern) {
      result(component) = std::string(value);
      return;
    }
    Result<std::string> made = canonical(value);
    if (made) {
      result(component) = std::move(*made);
    } else if (error_.detail.empty()) {
      error_ = {ErrorCode::kInvalid,
                "The " + std::string(name_of(component)) + " is invalid: " + made.error().detail + "."};
    }
  }

  const UrlPatternInit& init_;
  const InitType type_;
  std::optional<Url> base_;
  Components result_;
  Error error_;
};

}  // namespace

Result<Components> process_init(const UrlPatternInit& init, InitType type) {
  return InitProcessor(init, type).run();
}

}  // namespace cinnabar::url::pattern
