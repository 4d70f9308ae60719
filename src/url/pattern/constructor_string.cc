// SPDX-License-Identifier: Apache-2.0
#include "url/pattern/constructor_string.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "url/pattern/compile.h"
#include "url/pattern/tokenizer.h"

namespace cinnabar::url::pattern {
namespace {

/// In the order in which a URL goes through them.
enum class State : std::uint8_t {
  kInit,
  kProtocol,
  kAuthority,
  kUsername,
  kPassword,
  kHostname,
  kPort,
  kPathname,
  kSearch,
  kHash,
  kDone,
};

/// What is collected in a state, if it is a component.
std::optional<Component> component_of(State state) {
  switch (state) {
    case State::kProtocol: return Component::kProtocol;
    case State::kUsername: return Component::kUsername;
    case State::kPassword: return Component::kPassword;
    case State::kHostname: return Component::kHostname;
    case State::kPort: return Component::kPort;
    case State::kPathname: return Component::kPathname;
    case State::kSearch: return Component::kSearch;
    case State::kHash: return Component::kHash;
    default: return std::nullopt;
  }
}

/// The parser's state. `at_` is the standard's "token index"; each step either moves it by one or leaves it
/// where a change of state has put it.
class ConstructorStringParser {
 public:
  ConstructorStringParser(std::string_view input, std::vector<Token> tokens)
      : input_(input), tokens_(std::move(tokens)) {}

  Result<UrlPatternInit> run() {
    while (state_ != State::kDone) {
      moved_ = false;
      const TokenType type = tokens_[at_].type;
      if (type == TokenType::kEnd) {
        end_of_input();
      } else if (type == TokenType::kOpen) {
        ++group_depth_;
      } else if (group_depth_ == 0) {
        step();
        if (error_) return std::move(*error_);
      } else if (type == TokenType::kClose) {
        --group_depth_;
      }
      if (!moved_) ++at_;
    }
    // Who names a host and no port means the default port.
    if (result(Component::kHostname) && !result(Component::kPort)) result(Component::kPort).emplace();
    return std::move(result_);
  }

 private:
  void end_of_input() {
    if (state_ == State::kAuthority) return rewind(State::kHostname);  // there was no "@"
    if (state_ != State::kInit) return change_state(State::kDone, 0);
    rewind(State::kInit);  // there was no protocol, so that the string is relative
    if (is_char(at_, '#')) return change_state(State::kHash, 1);
    if (is_search_prefix()) return change_state(State::kSearch, 1);
    change_state(State::kPathname, 0);
  }

  void step() {
    switch (state_) {
      case State::kInit:
        if (is_char(at_, ':')) rewind(State::kProtocol);
        return;
      case State::kProtocol:
        if (is_char(at_, ':')) end_of_protocol();
        return;
      case State::kAuthority:
        if (is_char(at_, '@')) return rewind(State::kUsername);
        if (is_char(at_, '/') || is_search_prefix() || is_char(at_, '#')) rewind(State::kHostname);
        return;
      case State::kUsername:
        if (is_char(at_, ':')) return change_state(State::kPassword, 1);
        if (is_char(at_, '@')) change_state(State::kHostname, 1);
        return;
      case State::kPassword:
        if (is_char(at_, '@')) change_state(State::kHostname, 1);
        return;
      case State::kHostname:
        if (is_char(at_, '[')) {
          ++bracket_depth_;
        } else if (is_char(at_, ']')) {
          --bracket_depth_;
        } else if (is_char(at_, ':') && bracket_depth_ == 0) {
          change_state(State::kPort, 1);
        } else {
          look_for(State::kPathname);
        }
        return;
      case State::kPort: return look_for(State::kPathname);
      case State::kPathname: return look_for(State::kSearch);
      case State::kSearch: return look_for(State::kHash);
      default: return;
    }
  }

