#include "views/bar.hpp"

#include "base/check.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace homeward::views {

std::string comparable(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
    check(U_SUCCESS(status) != 0, "ICU has its data");
    const icu::UnicodeString folded = folding->normalize(
        icu::UnicodeString::fromUTF8(
            icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))
        ),
        status
    );
    check(U_SUCCESS(status) != 0, "any text can be folded");
    icu::UnicodeString words;
    bool space = false;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const UChar32 c = folded.char32At(i);
        if (u_isUWhiteSpace(c) != 0) {
            space = true;
            continue;
        }
        if (space && !words.isEmpty()) words.append(u' ');
        space = false;
        words.append(c);
    }
    std::string out;
    words.toUTF8String(out);
    return out;
}

}  // namespace homeward::views
