#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "demo/random.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace homeward::demo {

/// A name as it is written at home and in Latin letters.
struct Name {
    std::string local;
    std::string latin;
};

struct Place {
    std::string code;
    std::string name;
};

/// Somebody who signs in to the demo.
struct DemoAccount {
    Id id;
    std::string name;
    std::string role;
    std::string team;
    std::string agency;
    bool gbv_cleared = false;
    /// No secret: made from the name, so that a page can print it.
    std::string password;
};

/// The accounts of a cast (demo/cast.yaml), always the same for the same seed.
Result<std::vector<DemoAccount>> read_cast(std::string_view yaml, std::uint64_t seed);

/// The lists from which people are put together. Names are combined at random: nobody is meant.
class People {
  public:
    /// Takes CSV texts: forenames (`country,sex,local,latin`), surnames (`country,local,latin`) and
    /// places (`country,code,name`), each with a heading.
    static Result<People> load(
        std::string_view forenames, std::string_view surnames, std::string_view places
    );

    const std::vector<std::string>& countries() const { return countries_; }
    /// A given, a father's and a family name, in the local script and in Latin letters: a list
    /// for a field of type person_name that repeats.
    json::array names(Random& random, const std::string& country, std::string_view sex) const;
    const Place& place(Random& random, const std::string& country) const;
    /// Two words that can be said aloud and tell nothing.
    static std::string pseudonym(Random& random);

  private:
    std::vector<std::string> countries_;
    std::map<std::string, std::map<std::string, std::vector<Name>, std::less<>>> forenames_;
    std::map<std::string, std::vector<Name>> surnames_;
    std::map<std::string, std::vector<Place>> places_;
};

}  // namespace homeward::demo
