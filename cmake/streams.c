/*
 * stdin and stderr for libstrata.so with outside libraries inside (STRATA_STATIC_LIBRARIES). Two of these archives are compiled for programs:
 * their code takes the C library's variables to lie in the file that it is linked into. --wrap gives them these, which do.
 */
#include <stdio.h>

/* What glibc's stdin and stderr point to: addresses that are known before anything runs. */
extern FILE _IO_2_1_stdin_, _IO_2_1_stderr_;

extern FILE *__wrap_stdin, *__wrap_stderr;
FILE *__wrap_stdin = &_IO_2_1_stdin_, *__wrap_stderr = &_IO_2_1_stderr_;
