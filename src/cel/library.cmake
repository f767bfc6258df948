# Two libraries are optional, and absent from the WebAssembly build: RE2 gives matches() in linear
# time (without it, matches() is refused when compiled), date-tz gives time zones by name.
homeward_library(cel DEPS base EXTERN fmt::fmt)
find_library(RE2_LIBRARY re2)
if(RE2_LIBRARY AND NOT EMSCRIPTEN)
    target_link_libraries(homeward_cel PUBLIC ${RE2_LIBRARY})
    target_compile_definitions(homeward_cel PUBLIC HOMEWARD_CEL_RE2)
endif()
if(TARGET date::date-tz AND NOT EMSCRIPTEN)
    target_link_libraries(homeward_cel PUBLIC date::date-tz)
else()
    target_compile_definitions(homeward_cel PUBLIC HOMEWARD_CEL_NO_TZ)
endif()
