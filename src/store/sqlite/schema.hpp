#pragma once

#include "base/result.hpp"
#include "store/database.hpp"
#include "store/sqlite/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace homeward::store::sqlite {

/// One schema file as it was compiled in.
struct SchemaStep {
    Schema schema;
    int number;
    std::string_view name;
    std::string_view digest;
    std::string_view text;
};

/// All files, each set in order of its numbers. Made by the build from schema/sqlite.
const std::vector<SchemaStep>& schema_steps();

/// Applies what is missing, all of it or nothing. Code::invalid for a database that a newer
/// version made, Code::corrupt when an applied step or the tables themselves are not ours.
Result<void> migrate(FileConnection& writer, Schema schema);

/// A line for each table, index or trigger that is missing, added or changed. Code::invalid for a
/// database that an older version made and `migrate` would change.
Result<std::vector<std::string>> compare_schema(FileConnection& connection, Schema schema);

}  // namespace homeward::store::sqlite
