# Writes OUTPUT, a header that defines the text file INPUT as the zero-terminated bytes NAME, so that a data file travels inside the program:
#   cmake -DINPUT=src/store/schema.sql -DOUTPUT=generated/schema.h -DNAME=store_schema -P cmake/embed.cmake
# As numbers, not as a string literal: nothing needs escaping, and ISO C promises only 4095 characters of a literal.
cmake_minimum_required(VERSION 3.25)
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n   " bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" " 0x\\1," bytes "${bytes}")
get_filename_component(source ${INPUT} NAME)
file(WRITE ${OUTPUT} "/* ${source} as bytes, written by cmake/embed.cmake. */\nstatic const unsigned char ${NAME}[] = {\n   ${bytes} 0x00\n};\n")
