/*
 * Strata: a laboratory for fully connected networks. This header takes in the whole public interface; each header of strata/ is one subject
 * and can be included alone.
 *
 * Strata trains k-layer networks, with and without batch normalisation, on CIFAR-10 or on the built-in synthetic data set. It checks their
 * gradients. It saves, opens and evaluates models. docs/math.md has the equations and their letters.
 *
 * A program that trains one network (every call can fail: check its status, then read strata_error()):
 *
 *     strata_config *config;  strata_data *data;  strata_run *run;
 *     strata_config_new(&config);
 *     strata_config_set(config, "hidden", "[50,50]");
 *     strata_data_open("data/cifar-10-batches-bin", &data);
 *     strata_train(1, (const strata_config *const[]){ config }, data, 1, NULL, &run);
 *     printf("%.4f\n", strata_run_facts(run)->test.accuracy);
 *     strata_model_save(strata_run_model(run), "model.safetensors");
 *     strata_run_free(run);  strata_data_free(data);  strata_config_free(config);
 *
 * Rules for all headers:
 * - Status. A call that can fail returns a strata_status. After a failure, strata_error() of the calling thread holds one sentence: what
 *   failed, where, the value, what to do next. A failed call writes nothing to its outputs, with one exception: a pointer to a new object
 *   becomes NULL.
 * - Ownership. Handles are opaque. *_new, *_open and *_train make handles. The caller owns them. *_free frees them, accepts NULL and cannot
 *   fail. A const char * or const struct * that is returned belongs to the handle. It is valid until the handle is freed or changed.
 * - Structs with a size. The caller sets the first field, `size`, of a struct that the caller fills or that a call fills for the caller:
 *     strata_training how = { .size = sizeof how, .threads = 4 };
 *   So a program can run with a newer library, whose struct has more fields. A field that the program does not have is zero, and zero means
 *   what the older library did. With an older library, a field that the library does not have must be zero. STRATA_ERR_ARGUMENT when it is
 *   not, or when `size` is not set.
 * - Structs without a size. A struct that is returned by pointer may get more fields at its end. Elements of arrays, and structs inside of
 *   others, stay as they are.
 * - Arguments are borrowed for the time of the call, unless the comment says otherwise.
 * - Threads and handles. Different threads may use different handles at once. Several threads may read one handle (const *) at once. While
 *   one thread changes a handle, no other thread may use it.
 * - Side effects. The library does not print, exit, read the environment or handle signals. It changes one piece of global state outside
 *   itself: the first call that may need OpenBLAS sets OpenBLAS, for good, to one thread for each call. Its own global state is the two
 *   limits of strata_cpu_limit and strata_threads_limit.
 * - Threads of the library. A call with an argument or field `threads` starts its own threads and ends them before it returns; a job
 *   (strata/job.h) has its own until strata_job_free. Those threads block all signals. The number of threads never changes a result. One
 *   training, or one evaluation, uses as many of its threads as make it faster: from time to time it tries fewer, and while the machine is
 *   busy all threads but one sleep. A thread without work sleeps after some microseconds.
 * - fork. While no thread is in a call of the library, fork() is safe: parent and child may both use their copies of all handles. After a
 *   fork() during a call of another thread, the child may call nothing of the library before exec: that call may hold a lock. Parent and
 *   child share the locks on folders of checkpoints, until both have closed them or the child has called exec.
 * - Units. Accuracies are fractions, 0 .. 1. Seconds are wall-clock time of the monotonic clock. Images are bytes in the order of CIFAR-10.
 */
#ifndef STRATA_H
#define STRATA_H

#include "strata/core.h"
#include "strata/data.h"
#include "strata/export.h"
#include "strata/gradcheck.h"
#include "strata/import.h"
#include "strata/job.h"
#include "strata/lab.h"
#include "strata/machine.h"
#include "strata/model.h"
#include "strata/report.h"
#include "strata/runs.h"
#include "strata/settings.h"
#include "strata/train.h"

#endif
