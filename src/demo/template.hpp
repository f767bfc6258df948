#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "demo/people.hpp"
#include "demo/random.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::demo {

/// A story with blanks, read from YAML (demo/README.md is the format). It names kinds and fields;
/// this code knows none of them.
struct Template {
    std::string name;
    double weight = 1;
    std::string type;               ///< of dossier
    std::int64_t days_ago_low = 0;  ///< when the story began
    std::int64_t days_ago_high = 400;
    json::object set;  ///< names that the story uses again, as $name
    json::array records;
};

/// Reads one template. Code::invalid names what is wrong.
Result<Template> read_template(std::string_view name, std::string_view yaml);

/// Who and what the stories draw on.
struct World {
    const People& people;
    std::span<const DemoAccount> accounts;
    /// The day on which the stories stand: what would come later has not happened yet.
    Instant until;
};

/// One dossier from a template, as one line of an import takes it.
json::object fill(const Template& story, const World& world, Random& random);

/// Makes dossiers one after the other, always the same for the same seed.
class Country {
  public:
    Country(std::vector<Template> stories, const World& world, std::uint64_t seed);
    json::object next();

  private:
    std::vector<Template> stories_;
    std::vector<double> weights_;
    World world_;
    Random random_;
};

}  // namespace homeward::demo
