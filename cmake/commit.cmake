# Writes OUTPUT, a header with the commit of the sources, at every build; it is touched only when the commit changes. Outside a checkout, or
# without git, the commit is "unknown".
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "/* The commit of the sources, written by cmake/commit.cmake. */\n#define STRATA_COMMIT \"@commit@\"\n" @ONLY)
