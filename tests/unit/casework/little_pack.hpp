#pragma once

#include "base/check.hpp"
#include "policy/pack.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace homeward::test {

/// A pack that is small enough to know by heart: one type of dossier, forms on both sides, one role
/// for each letter that matters.
inline policy::Layer little_layer(const std::string& version = "1") {
    std::vector<policy::File> files;
    const auto file = [&](const char* path, std::string text) {
        files.push_back({path, std::move(text)});
    };
    file("pack.yaml",
         "pack: little\nversion: \"" + version +
             "\"\ntitle: Little\nlanguages: [en]\ntime_zone: UTC\n");
    file("provisions.yaml", "- {id: J1, gist: a, does: b}\n");
    file("sources.yaml", "- {key: Home, title: Home, year: 2026}\n");
    file("categories.yaml",
         "- {id: D01, title: Identity}\n- {id: D02, title: Card}\n- {id: D08, title: Violence}\n"
         "- {id: D10, title: Views}\n- {id: D13, title: Justice}\n- {id: D16, title: Custody}\n"
         "- {id: D17, title: Complaints}\n- {id: D22, title: Audit}\n");
    file("purposes.yaml",
         "- {id: Y01, title: Care}\n- {id: Y02, title: Safety}\n- {id: Y07, title: Court}\n"
         "- {id: Z1, title: Spying, prohibited: true, answer: Never for spying}\n");
    file("parameters.yaml",
         "- {id: T_JUDGE, title: Judge, value: 24, unit: hours, stricter: lower, basis: [J1], "
         "source: Home, tag: D}\n");
    file("acts.yaml",
         "- {act: file_charge, title: Charge, roles: [JUD], side: justice, basis: [J1]}\n"
         "- {act: close, title: Close, roles: [CW, JUD], side: both, basis: [J1]}\n");
    file("codes/role.yaml",
         "list: role\ntitle: Role\nsource: Home\ntag: D\ncodes:\n  - {code: CW, label: CW}\n"
         "  - {code: SUP, label: SUP}\n  - {code: LAW, label: LAW}\n  - {code: JUD, label: JUD}\n"
         "  - {code: DET, label: DET}\n  - {code: NPM, label: NPM}\n");
    file("codes/data_category.yaml",
         "list: data_category\ntitle: Category\nsource: Home\ntag: D\ncodes:\n"
         "  - {code: D01, label: a}\n  - {code: D02, label: a}\n  - {code: D08, label: a}\n"
         "  - {code: D13, label: a}\n  - {code: D16, label: a}\n");
    file("codes/age_basis.yaml",
         "list: age_basis\ntitle: Basis\nsource: Home\ntag: D\ncodes:\n"
         "  - {code: stated, label: Stated}\n");
    file("dossiers/child/dossier.yaml",
         "dossier: child\ntitle: Child\nsubject: {name: child, kind: registration}\n"
         "birth: {kind: registration, field: birth}\n"
         "label: {kind: registration, field: pseudonym}\n"
         "members: {kind: assignment, account: account, role: role, from: from, until: until}\n"
         "grants: {kind: permission, account: account, role: role, categories: categories, "
         "from: from, until: until, withdrawn: withdrawn}\n"
         "acts: {kind: act, act: act, reasons: reasons, by: by, when: when}\n");
    file("dossiers/child/registration.yaml",
         "kind: registration\ndossier: child\ntitle: Registration\nbasis: [J1]\ncategory: D01\n"
         "repeats: false\nfields:\n"
         "  - {id: pseudonym, title: Name, type: text, required: true, category: D02}\n"
         "  - {id: birth, title: Birth, type: age, codes: age_basis}\n"
         "  - {id: address, title: Address, type: text}\n"
         "  - {id: note, title: Note, type: long_text}\n"
         "  - {id: told, title: Harm, type: text, category: D08}\n"
         "  - {id: source, title: Source, type: text, category: D22}\n"
         "  - id: carers\n    title: Carers\n    type: group\n    repeats: true\n    fields:\n"
         "      - {id: name, title: Name, type: text}\n"
         "      - {id: harm, title: Harm, type: text, category: D08}\n");
    file("dossiers/child/assignment.yaml",
         "kind: assignment\ndossier: child\ntitle: Who works\nbasis: [J1]\ncategory: D02\nfields:\n"
         "  - {id: account, title: Account, type: text, account: true}\n"
         "  - {id: role, title: Role, type: code, codes: role}\n"
         "  - {id: from, title: From, type: instant}\n"
         "  - {id: until, title: Until, type: instant}\n");
    file("dossiers/child/permission.yaml",
         "kind: permission\ndossier: child\ntitle: Permission\nbasis: [J1]\ncategory: D10\nfields:\n"
         "  - {id: account, title: Account, type: text, account: true}\n"
         "  - {id: role, title: Role, type: code, codes: role}\n"
         "  - {id: categories, title: What, type: codes, codes: data_category}\n"
         "  - {id: from, title: From, type: instant}\n"
         "  - {id: until, title: Until, type: instant}\n"
         "  - {id: withdrawn, title: Withdrawn, type: instant}\n");
    file("dossiers/child/act.yaml",
         "kind: act\ndossier: child\ntitle: Act\nbasis: [J1]\ncategory: D22\nfields:\n"
         "  - {id: act, title: Act, type: text}\n"
         "  - {id: reasons, title: Reasons, type: long_text}\n"
         "  - {id: by, title: By, type: text, account: true}\n"
         "  - {id: when, title: When, type: instant}\n");
    file("dossiers/child/custody.yaml",
         "kind: custody\ndossier: child\ntitle: Custody\nbasis: [J1]\nside: justice\n"
         "category: D16\nfields:\n"
         "  - {id: authority, title: By, type: text, required: true}\n"
         "  - {id: started, title: Since, type: instant}\n"
         "  - {id: ended, title: Until, type: instant, check: \"this.ended >= this.started\", "
         "says: Ended before it started}\n"
         "  - {id: first_judge, title: Judge, type: instant}\n"
         "  - {id: harm, title: Harm, type: text, category: D08}\n");
    file("dossiers/child/charge.yaml",
         "kind: charge\ndossier: child\ntitle: Charge\nbasis: [J1]\nside: justice\n"
         "category: D13\nfields:\n  - {id: offence, title: Offence, type: text}\n");
    file("dossiers/child/complaint.yaml",
         "kind: complaint\ndossier: child\ntitle: Complaint\nbasis: [J1]\nside: justice\n"
         "category: D17\nfields:\n  - {id: what, title: What, type: text}\n");
    file("safeguards/all.yaml",
         "- id: JE-01\n  title: Judge in time\n  explain: In a day.\n  basis: [J1]\n"
         "  source: [Home]\n  tag: D\n  about: custody\n  requires: \"has(this.first_judge)\"\n"
         "  within: {of: T_JUDGE, from: \"this.started\"}\n  severity: critical\n"
         "  tells: [CW, LAW, JUD, SUP]\n  blocks: [file_charge]\n"
         "- id: RG-01\n  title: Has an age\n  explain: An age.\n  basis: [J1]\n  source: [Home]\n"
         "  tag: D\n  about: registration\n  requires: \"has(this.birth)\"\n  severity: medium\n"
         "  tells: [JUD]\n");
    const auto role = [&](const std::string& id, const std::string& rest) {
        file(("roles/" + id + ".yaml").c_str(), "role: " + id + "\ntitle: " + id + "\n" + rest);
    };
    role("CW",
         "side: both\nscope: assigned\npurposes: [Y01, Y02]\naccess: {D01: W, D02: W, D08: g, "
         "D10: W, D13: C, D16: A, D17: W, D22: m}\nminimal: {D22: [act.act, act.when]}\n"
         "may: [open, assign, import, export]\nnot_with: [JUD]\n");
    role("SUP",
         "side: protection\nscope: team\npurposes: [Y01]\naccess: {D01: R, D02: R, D08: '-', "
         "D10: R, D13: '-', D16: R, D17: R, D22: R}\nmay: [open, assign]\n");
    role("LAW",
         "side: both\nscope: assigned\npurposes: [Y07]\naccess: {D01: c, D02: c, D08: c, D10: W, "
         "D13: W, D16: A, D17: W, D22: m}\nminimal: {D22: []}\nmay: [open]\n");
    role("JUD",
         "side: justice\nscope: assigned\npurposes: [Y07]\naccess: {D01: m, D02: '-', D08: o, "
         "D10: R, D13: W, D16: R, D17: R, D22: '-'}\nminimal: {D01: [registration.birth]}\n"
         "may: [open]\n");
    role("DET",
         "side: justice\nscope: assigned\npurposes: [Y07]\naccess: {D01: m, D02: '-', D08: X, "
         "D10: '-', D13: '-', D16: W, D17: S, D22: '-'}\nminimal: {D01: []}\n");
    role("NPM",
         "side: both\nscope: all\npurposes: [Y07]\naccess: {D01: c, D02: '-', D08: c, D10: '-', "
         "D13: '-', D16: R, D17: W, D22: '-'}\n");
    role("ADM",
         "side: protection\nscope: assigned\npurposes: [Y01]\naccess: {D01: X, D02: X, D08: X, "
         "D10: X, D13: X, D16: X, D17: X, D22: m}\nminimal: {D22: []}\nmay: [accounts]\n"
         "not_with: [CW]\n");
    return {"little", std::move(files)};
}

inline std::shared_ptr<const policy::Pack> little_pack(const std::string& version = "1") {
    const std::vector<policy::Layer> layers{little_layer(version)};
    const policy::Loaded loaded = policy::Pack::load(layers);
    for (const policy::Problem& problem : loaded.errors) {
        check(false, policy::to_text(problem));
    }
    return loaded.pack;
}

}  // namespace homeward::test
