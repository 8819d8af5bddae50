/*
 * What the processes of a crew say to each other. Rank 0 speaks to every other rank, and those to rank 0 alone. All messages have one form:
 * a kind, a few numbers, a text, a block of bytes; little-endian, so that machines of different kinds understand each other.
 * A message belongs to the thread that has it; wire_encode may be called by any.
 */
#ifndef STRATA_LAB_CREW_WIRE_H
#define STRATA_LAB_CREW_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "crew_transport.h"
#include "status.h"

/* Changes with the meaning of any message. A rank of another program says its own, and is refused. */
#define WIRE_PROTOCOL "strata crew 1"

typedef enum {
    /* from a rank to rank 0 */
    WIRE_HELLO,    /* text: WIRE_PROTOCOL, then lines (crew_hello.h); block: ids of runs of which its own disk has checkpoints */
    WIRE_OPENED,   /* number: data set; real: 1 it is there, and text is its digest; 0 it is not, and text says why */
    WIRE_WANT,     /* number: data set; first: block; second: from which byte on: the next piece of data that rank 0 shares */
    WIRE_DID,      /* number: run; first: updates done; second: of so many; real: loss of the latest */
    WIRE_POINT,    /* number: run; block: a point of its curves (train/run_numbers.h) */
    WIRE_TELL,     /* number: run; text: a sentence about its checkpoints */
    WIRE_NEEDED,   /* number: run. Is it still to be trained? Answered by WIRE_ANSWER */
    WIRE_DONE,     /* number: run; block: the whole run (train/run_bytes.h). Answered by WIRE_ANSWER: is it recorded? */
    WIRE_BUSY,     /* number: run, which another process trains */
    WIRE_UNFIT,    /* number: run; text: why these kernels cannot go on from its checkpoint */
    WIRE_FAILED,   /* number: run; first: a status; text: its sentence */
    WIRE_STOPPING, /* it was asked to stop by a signal, as the whole job is */
    /* from rank 0 to a rank */
    WIRE_WELCOME,  /* real: seconds between two WIRE_DID of a run, at least */
    WIRE_OPEN,     /* number: data set; text: what the laboratory opened it by; first: 1 where there is such a text; block: its head where
                      rank 0 shares it (data/data_bytes.h), else none */
    WIRE_PIECE,    /* number, first, second: as in WIRE_WANT; block: bytes */
    WIRE_TASK,     /* number: run; first: data set; second: threads; real: 1 without checkpoints; text: settings; block: id */
    WIRE_ANSWER,   /* number: run; first: 1 yes, 0 no */
    WIRE_DROP,     /* number: run, which another rank has finished */
    WIRE_KEEP,     /* checkpoints are asked for */
    WIRE_STOP,     /* every run stops after its update */
    WIRE_END,      /* the laboratory is over */
    /* either way */
    WIRE_ALIVE,
    WIRE_KINDS
} wire_kind;

typedef struct {
    wire_kind kind;
    uint32_t number;
    int64_t first, second;
    double real;
    const char *text;     /* NULL means "" when it is sent; never NULL in one that was received */
    const uint8_t *block;
    size_t size;          /* of the block */
} wire_message;

/* A message that was received, and the memory that its text and block lie in. */
typedef struct {
    int from;
    wire_message what;
    void *bytes;
} wire_letter;

typedef struct {
    const crew_transport *t;
    struct wire_part { /* [size of the crew]: of a message that comes in several */
        uint8_t *bytes;
        size_t size;
    } *part;
} wire;

/* The transport is borrowed. STRATA_ERR_MEMORY; wire_close in any case. */
strata_status wire_open(const crew_transport *t, wire *w);
void wire_close(wire *w);

/* The message as bytes; the caller frees them. STRATA_ERR_MEMORY. */
strata_status wire_encode(const wire_message *m, uint8_t **bytes, size_t *size);

/* The message that the bytes are; its text and block lie in them. STRATA_ERR_DATA. */
strata_status wire_decode(const uint8_t *bytes, size_t size, wire_message *out);

/* Sends bytes of wire_encode. Larger ones than a transport takes go in parts. STRATA_ERR_STORAGE when there is no connection. */
strata_status wire_send_bytes(wire *w, int to, const uint8_t *bytes, size_t size);
strata_status wire_send(wire *w, int to, const wire_message *m);

/* *any: one has come. The caller gives it to wire_drop. STRATA_ERR_STORAGE when the connection is gone; STRATA_ERR_DATA for what is no
 * message, with *any false: it is left out. STRATA_ERR_MEMORY. */
strata_status wire_receive(wire *w, wire_letter *out, bool *any);
void wire_drop(wire_letter *one);

/* Between two looks: none after something has come, else a longer rest each time, which *microseconds (0 at first) remembers. */
void wire_rest(bool any, long *microseconds);

#endif
