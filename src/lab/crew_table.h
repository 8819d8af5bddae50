/* What rank 0 knows: of its ranks, of its data, of the runs that it deals. Shared by the files of crew_ranks.h, and by nobody else. */
#ifndef STRATA_LAB_CREW_TABLE_H
#define STRATA_LAB_CREW_TABLE_H

#include <pthread.h>

#include "crew_hello.h"
#include "crew_ranks.h"
#include "crew_recorders.h"
#include "crew_wire.h"
#include "strata/lab.h"

enum { TABLE_SETS = STRATA_LAB_EXPERIMENTS + 1, TABLE_LEVELS = 16, TABLE_ID = 13 };

/* Silent: it has not come yet. Opening: it reads data. Out: it was refused. Lost: it has not been heard for long. */
typedef enum { HAND_SILENT, HAND_OPENING, HAND_READY, HAND_OUT, HAND_LOST } hand_state;

/* A rank, as rank 0 sees it. */
typedef struct {
    hand_state state;
    bool came;                /* it has said who it is */
    bool unreached;           /* a message to it was lost, and with it what it should know */
    hello is;
    int threads;              /* runs at once: what it said, or fewer where it lacked memory */
    int running;              /* runs that it has, as far as is known */
    unsigned level;           /* its kernels: a bit, by table.level */
    double heard;             /* when, by clock_seconds */
    bool has[TABLE_SETS];     /* the data sets that it has opened */
    size_t opened;            /* how many */
    char (*begun)[TABLE_ID];  /* runs of which its own disk has checkpoints */
    size_t begun_count;
} hand;

typedef struct {
    const strata_data *data;  /* borrowed */
    char *what;               /* NULL: those of the call */
    uint8_t *head;            /* where they are shared: what goes before them; else NULL */
    size_t head_size;
} shared_set;

/* Open: nobody has it. Arrived: it is being recorded. */
typedef enum { RUN_OPEN, RUN_DEALT, RUN_ARRIVED, RUN_ENDED } dealt_state;

typedef struct {
    dealt_state state;
    int rank;                 /* that has it, or had it last; 0: nobody did */
    int owner;                /* the rank whose disk has its checkpoint; 0: any */
    bool orphan;              /* it was dealt to a rank that may still hold the lock of its folder, as one that is lost does: */
    bool taken;               /* from a rank that was lost, and nobody has had it since */
    bool alone;               /* then it is trained without checkpoints */
    unsigned unfit;           /* levels whose kernels cannot go on from its checkpoint */
    double loss;              /* of the latest mini-batch that was told of */
    char id[TABLE_ID];
} dealt_run;

typedef struct {
    crew base;                /* first: a crew is cast to this */
    wire w;
    crew_rules rules;
    pthread_mutex_t speaking; /* held while the transport is called: by the thread that trains, for everything, and by */
    pthread_t heart;          /* this one, which says every second that rank 0 lives, until the crew is closed */
    pthread_cond_t closes;
    bool closing;
    hand *hand;               /* [size]; number 0 is not used */
    shared_set set[TABLE_SETS];
    size_t sets;
    char level[TABLE_LEVELS][HELLO_WORD];
    double begun;             /* when the crew was opened */
    double looked;            /* when they were last looked at */
    double listened;          /* since when everything that had come then is read: nobody is silent whom rank 0 had no time to hear */
    bool gathered;            /* ranks have come, or had time to */
    bool introduced;          /* the crew was shown to people */
    char refusal[STATUS_SENTENCE]; /* the first, */
    strata_status refused;    /* and its status */
    uint32_t first;           /* number of the first run of the work at hand, in messages: no number is used twice */
    /* While it trains: */
    const crew_work *work;
    strata_run **runs;
    dealt_run *run;           /* [work->count] */
    size_t next;              /* no run before it is open */
    size_t open, dealt, arrived; /* runs in these states */
    size_t dataset;           /* number of work->data */
    splits parts;
    recorders *recorders;
    long asked;               /* checkpoints that people have asked for */
    bool stopping;            /* nothing is dealt any more, in later calls neither: ranks that were told to stop begin nothing */
    strata_status status;     /* of a failure that ends the work, */
    char sentence[STATUS_SENTENCE]; /* and its sentence */
} table;

/* ---- crew_letters.c ------------------------------------------------------------------------------------------------------------------ */

/* Everything that has come. *any: something has. A failure ends the work. */
strata_status table_read_letters(table *t, bool *any);

/* ---- crew_deal.c --------------------------------------------------------------------------------------------------------------------- */

/* Gives open runs to ranks that have a thread free. */
void table_deal(table *t);

/* Ranks that have been silent for too long lose their runs. Fails when none is left that may train. */
strata_status table_look_at_hands(table *t);

/* This run, which is dealt or was sent back, is open again. Its folder may be locked for a moment still. */
void table_reopen(table *t, size_t number);

/* The runs of this rank are open again. */
void table_take_back(table *t, int rank);

/* The runs that were taken from this rank, and that nobody else has had since, are with it still. */
void table_give_back(table *t, int rank);

/* This rank trains nothing any more; why, behind its name. status: as what that counts when no rank is left. */
void table_put_out(table *t, int rank, strata_status status, const char *why);

/* Nothing more is dealt, and every rank is asked to stop. */
void table_stop(table *t);

/* The same for a failure; the sentence is that of the thread. */
void table_fail(table *t, strata_status status);

/* Sends a message. A rank that it cannot be sent to is put out: it would wait for ever for what it never hears. */
void table_send(table *t, int rank, const wire_message *m);
void table_send_all(table *t, const wire_message *m);

/* Tells people a sentence about a rank: "rank 3 on HOST ...". */
void table_tell(const table *t, int rank, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sends a rank what it needs to open a data set. */
void table_send_set(table *t, int rank, size_t number);

#endif
