/* The data of a call: each set that its experiments name is opened once, and freed when the call ends. Internal to the module. */
#ifndef STRATA_LAB_LAB_DATA_H
#define STRATA_LAB_LAB_DATA_H

#include "plan.h"
#include "text.h"

typedef struct {
    text what;         /* as it was opened; empty: those of experiments that name none */
    strata_data *own;  /* NULL: they are the caller's, or not there, */
    char *why;         /* and why */
} lab_set;

/* {0} is an empty one. */
typedef struct {
    lab_set *set;
    size_t count;
} lab_data;

/* Gives every experiment of the list its data, opened or those that were given (NULL: none were), and fits it to them. Where data are not
 * there, the experiments that name them have the reason instead, unless no experiment is left then: STRATA_ERR_DATA. STRATA_ERR_ARGUMENT
 * with file and line for a name that nothing has. lab_data_free in any case, after the experiments. */
strata_status lab_data_open(const lab_request *wanted, const strata_data *given, experiment *const *list, size_t count, lab_data *out);
void lab_data_free(lab_data *d);

/* Tells a crew (NULL: nobody) of all these data, and of those that were given, if there are any: its processes open them, too. */
strata_status lab_data_show(const lab_data *d, const strata_data *given, crew *whom);

#endif
