#include "casework/login_name.hpp"

#include "casework/options.hpp"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace homeward::casework {

Result<std::size_t> count_chars(std::string_view text) {
    std::size_t count = 0;
    const auto size = static_cast<std::int32_t>(text.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    for (std::int32_t at = 0; at < size; ++count) {
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        if (c < 0) return fail(Code::invalid, "not UTF-8");
    }
    return count;
}

Result<std::string> normal_name(std::string_view name) {
    // A code point has at most four bytes; this keeps what follows from reading megabytes.
    if (name.size() > name_chars_max * 4) {
        return fail(Code::invalid, fmt::format("longer than {} characters", name_chars_max));
    }
    const auto chars = count_chars(name);
    if (!chars) return Failure(chars.error());
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status) != 0) return fail(Code::internal, "no Unicode data");
    const auto text = icu::UnicodeString::fromUTF8(
        icu::StringPiece(name.data(), static_cast<std::int32_t>(name.size()))
    );
    icu::UnicodeString folded = folding->normalize(text, status);
    if (U_FAILURE(status) != 0) return fail(Code::internal, "the name could not be normalised");
    folded.trim();
    if (folded.isEmpty()) return fail(Code::invalid, "empty");
    if (*chars > name_chars_max) {
        return fail(Code::invalid, fmt::format("longer than {} characters", name_chars_max));
    }
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        if (u_iscntrl(folded.char32At(i)) != 0) {
            return fail(Code::invalid, "has control characters");
        }
    }
    std::string out;
    folded.toUTF8String(out);
    return out;
}

}  // namespace homeward::casework
