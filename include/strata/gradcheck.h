/*
 * The gradient check: compares the gradients of backpropagation with an independent computation, entry by entry.
 */
#ifndef STRATA_GRADCHECK_H
#define STRATA_GRADCHECK_H

#include "strata/data.h"
#include "strata/settings.h"

/* What the gradients are compared with. The numbers are those of equations in docs/math.md. */
typedef enum {
    STRATA_CENTRAL,      /* (19): centred differences in double, as the report uses them */
    STRATA_COMPLEX_STEP, /* (20): the complex step, exact up to rounding */
    STRATA_AGAINST_REF64 /* the gradients of backend ref64, which the other two methods prove; checks another backend */
} strata_method;

/* The verdict on one tensor. Each entry agrees, or is set aside as a kink, or is excused as rounding, or is an error. */
typedef struct {
    const char *name;      /* "W", "b", "gamma", "beta"; static text */
    long entries;          /* in the tensor */
    long checked;          /* entries that were compared, kinks not counted */
    long kinks;            /* disagree because an activation's input or a hinge's margin changed sign between the two evaluations; all
                              fields below ignore them */
    long structural_zeros; /* zero in exact arithmetic, rounding noise on both sides (b under batch normalisation); max_rel ignores them */
    long round_off;        /* disagree, but the complex step confirms the gradient: rounding or truncation of the difference quotient */
    long errors;           /* disagree, and nothing excuses them */
    long below_1e_6;       /* with an absolute error below 1e-6 */
    double max_abs;        /* the largest |ga - gn| */
    double max_rel;        /* the largest |ga - gn| / max(1e-12, |ga| + |gn|) */
    double tolerance;      /* an entry with a larger absolute error disagrees */
} strata_gradcheck_tensor;

typedef struct {
    int tensors; /* 2 (W, b), or 4 where it is normalised */
    strata_gradcheck_tensor tensor[4];
} strata_gradcheck_layer;

/* How to check. The strings are borrowed for the call. */
typedef struct {
    size_t size;         /* sizeof(strata_gradcheck_options) */
    strata_method method;
    const char *backend; /* the backend to check; for STRATA_AGAINST_REF64 alone */
    double h;            /* the step of STRATA_CENTRAL, 1e-7 .. 1 */
    int inputs;          /* 1 .. the features of an example: every example is cut to its first `inputs` features, but whole with patches */
    int images;          /* in the mini-batch, 2 .. 1000 */
    long sample;         /* entries of each tensor, drawn at random with repetition; 0: all entries */
    int threads;         /* 0: all cores; the result does not depend on it */
} strata_gradcheck_options;

/* The options of the report, as an initialiser: STRATA_CENTRAL, h = 1e-5, 10 inputs, 20 images, every entry, all cores. */
#define STRATA_GRADCHECK_DEFAULTS { sizeof(strata_gradcheck_options), STRATA_CENTRAL, "ref64", 1e-5, 10, 20, 0, 0 }

typedef struct strata_gradcheck strata_gradcheck;

STRATA_BEGIN

/* Checks that strata_gradcheck_run would accept these options and this configuration, as far as that is known without data.
 * STRATA_ERR_ARGUMENT. */
strata_status strata_gradcheck_check(const strata_config *config, const strata_gradcheck_options *options);

/* Checks the gradients of the network that the configuration describes: its settings of the net and of the data, lambda, dropout, init and
 * seed, and precision when another backend is checked. Masks, noise and changed images are those of update 0. The caller owns *out. A wrong
 * gradient is no failure of the call: see strata_gradcheck_passed.
 * STRATA_ERR_ARGUMENT; STRATA_ERR_MEMORY. */
strata_status strata_gradcheck_run(const strata_config *config, const strata_data *data, const strata_gradcheck_options *options,
                                   strata_gradcheck **out);

/* Are there no errors in any tensor? */
bool strata_gradcheck_passed(const strata_gradcheck *check);

/* The verdicts, layer 1 first; *count receives the number of layers. Belongs to the check. */
const strata_gradcheck_layer *strata_gradcheck_layers(const strata_gradcheck *check, int *count);

/* Frees a gradient check. NULL is allowed. */
void strata_gradcheck_free(strata_gradcheck *check);

/* ---- the course's file of intermediate values ---------------------------------------------------------------------------------------- */

/* A net of patches, one hidden layer and softmax, without b of the patches and without a penalty, as the file has it. */
typedef struct {
    int patch, filters, hidden, classes, images;
    double loss;
} strata_reference_net;

/* The verdict on one array. */
typedef struct {
    const char *name;  /* "MX", "conv_outputs", "P", "grad_W1" ...; static text */
    bool found;        /* the file has it; if not, all below is zero */
    bool agrees;
    long entries;
    double max_abs;    /* the largest error */
    double tolerance;  /* of the errors, from the roundings that the numbers may have */
} strata_reference_array;

typedef struct strata_reference strata_reference;

/* Reads an archive of NumPy's (.npz) with X, Fs, W1, W2, b1, b2 and y or Y, computes the net forwards and backwards in double, and compares
 * every array of intermediate values and gradients that the file has. The caller owns *out. A wrong array is no failure of the call.
 * STRATA_ERR_DATA for a file that is none or whose arrays do not fit each other; STRATA_ERR_STORAGE; STRATA_ERR_MEMORY. */
strata_status strata_gradcheck_reference(const char *path, strata_reference **out);

/* Does every array that the file has agree? */
bool strata_reference_passed(const strata_reference *reference);

/* The verdicts; *count receives their number. The net. Both belong to the reference. */
const strata_reference_array *strata_reference_arrays(const strata_reference *reference, int *count);
const strata_reference_net *strata_reference_describe(const strata_reference *reference);

/* NULL is allowed. */
void strata_reference_free(strata_reference *reference);

STRATA_END

#endif
