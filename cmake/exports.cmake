# Writes OUTPUT, the linker's version script of libstrata.so: it exports the functions that the public headers declare and nothing else, each with
# its version. A function that the list SYMBOLS (cmake/libstrata0.symbols) has keeps the version it has there; a new one gets NODE.
#
#   cmake -DCOMPILER=cc -DHEADERS=include -DSYMBOLS=cmake/libstrata0.symbols -DNODE=STRATA_0.3 -DOUTPUT=exports.map -P cmake/exports.cmake
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${COMPILER} -E -P -I${HEADERS} ${HEADERS}/strata.h OUTPUT_VARIABLE declared COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[a-zA-Z0-9_]+\\(" words "${declared}")
list(FILTER words INCLUDE REGEX "^strata_[a-z0-9_]+\\($")
list(TRANSFORM words REPLACE "\\($" "")
list(SORT words)
list(REMOVE_DUPLICATES words)
if(NOT words)
  message(FATAL_ERROR "${HEADERS}/strata.h declares no function")
endif()

file(STRINGS ${SYMBOLS} listed REGEX "^ strata_")
foreach(line IN LISTS listed)
  string(REGEX MATCH "^ ([a-z0-9_]+)@(STRATA_[0-9.]+) " matched "${line}")
  set(node_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()
set(nodes)
foreach(word IN LISTS words)
  set(node ${NODE})
  if(DEFINED node_${word})
    set(node ${node_${word}})
  endif()
  list(APPEND nodes ${node})
  string(APPEND functions_${node} "        ${word};\n")
endforeach()
list(SORT nodes COMPARE NATURAL)
list(REMOVE_DUPLICATES nodes)

# Each version takes in the one before it; what is no function of the interface is local from the first on.
set(text "/* Written by cmake/exports.cmake. */\n")
set(before)
set(others "    local:\n        *;\n")
foreach(node IN LISTS nodes)
  string(APPEND text "${node} {\n    global:\n${functions_${node}}${others}}${before};\n")
  set(before " ${node}")
  set(others)
endforeach()
file(WRITE ${OUTPUT} "${text}") # also when nothing changed: the build goes by its date
