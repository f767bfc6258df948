#include "journal/entry.hpp"

#include "crypto/box.hpp"
#include "journal/frame.hpp"
#include "journal/key_access.hpp"

namespace homeward::journal {
namespace {

constexpr std::uint8_t directory_format = 1;

crypto::Place place_of(
    const Id& dossier, const std::optional<Id>& record, std::uint64_t version, const Id& mark
) {
    crypto::Place place;
    place.table = "entry";
    place.dossier = dossier;
    place.record = record.value_or(Id{});
    place.version = version;
    place.mark = mark;
    return place;
}

Result<void> check_parts(const DossierKeys& keys, const std::vector<Part>& parts) {
    Categories seen;
    for (const auto& part : parts) {
        if (part.category >= category_count) return fail(Code::invalid, "a category is D00 to D31");
        if (seen.has(part.category)) return fail(Code::invalid, "a category stands twice");
        if (keys.destroyed().has(part.category))
            return fail(Code::forbidden, "the category was erased from this dossier");
        if (part.plain.size() > part_size_max)
            return fail(Code::too_large, "a part of an entry has at most 1 MiB");
        seen = seen.with(part.category);
    }
    if (keys.destroyed().has(engine_category))
        return fail(Code::forbidden, "the dossier was erased");
    return {};
}

Result<std::vector<Category>> open_directory(
    const DossierKeys& keys, const crypto::Place& place, const Frame& frame
) {
    const auto plain =
        crypto::open(KeyAccess::key(keys, engine_category), place, frame.boxes.front());
    if (!plain) return Failure{plain.error()};
    if (plain->size() != frame.boxes.size() || plain->front() != std::byte{directory_format})
        return fail(Code::corrupt, "cannot be opened");
    std::vector<Category> categories;
    for (std::size_t i = 1; i < plain->size(); ++i)
        categories.push_back(std::to_integer<Category>((*plain)[i]));
    return categories;
}

}  // namespace

Result<SealedEntry> prepare(
    const DossierKeys& keys,
    const std::optional<Id>& record,
    std::uint64_t version,
    const std::vector<Part>& parts
) {
    if (record.has_value() == (version == 0))
        return fail(Code::invalid, "versions begin at 1, and only records have one");
    if (auto fits = check_parts(keys, parts); !fits) return Failure{fits.error()};
    Frame frame;
    crypto::random_bytes(frame.mark.bytes);
    crypto::Place place = place_of(keys.dossier(), record, version, frame.mark);
    Bytes directory{std::byte{directory_format}};
    for (const auto& part : parts) directory.push_back(std::byte{part.category});
    std::vector<Bytes> boxes;
    boxes.push_back(crypto::seal(KeyAccess::key(keys, engine_category), place, directory));
    for (const auto& part : parts) {
        place.category = part.category;
        ++place.part;
        boxes.push_back(crypto::seal(KeyAccess::key(keys, part.category), place, part.plain));
    }
    frame.boxes.assign(boxes.begin(), boxes.end());
    SealedEntry entry{keys.dossier(), record, version, write_frame(frame)};
    if (entry.sealed.size() > sealed_size_max)
        return fail(Code::too_large, "an entry has at most 4 MiB");
    return entry;
}

const Bytes* OpenedEntry::find(Category category) const {
    for (const auto& part : parts)
        if (part.category == category) return &part.plain;
    return nullptr;
}

Result<OpenedEntry> open_parts(
    const Grant& grant, const DossierKeys& keys, const SealedView& entry
) {
    if (!grant.covers(entry.dossier) || keys.dossier() != entry.dossier)
        return fail(Code::forbidden, "the grant is for another dossier");
    return KeyAccess::open(keys, entry, grant.readable());
}

Result<OpenedEntry> KeyAccess::open(
    const DossierKeys& keys, const SealedView& entry, Categories readable
) {
    const auto frame = read_frame(entry.sealed);
    if (!frame) return Failure{frame.error()};
    OpenedEntry opened;
    if (keys.destroyed().has(engine_category)) {
        opened.destroyed = Categories::all();
        return opened;
    }
    crypto::Place place = place_of(entry.dossier, entry.record, entry.version, frame->mark);
    const auto categories = open_directory(keys, place, *frame);
    if (!categories) return Failure{categories.error()};
    for (const Category category : *categories) {
        ++place.part;
        place.category = category;
        if (category >= category_count) return fail(Code::corrupt, "cannot be opened");
        if (keys.destroyed().has(category)) {
            opened.destroyed = opened.destroyed.with(category);
            continue;
        }
        if (!readable.has(category)) {
            opened.withheld = opened.withheld.with(category);
            continue;
        }
        auto plain = crypto::open(KeyAccess::key(keys, category), place, frame->boxes[place.part]);
        if (!plain) return Failure{plain.error()};
        opened.parts.push_back({category, std::move(*plain)});
    }
    return opened;
}

crypto::Hash hash_entry(const Entry& entry) {
    Bytes head;
    head.reserve(128);
    Writer writer(head);
    writer.run(bytes_of("homeward.entry.v1"));
    writer.u64(number_of(entry.seq));
    writer.raw(entry.dossier.bytes);
    writer.u8(entry.record ? 1 : 0);
    writer.raw(entry.record.value_or(Id{}).bytes);
    writer.u64(entry.version);
    writer.raw(entry.prev.bytes);
    writer.u32(static_cast<std::uint32_t>(entry.sealed.size()));
    return crypto::Hasher().add(head).add(entry.sealed).finish();
}

crypto::Hash first_hash(const Id& dossier, std::string_view type) {
    Bytes head;
    Writer writer(head);
    writer.run(bytes_of("homeward.dossier.v1"));
    writer.raw(dossier.bytes);
    writer.run(bytes_of(type));
    return crypto::hash256(head);
}

}  // namespace homeward::journal
