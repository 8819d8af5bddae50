/*
 * What a file of tensors says, as one digest: every text of its metadata, every tensor's name, shape and elements, and nothing else. Where
 * a tensor lies, in which order, and the white space between are left out, so a file that another program wrote anew with the same content
 * has the same digest. docs/model-file.md says how to compute it.
 */
#ifndef STRATA_NET_TENSORDIGEST_H
#define STRATA_NET_TENSORDIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "digest.h"
#include "json.h"

/* The key of the metadata under which the digest stands; it is no part of it. */
extern const char tensordigest_key[];

/* The digest of a header, whose entries are sound, and of the elements it describes, all of which lie at `elements`. STRATA_ERR_DATA when
 * the metadata has a value that is no text. */
strata_status tensordigest(const json_value *header, const uint8_t *elements, char out[DIGEST_TEXT]);

/* The same where the elements lie nowhere as yet: `of` tells the SHA-256 of those of one tensor after the other, which are the bytes
 * from .. to - 1 behind the header. */
typedef strata_status tensordigest_elements(const void *self, size_t from, size_t to, char out[DIGEST_TEXT]);
strata_status tensordigest_by(const json_value *header, tensordigest_elements *of, const void *self, char out[DIGEST_TEXT]);

#endif
