#pragma once

#include "policy/projection.hpp"
#include "unit/policy/tiny.hpp"

#include <fmt/format.h>

namespace homeward::policy::tiny {

/// A dossier of the tiny pack that tests put together and judge.
class File {
  public:
    explicit File(std::shared_ptr<const Pack> pack = tiny::pack()) : pack_(std::move(pack)) {}

    File& add(
        int number,
        std::string_view kind,
        std::string_view json,
        std::string_view recorded = "2026-03-02T00:00:00Z"
    ) {
        records_.push_back({id(number), pack_->find_kind(kind), data(json), at(recorded)});
        return *this;
    }

    Projection judge(Instant now) const {
        DossierBuilder builder(pack_, pack_->dossier_types()[0]);
        for (const auto& record : records_)
            builder.add(record.id, *record.kind, record.data, record.recorded_at, "amina");
        auto dossier = builder.build();
        Scratch scratch;
        return evaluate(*pack_, dossier, now, scratch, {true});
    }
    Projection judge(std::string_view now) const { return judge(at(now)); }

    /// One finding as text: `breached`, `running 50`, `unknown custody.authority`.
    std::string outcome(std::string_view safeguard, int record, std::string_view now) const {
        const auto projection = judge(now);
        for (const auto& finding : projection.findings) {
            if (pack_->safeguards()[finding.safeguard].id != safeguard) continue;
            if (finding.record != (record == 0 ? Id() : id(record))) continue;
            std::string out(name_of(finding.outcome));
            if (finding.outcome == Outcome::running && finding.warning > 0)
                out += fmt::format(" {}", finding.warning);
            for (const auto& missing : finding.missing)
                out += fmt::format(" {}{}", pack_->path(missing.path), missing.recorded ? "?" : "");
            return out + (finding.fault ? " fault" : "");
        }
        return "none";
    }

    const Pack& pack() const { return *pack_; }

  private:
    struct Record {
        Id id;
        const Kind* kind;
        json::object data;
        Instant recorded_at;
    };
    std::shared_ptr<const Pack> pack_;
    std::vector<Record> records_;
};

}  // namespace homeward::policy::tiny
