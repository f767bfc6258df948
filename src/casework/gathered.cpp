#include "casework/gathered.hpp"

#include "base/codec.hpp"
#include "base/folded_json.hpp"

namespace homeward::casework {

namespace {

void put(Encoder& to, const FoldedRecord& record) {
    to.id(record.id);
    to.raw().u64(record.version);
    to.text(record.kind_id);
    to.at(record.recorded_at);
    to.id(record.recorded_by);
    to.raw().u64(record.place);
    to.text(record.data);
}

FoldedPointer get(const policy::Pack* pack, Decoder& from) {
    FoldedRecord record;
    record.id = from.id();
    record.version = from.u64();
    record.kind_id = from.text();
    if (pack != nullptr) record.kind = pack->find_kind(record.kind_id);
    record.recorded_at = from.at();
    record.recorded_by = from.id();
    record.place = from.u64();
    record.data = from.text();
    from.fail_if(!is_folded_json(record.data));
    return std::make_shared<const FoldedRecord>(std::move(record));
}

}  // namespace

Bytes encode_gathered(const GatheredContent& content) {
    Bytes plain;
    Encoder to(plain);
    to.raw().u8(gathered_format);
    to.list(content.records, [&](const FoldedPointer& record) { put(to, *record); });
    to.raw().run(content.judged);
    return plain;
}

Result<GatheredContent> decode_gathered(const policy::Pack* pack, BytesView plain) {
    Decoder from(plain);
    from.fail_if(from.u8() != gathered_format);
    GatheredContent content;
    content.records = from.list<FoldedPointer>([&] { return get(pack, from); });
    content.judged = from.run();
    if (!from.ok() || !from.at_end())
        return fail(Code::corrupt, "what was gathered is not what was written");
    return content;
}

}  // namespace homeward::casework
