#include "unit/casework/every_list.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <vector>

namespace homeward::test {
namespace {

enum class Step { open, detain, amend, bar, pass, recheck, keep, kill, erase };

struct Event {
    Step step = Step::open;
    unsigned which = 0;
};

/// An office whose board is kept now and then, and which is killed now and then.
class Town {
  public:
    Town() {
        office_.keep_boards(true);
        office_.restart();
    }

    void live(const Event& event) {
        switch (event.step) {
            case Step::open:
                children_.push_back({office_.child(worker_, name(event.which)), {}});
                break;
            case Step::detain:
            case Step::amend:
            case Step::bar:
            case Step::erase:
                if (!children_.empty()) change(event);
                break;
            case Step::pass:
                office_.clock().pass(std::chrono::hours(1 + event.which));
                break;
            case Step::recheck:
                must(office_.reg().recheck(event.which));
                break;
            case Step::keep:
                keep();
                break;
            case Step::kill:
                compare();
                break;
        }
    }

    /// A start from what was kept says what one from the database alone does, and a first sign-in
    /// for whoever was barred meanwhile.
    void compare() {
        office_.restart();
        const std::string kept = said();
        office_.keep_boards(false);
        office_.restart();
        const std::string built = said();
        office_.keep_boards(true);
        office_.restart();
        RC_ASSERT(kept == built);
        RC_ASSERT(said() == built);
    }

  private:
    struct Child {
        Id ref;
        std::vector<std::pair<Id, std::uint64_t>> custody;
    };
    static std::string name(unsigned which) { return "Child " + std::to_string(which); }

    // One that was barred, or erased, is not there for those who write.
    void change(const Event& event) {
        Child& child = children_[event.which % children_.size()];
        auto& reg = office_.reg();
        if (event.step == Step::erase) {
            // Only once in a while: it makes the next start the long one.
            if (event.which % 2 == 0)
                office_.destroy(child.ref, event.which % 4 == 0 ? "D00" : "D16");
        } else if (event.step == Step::bar) {
            const auto record = Office::record("withholding", R"({"account": "basil"})");
            (void)reg.add(worker_, child.ref, record);
        } else if (event.step == Step::detain) {
            const auto record = Office::record("custody", R"({"started": "2026-11-02T09:00:00Z"})");
            if (reg.add(worker_, child.ref, record)) child.custody.emplace_back(*record.id, 1);
        } else if (!child.custody.empty()) {
            auto& [id, version] = child.custody[event.which % child.custody.size()];
            const auto text = R"({"authority": "unit )" + std::to_string(event.which) + R"("})";
            if (reg.amend(worker_, child.ref, {id, version, Office::data(text)})) ++version;
        }
    }

    void keep() {
        const auto kept = office_.reg().keep_board();
        // After an erasure nothing of this process is kept.
        RC_ASSERT(kept || kept.error().code == Code::conflict);
    }

    std::string said() {
        // What the clock has changed since is found by and by.
        while (must(office_.reg().recheck(100)) > 0) {
        }
        return every_list(office_, worker_) + "\n" + every_list(office_, basil_);
    }

    Office office_;
    casework::Caller worker_ = office_.person("Amal", "CW");
    casework::Caller basil_ = office_.person("Basil", "SUP");
    std::vector<Child> children_;
};

rc::Gen<Event> events() {
    return rc::gen::map(
        rc::gen::pair(
            rc::gen::weightedElement<Step>(
                {{4, Step::open},
                 {6, Step::detain},
                 {3, Step::amend},
                 {1, Step::bar},
                 {2, Step::pass},
                 {2, Step::recheck},
                 {6, Step::keep},
                 {3, Step::kill},
                 {1, Step::erase}}
            ),
            rc::gen::inRange<unsigned>(0, 12)
        ),
        [](const std::pair<Step, unsigned>& from) {
            return Event{from.first, from.second};
        }
    );
}

TEST(KeptBoard, SaysWhatTheDatabaseSays) {
    const auto agrees = [] {
        const auto life = *rc::gen::container<std::vector<Event>>(30, events());
        Town town;
        for (const Event& event : life) town.live(event);
        town.compare();
    };
    EXPECT_TRUE(rc::check("a start from a kept board", agrees));
}

}  // namespace
}  // namespace homeward::test
