#include "views/cursor.hpp"

namespace homeward::views {

Bytes to_bytes(const SortKey& key) {
    Bytes out;
    Writer writer(out);
    writer.u8(key.rank);
    writer.u8(key.mildness);
    writer.u64(static_cast<std::uint64_t>(key.time));
    writer.raw(key.dossier.bytes);
    writer.raw(key.record.bytes);
    writer.u16(key.safeguard);
    return out;
}

Result<SortKey> key_from(BytesView bytes) {
    Reader reader(bytes);
    const auto rank = reader.u8();
    const auto mildness = reader.u8();
    const auto time = reader.u64();
    const auto dossier = reader.raw(16);
    const auto record = reader.raw(16);
    const auto safeguard = reader.u16();
    if (!rank || !mildness || !time || !dossier || !record || !safeguard || !reader.at_end()) {
        return fail(Code::invalid, "no page of this list ends there");
    }
    const auto dossier_id = id_from(*dossier);
    const auto record_id = id_from(*record);
    if (!dossier_id || !record_id) return fail(Code::invalid, "no page of this list ends there");
    return SortKey{
        *rank, *mildness, static_cast<std::int64_t>(*time), *dossier_id, *record_id, *safeguard};
}

}  // namespace homeward::views
