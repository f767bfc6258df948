#include "cel/operators.hpp"
#include "cel/parse.hpp"
#include "cel/text.hpp"

#include <fmt/format.h>

#include <cctype>

namespace homeward::cel {
namespace {

// How tightly a node binds: 0 ternary, 1–5 binary operators, 6 unary, 7 what may stand before a
// dot.
constexpr int level_unary = level_max + 1;
constexpr int level_member = level_max + 2;

bool is_negative(const Expr& e) {
    if (e.kind != Expr::Kind::literal) return false;
    const std::string text = to_text(e.literal());
    return !text.empty() && text[0] == '-';
}

int level_of(const Expr& e) {
    if (e.kind == Expr::Kind::literal) return is_negative(e) ? level_unary : level_member;
    if (e.kind != Expr::Kind::call || e.method) return level_member;
    if (e.text == "_?_:_") return 0;
    if (e.text == "!_" || e.text == "-_") return level_unary;
    const Operator* op = operator_by_name(e.text);
    return op == nullptr ? level_member : op->level;
}

class Printer {
  public:
    /// Appends `e`, in brackets when it binds less tightly than `least`.
    void put(const Expr& e, int least) {
        const bool brackets = level_of(e) < least;
        if (brackets) out_ += '(';
        switch (e.kind) {
            case Expr::Kind::literal:
                literal(e);
                break;
            case Expr::Kind::ident:
                out_ += e.text;
                break;
            case Expr::Kind::select:
                select(e);
                break;
            case Expr::Kind::call:
                call(e);
                break;
            case Expr::Kind::list:
                out_ += '[';
                list(e.args, 0);
                out_ += ']';
                break;
            case Expr::Kind::map:
                map(e);
                break;
            case Expr::Kind::macro:
                macro(e);
                break;
        }
        if (brackets) out_ += ')';
    }

    std::string take() { return std::move(out_); }

  private:
    void literal(const Expr& e) {
        std::string text = to_text(e.literal());
        const bool bare = text.find_first_of(".eEn") == std::string::npos;
        if (e.literal_kind == cel::Kind::real && bare) text += ".0";
        out_ += text;
    }

    void field(const std::string& name) {
        bool plain = !name.empty() && !is_keyword(name) && name.find_first_of("-./ ") == name.npos;
        if (plain && name[0] >= '0' && name[0] <= '9') plain = false;
        out_ += plain ? name : '`' + name + '`';
    }

    void select(const Expr& e) {
        put(e.args[0], level_member);
        out_ += '.';
        field(e.text);
    }

    void list(const std::vector<Expr>& args, std::size_t from) {
        for (std::size_t i = from; i < args.size(); ++i) {
            if (i > from) out_ += ", ";
            put(args[i], 0);
        }
    }

    void map(const Expr& e) {
        out_ += '{';
        for (std::size_t i = 0; i + 1 < e.args.size(); i += 2) {
            if (i > 0) out_ += ", ";
            put(e.args[i], 0);
            out_ += ": ";
            put(e.args[i + 1], 0);
        }
        out_ += '}';
    }

    void call(const Expr& e) {
        if (e.method) {
            put(e.args[0], level_member);
            out_ += '.' + e.text + '(';
            list(e.args, 1);
            out_ += ')';
        } else if (e.text == "_?_:_") {
            put(e.args[0], 1);
            out_ += " ? ";
            put(e.args[1], 1);
            out_ += " : ";
            put(e.args[2], 0);
        } else if (e.text == "!_" || e.text == "-_") {
            unary(e);
        } else if (e.text == "_[_]") {
            put(e.args[0], level_member);
            out_ += '[';
            put(e.args[1], 0);
            out_ += ']';
        } else if (const Operator* op = operator_by_name(e.text)) {
            binary(e, *op);
        } else {
            out_ += e.text + '(';
            list(e.args, 0);
            out_ += ')';
        }
    }

    void unary(const Expr& e) {
        const Expr& arg = e.args[0];
        out_ += e.text[0];
        const bool chain = arg.kind == Expr::Kind::call && !arg.method && arg.text == e.text;
        const std::size_t from = out_.size();
        put(arg, chain ? level_unary : level_member);
        // A minus right before a digit would become part of the number.
        if (e.text == "-_" && out_[from] >= '0' && out_[from] <= '9') {
            out_.insert(from, 1, '(');
            out_ += ')';
        }
    }

    void binary(const Expr& e, const Operator& op) {
        for (std::size_t i = 0; i < e.args.size(); ++i) {
            if (i > 0) out_ += fmt::format(" {} ", op.sign);
            // && and || gather what is written without brackets, so equals need them.
            const bool first = i == 0 && op.level > 2;
            put(e.args[i], first ? op.level : op.level + 1);
        }
    }

    void macro(const Expr& e) {
        if (e.macro == Macro::has) {
            out_ += "has(";
            select(e);
            out_ += ')';
            return;
        }
        put(e.args[0], level_member);
        out_ += '.';
        out_ += name_of(e.macro);
        out_ += '(';
        for (const auto& name : e.vars) out_ += name + ", ";
        list(e.args, 1);
        out_ += ')';
    }

    static std::string_view name_of(Macro macro) {
        switch (macro) {
            case Macro::none:
                return "";
            case Macro::has:
                return "has";
            case Macro::all:
                return "all";
            case Macro::exists:
                return "exists";
            case Macro::exists_one:
                return "exists_one";
            case Macro::map:
                return "map";
            case Macro::filter:
                return "filter";
            case Macro::transform_list:
                return "transformList";
            case Macro::transform_map:
                return "transformMap";
        }
        return "";
    }

    std::string out_;
};

}  // namespace

std::string print(const Expr& expr) {
    Printer printer;
    printer.put(expr, 0);
    return printer.take();
}

}  // namespace homeward::cel
