#include "journal/category.hpp"

namespace homeward::journal {

Result<Category> parse_category(std::string_view name) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (name.size() != 3 || name[0] != 'D' || !is_digit(name[1]) || !is_digit(name[2]))
        return fail(Code::invalid, "a category is D00 to D31");
    const unsigned number =
        static_cast<unsigned>(name[1] - '0') * 10 + static_cast<unsigned>(name[2] - '0');
    if (number >= category_count) return fail(Code::invalid, "a category is D00 to D31");
    return static_cast<Category>(number);
}

std::string category_name(Category category) {
    std::string name = "D00";
    name[1] = static_cast<char>('0' + category / 10 % 10);
    name[2] = static_cast<char>('0' + category % 10);
    return name;
}

}  // namespace homeward::journal
