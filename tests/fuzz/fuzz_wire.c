/* Messages of a crew (src/lab/crew_wire.h): what is taken lies within its bytes, and is written back to the same ones. */
#include <stdlib.h>
#include <string.h>

#include "crew_hello.h"
#include "crew_wire.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wire_message m;
    hello h;
    uint8_t *bytes;
    size_t length;
    if (!fuzz_taken(wire_decode(data, size, &m))) return 0;
    const uint8_t *words = (const uint8_t *)m.text;
    PROMISE(m.kind < WIRE_KINDS && words > data && words + strlen(m.text) < m.block && m.block + m.size == data + size);
    PROMISE(wire_encode(&m, &bytes, &length) == STRATA_OK);
    PROMISE(length == size && memcmp(bytes, data, size) == 0);
    free(bytes);
    (void)hello_read(m.text, &h);
    PROMISE(h.threads >= 1 && strlen(h.host) < HELLO_WORD && strlen(h.version) < HELLO_WORD);
    return 0;
}
