#pragma once

#include "policy/pack_data.hpp"
#include "policy/yaml.hpp"

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::policy {

/// One parsed file.
struct Doc {
    std::string name;  ///< layer and path, as problems show it
    std::string path;
    std::size_t layer = 0;
    std::string_view text;
    Node root;
};

/// A word with its place.
struct Word {
    std::string text;
    Place at;
};

/// The problems of one load, up to a limit.
class Report {
  public:
    explicit Report(std::size_t problems_max) : max_(problems_max) {}

    void error(const Doc& doc, Place at, std::string what, std::string suggestion = {});
    void warn(const Doc& doc, Place at, std::string what, std::string suggestion = {});
    void add(Problem problem);
    bool failed() const { return !errors_.empty(); }
    std::size_t error_count() const { return errors_.size() + dropped_; }
    Problems take_errors();
    Problems take_warnings() { return std::move(warnings_); }

  private:
    std::size_t max_;
    std::size_t dropped_ = 0;
    Problems errors_;
    Problems warnings_;
};

/// Reads the keys of one map and reports those that nobody asked for.
class Keys {
  public:
    /// `what` names the thing in messages: "a field". Reports when `node` is no map.
    Keys(Report& report, const Doc& doc, const Node& node, std::string_view what);

    bool ok() const { return ok_; }
    Place at() const { return node_.at; }
    const Doc& doc() const { return doc_; }

    /// The value of a key, or null; null values count as absent.
    const Node* get(std::string_view key);
    /// The same; reports when it is absent.
    const Node* need(std::string_view key);
    /// A single scalar; empty when absent (reported when `needed`).
    Word word(std::string_view key, bool needed = false);
    /// A list of scalars; one scalar counts as a list of one.
    std::vector<Word> words(std::string_view key);
    bool flag(std::string_view key, bool otherwise);
    std::optional<std::int64_t> number(std::string_view key);
    Text text(std::string_view key, bool needed = false);

    /// Reports every key that was not asked for, with the nearest that was.
    void done();

    void error(Place at, std::string what, std::string suggestion = {}) {
        report_.error(doc_, at, std::move(what), std::move(suggestion));
    }

  private:
    Report& report_;
    const Doc& doc_;
    const Node& node_;
    std::string what_;
    bool ok_ = true;
    std::set<std::string, std::less<>> asked_;
};

/// Turns files into a Pack's data. One use. Each `load_` step reads what an earlier one made.
class Loader {
  public:
    Loader(std::span<const Layer> layers, const LoadOptions& options);
    Loaded run();

  private:
    /// A field with where it was written, for checks that come after all kinds are known.
    struct FieldSite {
        std::uint16_t kind = 0;
        std::vector<std::uint16_t> way;  ///< positions from the kind's fields down
        const Doc* doc = nullptr;
        const Node* node = nullptr;
        std::size_t layer = 0;
        bool about_given = false;
    };
    struct Site {
        const Doc* doc = nullptr;
        const Node* node = nullptr;
        Place at;
        std::size_t layer = 0;
    };

    // loader.cpp: files, layers, shared pieces
    void read_files();
    void load_head();
    void load_overlay_head(const Doc& doc);
    void check_zone(const Doc& doc, const Word& zone);
    std::vector<const Doc*> docs(std::string_view path_or_folder) const;
    bool base_only(const Doc& doc, std::string_view what);
    /// Adds an id to a list's index; false (and reported) when it is taken or badly written.
    bool enter(
        const Doc& doc, std::string_view list, const Word& id, std::size_t position, bool snake
    );
    /// Finds an id; reports an unknown one with the nearest.
    std::optional<std::uint16_t> refer(
        const Doc& doc, std::string_view list, std::string_view what, const Word& id
    );
    std::vector<std::uint16_t> refer_all(
        Keys& keys, std::string_view key, std::string_view list, std::string_view what
    );
    std::vector<std::uint16_t> basis(Keys& keys) {
        return refer_all(keys, "basis", "provision", "provision");
    }
    void check_source(Keys& keys, std::string_view key);
    std::vector<std::string> sources(Keys& keys);
    Side side(Keys& keys, Side otherwise);
    std::string tag(Keys& keys);

    // load_lists.cpp
    void load_provisions();
    void load_sources();
    void load_categories();
    void load_purposes();
    void load_red_lines();
    void load_acts();

    // load_parameters.cpp
    void load_parameters();
    void load_parameter(const Doc& doc, const Node& node);
    void set_parameter(Keys& keys, Parameter& parameter);
    void judge_parameter(const Doc& doc, Place at, Parameter& parameter, std::int64_t before);

    // load_codes.cpp
    void load_codes();
    void load_code_list(const Doc& doc, const Node& node);
    void add_codes(Keys& keys, std::uint16_t index);
    void add_groups(Keys& keys, std::uint16_t index, std::size_t first_own);

    // load_kinds.cpp
    void load_dossiers();
    void load_kinds();
    void load_kind(const Doc& doc);
    void extend_kind(const Doc& doc);
    void add_fields(
        const Doc& doc,
        const Node& list,
        std::uint16_t kind,
        std::vector<std::uint16_t> way,
        std::vector<Field>& into,
        std::uint8_t category
    );
    void load_field(
        const Doc& doc,
        const Node& node,
        std::uint16_t kind,
        const std::vector<std::uint16_t>& way,
        std::vector<Field>& into,
        std::uint8_t category
    );
    void field_details(Keys& keys, Field& field);
    void finish_kind(const Doc& doc, Kind& kind);
    /// The position of a field of one of the types (any when empty); reports when there is none.
    std::optional<std::uint16_t> field_of(
        const Doc& doc, const Kind& kind, const Word& id, std::span<const FieldType> types = {}
    );
    void check_references();

    // load_dossier.cpp
    void finish_dossiers();
    void finish_dossier(Keys& keys, DossierType& type);
    std::optional<FieldRef> field_ref(
        Keys& keys, std::string_view key, std::span<const FieldType> types
    );
    /// The same for a key that takes one or a list.
    std::vector<FieldRef> field_refs(
        Keys& keys, std::string_view key, std::span<const FieldType> types
    );
    std::optional<FieldRef> field_place(
        Keys& keys, const Node& node, std::string_view key, std::span<const FieldType> types
    );
    /// `registration.sex`
    std::optional<FieldRef> field_path(const Doc& doc, const Word& path);
    /// `members`, `grants`, `bars` or `acts`; its kind is a form of the dossier type.
    std::optional<Mapping> mapping(Keys& keys, std::string_view key, const DossierType& type);

    // load_reserved.cpp
    void check_second_reasons();
    /// An error where a field that needs a second reason is named by what is shown without one.
    void refuse_second_reason(
        const Doc& doc, const Place& at, const Field* field, std::string_view where
    );

    // declare.cpp
    void make_paths();
    void make_paths_of(std::vector<Field>& fields, const std::string& above);
    void make_dossier_object(std::uint16_t dossier);
    void make_types();
    void make_type_of(std::vector<Field>& fields, const std::string& name, cel::ObjectType& type);
    void make_constants();
    cel::Type type_of(const Field& field) const;
    std::optional<cel::Type> type_named(std::string_view name, std::uint16_t dossier) const;
    void make_names();
    void load_definitions(const Doc& doc, const Node& list, std::uint16_t dossier);
    const cel::Declarations& names_of(std::uint16_t dossier, const Kind* kind, const Field* group);

    // load_expressions.cpp
    std::optional<cel::Program> expression(
        const Doc& doc,
        const Node& node,
        const cel::Declarations& names,
        std::optional<cel::Type> expect
    );
    void report_issues(const Doc& doc, const Node& node, const cel::Issues& issues);
    void load_field_expressions();
    void load_expressions_of(const FieldSite& site);
    void load_support(std::uint16_t kind);
    void order_computed();
    /// Every name that an expression calls, definitions followed.
    std::set<std::string> calls(std::string_view source, std::uint16_t dossier) const;
    /// How an expression looks at `now`, definitions followed.
    NowUse now_use(std::string_view source, std::uint16_t dossier) const;
    /// Everything that an expression looks at, by path: what it reads, what computed fields read
    /// for it, and what built-in functions look at on its behalf.
    std::set<std::uint16_t> paths_read(
        const cel::Program& program,
        std::string_view source,
        std::uint16_t dossier,
        std::optional<std::uint16_t> about
    ) const;

    // load_safeguards.cpp
    void load_safeguards();
    void load_safeguard(const Doc& doc, const Node& node);
    bool safeguard_about(Keys& keys, Safeguard& safeguard);
    void safeguard_form(Keys& keys, Safeguard& safeguard);
    void load_clock(Keys& keys, const Node& node, Safeguard& safeguard, bool every);
    /// One expression of a safeguard; notes what it reads.
    std::optional<cel::Program> part(
        const Doc& doc, const Node& node, Safeguard& safeguard, const cel::Type& expect
    );
    void check_from(const Doc& doc, const Node& node, const cel::Program& from);
    void note_reads(Safeguard& safeguard);

    // load_roles.cpp
    void load_roles();
    void load_role(const Doc& doc, const Node& node);
    void load_access(Keys& keys, Role& role);
    void load_minimal(Keys& keys, Role& role);
    void finish_roles();

    // load_text.cpp
    void load_texts();
    void apply_text(const Doc& doc, const Entry& entry, std::string_view language);
    /// What a key translates; `translates` is false for the texts of pages.
    Text* text_at(std::string_view key, bool& translates);
    Text* field_text(std::string_view key);
    Text* code_text(std::string_view key);
    Text* safeguard_text(std::string_view key);

    // red_lines.cpp
    void check_red_lines();
    bool about_a_child(const Kind& kind) const;
    bool is_red(const Field& field, const FieldSite& site) const;
    void check_red_field(const FieldSite& site);
    void check_red_computed(const FieldSite& site, const Field& field);
    void check_words(const Doc& doc, Place at, std::string_view what, const Text& text);
    void check_red_word(
        const Doc& doc,
        Place at,
        std::string_view what,
        std::string_view language,
        std::string_view text
    );
    bool ordered(const CodeList& list) const;

    Field& field_at(const FieldSite& site);
    const std::string& layer_name(std::size_t layer) const { return layers_[layer].name; }

    std::span<const Layer> layers_;
    const LoadOptions& options_;
    Report report_;
    std::unique_ptr<PackData> data_;
    PackData& out_;
    std::deque<Doc> docs_;
    std::vector<FieldSite> field_sites_;
    std::vector<Site> kind_sites_;               // by kind
    std::vector<std::vector<Site>> list_sites_;  // by code list, by code
    std::vector<Site> safeguard_sites_;
    std::vector<Site> role_sites_;
    std::map<std::string, Site> first_sites_;  // list + id
    std::vector<std::vector<Word>> not_with_;  // by role
    std::deque<std::unique_ptr<cel::Declarations>> record_names_;
    std::map<std::pair<const void*, const void*>, const cel::Declarations*> names_by_;
    std::set<std::uint16_t> safeguard_paths_;  // of the safeguard that is being read
    NowUse safeguard_now_ = NowUse::none;
    std::map<std::uint16_t, std::set<std::uint16_t>> computed_reads_;  // by path
    std::map<std::uint16_t, cel::Type> result_types_;  // of computed fields, by path
};

/// Lower case, `_` and punctuation as blanks, accents of Latin letters dropped.
std::string fold(std::string_view text);

}  // namespace homeward::policy
