// SPDX-License-Identifier: Apache-2.0
#include "url/regexp_property.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace cinnabar::url::regexp {
namespace {

/// The binary properties that ECMAScript knows, less ASCII, Any and Assigned; ICU knows many more.
constexpr std::array kBinary = {
    UCHAR_ASCII_HEX_DIGIT,
    UCHAR_ALPHABETIC,
    UCHAR_BIDI_CONTROL,
    UCHAR_BIDI_MIRRORED,
    UCHAR_CASE_IGNORABLE,
    UCHAR_CASED,
    UCHAR_CHANGES_WHEN_CASEFOLDED,
    UCHAR_CHANGES_WHEN_CASEMAPPED,
    UCHAR_CHANGES_WHEN_LOWERCASED,
    UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED,
    UCHAR_CHANGES_WHEN_TITLECASED,
    UCHAR_CHANGES_WHEN_UPPERCASED,
    UCHAR_DASH,
    UCHAR_DEFAULT_IGNORABLE_CODE_POINT,
    UCHAR_DEPRECATED,
    UCHAR_DIACRITIC,
    UCHAR_EMOJI,
    UCHAR_EMOJI_COMPONENT,
    UCHAR_EMOJI_MODIFIER,
    UCHAR_EMOJI_MODIFIER_BASE,
    UCHAR_EMOJI_PRESENTATION,
    UCHAR_EXTENDED_PICTOGRAPHIC,
    UCHAR_EXTENDER,
    UCHAR_GRAPHEME_BASE,
    UCHAR_GRAPHEME_EXTEND,
    UCHAR_HEX_DIGIT,
    UCHAR_IDS_BINARY_OPERATOR,
    UCHAR_IDS_TRINARY_OPERATOR,
    UCHAR_ID_CONTINUE,
    UCHAR_ID_START,
    UCHAR_IDEOGRAPHIC,
    UCHAR_JOIN_CONTROL,
    UCHAR_LOGICAL_ORDER_EXCEPTION,
    UCHAR_LOWERCASE,
    UCHAR_MATH,
    UCHAR_NONCHARACTER_CODE_POINT,
    UCHAR_PATTERN_SYNTAX,
    UCHAR_PATTERN_WHITE_SPACE,
    UCHAR_QUOTATION_MARK,
    UCHAR_RADICAL,
    UCHAR_REGIONAL_INDICATOR,
    UCHAR_S_TERM,
    UCHAR_SOFT_DOTTED,
    UCHAR_TERMINAL_PUNCTUATION,
    UCHAR_UNIFIED_IDEOGRAPH,
    UCHAR_UPPERCASE,
    UCHAR_VARIATION_SELECTOR,
    UCHAR_WHITE_SPACE,
    UCHAR_XID_CONTINUE,
    UCHAR_XID_START,
};

/// The properties of strings. None of their strings is ASCII throughout.
constexpr std::array<std::string_view, 7> kOfStrings = {
    "Basic_Emoji",
    "Emoji_Keycap_Sequence",
    "RGI_Emoji_Modifier_Sequence",
    "RGI_Emoji_Flag_Sequence",
    "RGI_Emoji_Tag_Sequence",
    "RGI_Emoji_ZWJ_Sequence",
    "RGI_Emoji",
};

/// Scripts of Unicode 16 and 17, which browsers know and the ICU of today's distributions does not.
constexpr std::array<std::string_view, 23> kYoungScripts = {
    "Berf", "Beria_Erfe", "Gara", "Garay",       "Gukh", "Gurung_Khema",  "Kirat_Rai", "Krai",
    "Modi", "Ol_Onal",    "Onao", "Sidetic",     "Sidt", "Sunu",          "Sunuwar",   "Tai_Yo",
    "Tayo", "Todhri",     "Todr", "Tolong_Siki", "Tols", "Tulu_Tigalari", "Tutg",
};

template <class Holds>
Set set_where(Holds holds) {
  Set set;
  for (std::size_t symbol = 0; symbol < kSymbols; ++symbol) {
    if (holds(static_cast<UChar32>(code_point_of(symbol)))) set.add(code_point_of(symbol));
  }
  return set;
}

/// ICU's lookups ignore case, "-", "_" and spaces, ECMAScript's do not: is `name` really one of the
/// names that `get(UPropertyNameChoice)` gives? The short name may be absent, the last is not followed.
template <class Get>
bool is_exact(const std::string& name, Get get) {
  for (int choice = U_SHORT_PROPERTY_NAME;; ++choice) {
    const char* known = get(static_cast<UPropertyNameChoice>(choice));
    if (known != nullptr && name == known) return true;
    if (known == nullptr && choice >= U_LONG_PROPERTY_NAME) return false;
  }
}

std::optional<std::int32_t> find_value(UProperty property, const std::string& name) {
  const std::int32_t value = u_getPropertyValueEnum(property, name.c_str());
  if (value == UCHAR_INVALID_CODE) return std::nullopt;
  const auto get = [&](UPropertyNameChoice choice) {
    return u_getPropertyValueName(property, value, choice);
  };
  if (!is_exact(name, get)) return std::nullopt;
  return value;
}

std::optional<Set> find_category(const std::string& name) {
  const auto mask = find_value(UCHAR_GENERAL_CATEGORY_MASK, name);
  if (!mask) return std::nullopt;
  return set_where([mask](UChar32 c) { return (U_GET_GC_MASK(c) & static_cast<std::uint32_t>(*mask)) != 0; });
}

/// ICU also has the scripts of ISO 15924 that no character of Unicode is assigned to, and those that are
/// several scripts together.
bool has_characters(UScriptCode script) {
  switch (script) {
    case USCRIPT_HAN_WITH_BOPOMOFO:
    case USCRIPT_JAMO:
    case USCRIPT_JAPANESE:
    case USCRIPT_KOREAN:
    case USCRIPT_SIMPLIFIED_HAN:
    case USCRIPT_TRADITIONAL_HAN: return false;
    default: return uscript_getUsage(script) != USCRIPT_USAGE_NOT_ENCODED;
  }
}

std::optional<Set> find_script(const std::string& name, bool with_extensions) {
  if (std::find(kYoungScripts.begin(), kYoungScripts.end(), name) != kYoungScripts.end()) return Set{};
  const auto value = find_value(UCHAR_SCRIPT, name);
  if (!value || !has_characters(static_cast<UScriptCode>(*value))) return std::nullopt;
  const auto script = static_cast<UScriptCode>(*value);
  return set_where([script, with_extensions](UChar32 c) {
    UErrorCode error = U_ZERO_ERROR;
    return with_extensions ? uscript_hasScript(c, script) != 0 : uscript_getScript(c, &error) == script;
  });
}

std::optional<Set> find_binary(const std::string& name) {
  if (name == "Any") return set_where([](UChar32) { return true; });
  if (name == "ASCII") return set_where([](UChar32 c) { return c < 0x80; });
  if (name == "Assigned") return set_where([](UChar32 c) { return u_charType(c) != U_UNASSIGNED; });
  if (std::find(kOfStrings.begin(), kOfStrings.end(), name) != kOfStrings.end()) {
    Set set;
    set.may_contain_strings = true;
    return set;
  }
  const UProperty property = u_getPropertyEnum(name.c_str());
  const auto get = [property](UPropertyNameChoice choice) { return u_getPropertyName(property, choice); };
  if (std::find(kBinary.begin(), kBinary.end(), property) == kBinary.end() || !is_exact(name, get)) {
    return std::nullopt;
  }
  return set_where([property](UChar32 c) { return u_hasBinaryProperty(c, property) != 0; });
}

}  // namespace

std::optional<Set> find_property(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string name(text.substr(0, equals));
  if (equals == std::string_view::npos) {
    if (auto set = find_category(name)) return set;
    return find_binary(name);
  }
  const std::string value(text.substr(equals + 1));
  if (name == "General_Category" || name == "gc") return find_category(value);
  if (name == "Script" || name == "sc") return find_script(value, false);
  if (name == "Script_Extensions" || name == "scx") return find_script(value, true);
  return std::nullopt;
}

}  // namespace cinnabar::url::regexp
