/*
 * What a file of tensors says, as one digest: every text of its metadata, every tensor's name, shape and elements, and nothing else. Where
 * a tensor lies, in which order, and the white space between are left out, so a file that another program wrote anew with the same content
 * has the same digest. docs/model-file.md says how to compute it.
 */
#ifndef STRATA_NET_TENSORDIGEST_H
#define STRATA_NET_TENSORDIGEST_H

#include <stdint.h>

#include "digest.h"
#include "doc.h"

/* The key of the metadata under which the digest stands; it is no part of it. */
extern const char tensordigest_key[];

/* The digest of a header, whose entries are sound, and of the elements it describes, all of which lie at `elements`. STRATA_ERR_DATA when
 * the metadata has a value that is no text. */
strata_status tensordigest(const doc *header, const uint8_t *elements, char out[DIGEST_TEXT]);

#endif