  /// Goes over to the pathname, search or hash if it starts here and is not before `first`.
  void look_for(State first) {
    if (first <= State::kPathname && is_char(at_, '/')) return change_state(State::kPathname, 0);
    if (first <= State::kSearch && is_search_prefix()) return change_state(State::kSearch, 1);
    if (is_char(at_, '#')) change_state(State::kHash, 1);
  }

  void end_of_protocol() {
    // "Compute protocol matches a special scheme flag".
    const Result<ComponentPattern> protocol =
        compile_component(Component::kProtocol, component_string(), false);
    if (!protocol.ok()) {
      error_ = protocol.error();
      return;
    }
    special_ = matches_special_scheme(*protocol);
    if (is_char(at_ + 1, '/') && is_char(at_ + 2, '/')) return change_state(State::kAuthority, 3);
    change_state(special_ ? State::kAuthority : State::kPathname, 1);
  }

  /// "Rewind and set state".
  void rewind(State state) {
    at_ = component_start_;
    moved_ = true;
    state_ = state;
  }

  std::optional<std::string>& result(Component component) {
    return result_.components[static_cast<std::size_t>(component)];
  }

  void change_state(State next, std::size_t skip) {
    if (const auto component = component_of(state_)) result(*component) = std::string(component_string());
    if (state_ != State::kInit && next != State::kDone) empty_between(state_, next);
    state_ = next;
    at_ += skip;
    component_start_ = at_;
    moved_ = true;
  }

  /// What the string leaves out between two things that it has is empty, and no wildcard.
  void empty_between(State last, State next) {
    const auto default_to = [this](Component component, const char* text) {
      if (!result(component)) result(component) = text;
    };
    if (last < State::kHostname && next > State::kHostname) default_to(Component::kHostname, "");
    if (last < State::kPathname && next > State::kPathname) {
      default_to(Component::kPathname, special_ ? "/" : "");
    }
    if (last < State::kSearch && next > State::kSearch) default_to(Component::kSearch, "");
  }

  /// "Get a safe token".
  const Token& token(std::size_t index) const {
    return index < tokens_.size() ? tokens_[index] : tokens_.back();
  }

  /// "Is a non-special pattern char".
  bool is_char(std::size_t index, char c) const {
    const Token& found = token(index);
    if (found.value.size() != 1 || found.value[0] != c) return false;
    return found.type == TokenType::kChar || found.type == TokenType::kEscapedChar ||
           found.type == TokenType::kInvalidChar;
  }

  /// "Is a search prefix": a question mark, unless it makes what stands before it optional.
  bool is_search_prefix() const {
    if (is_char(at_, '?')) return true;
    if (tokens_[at_].value != "?") return false;
    if (at_ == 0) return true;
    switch (tokens_[at_ - 1].type) {
      case TokenType::kName:
      case TokenType::kRegexp:
      case TokenType::kClose:
      case TokenType::kAsterisk: return false;
      default: return true;
    }
  }

  /// "Make a component string".
  std::string_view component_string() const {
    const std::size_t begin = token(component_start_).index;
    return input_.substr(begin, tokens_[at_].index - begin);
  }

  const std::string_view input_;
  const std::vector<Token> tokens_;
  UrlPatternInit result_;
  std::optional<Error> error_;
  State state_ = State::kInit;
  std::size_t at_ = 0;
  std::size_t component_start_ = 0;
  std::size_t group_depth_ = 0;
  std::ptrdiff_t bracket_depth_ = 0;  // negative after a "]" too many, as in the standard
  bool moved_ = false;
  bool special_ = false;
};

}  // namespace

Result<UrlPatternInit> parse_constructor_string(std::string_view input) {
  Result<std::vector<Token>> tokens = tokenize(input, TokenizePolicy::kLenient);
  if (!tokens.ok()) return tokens.error();
  return ConstructorStringParser(input, std::move(*tokens)).run();
}

}  // namespace cinnabar::url::pattern
