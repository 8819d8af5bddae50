/* Model files as Strata wrote them before they had a digest. */
#ifndef STRATA_TESTS_UNDIGESTED_H
#define STRATA_TESTS_UNDIGESTED_H

/* Makes the model file at this path one of format version 1: the same model, without `digest`. Every failure ends the test. */
void undigest(const char *path);

#endif
