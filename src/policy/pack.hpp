#pragma once

#include "base/json.hpp"
#include "policy/model.hpp"

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::cel {
class Zones;
}

namespace homeward::policy {

class Pack;
struct PackData;

/// Limits on a pack. Passing one is an error of the pack, named by file and place.
struct PackLimits {
    std::size_t files_max = 2'000;
    std::size_t file_bytes_max = 1U << 20U;
    std::size_t total_bytes_max = 32U << 20U;
    std::size_t yaml_depth_max = 16;
    std::size_t yaml_nodes_max = 200'000;  ///< per file
    std::size_t kinds_max = 1'000;
    std::size_t fields_max = 128;  ///< per kind, groups' fields included
    std::size_t group_depth_max = 3;
    std::size_t codes_max = 2'000;  ///< per list
    std::size_t safeguards_max = 5'000;
    std::size_t expression_bytes_max = 4'000;
    std::size_t problems_max = 500;  ///< what comes after is counted, not listed
};

struct LoadOptions {
    PackLimits limits;
    /// Where time zones come from. Without, the pack's zone must be UTC or an offset (+03:00).
    /// Must outlive the pack.
    const cel::Zones* zones = nullptr;
};

/// What loading gives: a pack only when there is no error at all. Warnings do not stop it.
struct Loaded {
    std::shared_ptr<const Pack> pack;
    Problems errors;
    Problems warnings;
};

/// A checked pack: forms, codes, safeguards, parameters, roles, texts. Immutable and shared
/// between threads; everything reachable from it lives as long as it does.
class Pack {
  public:
    /// Loads `layers[0]` as the pack and the others as overlays, in order. Collects every error.
    static Loaded load(std::span<const Layer> layers, const LoadOptions& options = {});

    explicit Pack(std::unique_ptr<PackData> data);
    ~Pack();
    Pack(const Pack&) = delete;
    Pack& operator=(const Pack&) = delete;

    const std::string& name() const;
    const std::string& version() const;
    const Text& title() const;
    const std::string& time_zone() const;
    std::span<const std::string> languages() const;
    /// Changes whenever a file of the pack or of an overlay changes: 32 hexadecimal digits of a
    /// 128-bit content hash. Not a signature: it tells packs apart, it does not protect them.
    const std::string& digest() const;

    std::span<const DossierType> dossier_types() const;
    std::span<const Kind> kinds() const;
    std::span<const CodeList> code_lists() const;
    std::span<const Safeguard> safeguards() const;
    std::span<const Parameter> parameters() const;
    std::span<const Role> roles() const;
    std::span<const Act> acts() const;
    std::span<const Purpose> purposes() const;
    std::span<const Category> categories() const;
    std::span<const Provision> provisions() const;
    std::span<const Source> sources() const;

    /// Each of these finds by id; null when there is none of that name.
    const DossierType* find_dossier_type(std::string_view id) const;
    const Kind* find_kind(std::string_view id) const;
    const CodeList* find_code_list(std::string_view id) const;
    const Safeguard* find_safeguard(std::string_view id) const;
    const Parameter* find_parameter(std::string_view id) const;
    const Role* find_role(std::string_view id) const;
    const Act* find_act(std::string_view id) const;
    const Purpose* find_purpose(std::string_view id) const;
    const Category* find_category(std::string_view id) const;
    const Provision* find_provision(std::string_view id) const;

    /// Position of an item in its list: `index_of(kind) == 3` for `kinds()[3]`.
    std::uint16_t index_of(const DossierType& item) const;
    std::uint16_t index_of(const Kind& item) const;
    std::uint16_t index_of(const CodeList& item) const;
    std::uint16_t index_of(const Safeguard& item) const;
    std::uint16_t index_of(const Role& item) const;
    std::uint16_t index_of(const Act& item) const;
    std::uint16_t index_of(const Category& item) const;

    /// Every field has a path, `custody.first_judge` or `plan.goals.text`; a kind has its id.
    std::string_view path(std::uint16_t index) const;
    std::size_t path_count() const;
    /// The category of the field (or kind) with that path.
    std::uint8_t category_of_path(std::uint16_t index) const;

    /// A text of text/<lang>.yaml, in English when `language` has none, else `key` itself.
    std::string_view text(std::string_view key, std::string_view language) const;

    /// UTC of a local date and time in the pack's zone (a time that a change of clocks skips is
    /// taken with the offset before it).
    Instant local(int year, unsigned month, unsigned day, int hour, int minute) const;
    /// Seconds that the pack's zone is ahead of UTC at that instant.
    std::int32_t offset_at(Instant at) const;

    /// The pack for the web app: kinds, fields, codes, titles, check and shown sources,
    /// safeguards' titles and citations, acts, texts, in `language`. With a role, only the fields
    /// that the role's letters let it see or enter.
    json::object to_json(std::string_view language, const Role* role = nullptr) const;

    const PackData& data() const { return *data_; }

  private:
    std::unique_ptr<const PackData> data_;
};

}  // namespace homeward::policy
