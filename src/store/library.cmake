homeward_library(store DEPS base EXTERN sqlite3 Threads::Threads)

# The schema files are compiled in, so that a program needs no path to them when it runs.
set(schema_folder ${CMAKE_CURRENT_LIST_DIR}/schema/sqlite)
set(schema_steps "")
foreach(set main keys)
    file(GLOB schema_files CONFIGURE_DEPENDS ${schema_folder}/${set}/*.sql)
    list(SORT schema_files)
    foreach(file ${schema_files})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        get_filename_component(name ${file} NAME_WE)
        string(REGEX MATCH "^[0-9]+" number ${name})
        string(REGEX REPLACE "^0+" "" number ${number})
        file(READ ${file} text)
        file(SHA256 ${file} digest)
        string(APPEND schema_steps "    {Schema::${set}, ${number}, \"${name}\", \"${digest}\",\n"
            "     R\"sql(${text})sql\"},\n")
    endforeach()
endforeach()
set(schema_source ${CMAKE_BINARY_DIR}/generated/schema_steps.cpp)
file(CONFIGURE OUTPUT ${schema_source} @ONLY CONTENT [[
#include "store/sqlite/schema.hpp"

namespace homeward::store::sqlite {

const std::vector<SchemaStep>& schema_steps() {
    static const std::vector<SchemaStep> steps{
@schema_steps@    };
    return steps;
}

}  // namespace homeward::store::sqlite
]])
target_sources(homeward_store PRIVATE ${schema_source})
