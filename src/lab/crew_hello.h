/* Who a rank is, as it says itself when it comes, and whether a crew takes it. Internal to the crew. */
#ifndef STRATA_LAB_CREW_HELLO_H
#define STRATA_LAB_CREW_HELLO_H

#include <stdbool.h>

#include "strata/machine.h"
#include "text.h"

enum { HELLO_WORD = 128 };

typedef struct {
    char version[HELLO_WORD], commit[HELLO_WORD]; /* of its program */
    char level[HELLO_WORD];                       /* of its kernels */
    char host[HELLO_WORD];
    int threads;                                  /* runs that it trains at once; or the cores that it may use, */
    bool divides;                                 /* which it divides with ranks of its machine that may use the same ones, */
    char cores[HELLO_WORD];                       /* and which these are */
} hello;

/* The text of WIRE_HELLO of this process, which trains so many runs at once; 0: as many as there are cores for it. */
void hello_say(text *out, int threads);

/* Do these two divide the same cores? */
bool hello_shares(const hello *a, const hello *b);

/* Reads one. False for what another protocol says; *h has what could be read of it then, "?" for the rest. */
bool hello_read(const char *words, hello *h);

/* May it work with this process, so that the bits are those of one program on one kind of machine? "" when it may; else the reason, behind
 * "rank 3 on HOST ". mixed: kernels may differ. */
void hello_judge(const hello *h, bool understood, bool mixed, char reason[STATUS_SENTENCE]);

#endif
