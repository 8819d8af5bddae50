/* See need.h. Every sum is in 64 bits: widths are at most 65536, layers 64, members some thousands, so none can overflow. */
#include "need.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sampler.h"
#include "checkpoint.h"
#include "cores.h"
#include "ending.h"
#include "fit.h"
#include "sized.h"
#include "team.h"
#include "tensorfile.h"

/* ---- files --------------------------------------------------------------------------------------------------------------------------- */

enum { HEADER = 8192, TENSOR_HEADER = 128, CLASS_NAME = 32 }; /* bytes of a file's first part, about, and what a tensor and a class add */

uint64_t need_model_file(const strata_config *c)
{
    net_shape s = config_shape(c);
    uint64_t names = (uint64_t)c->form.classes * CLASS_NAME;
    uint64_t elements = net_elements(&s, NET_EVERY_ROLE) + 2 * (uint64_t)s.width[0];
    return HEADER + names + 6 * TENSOR_HEADER * (uint64_t)s.k + sizeof(float) * elements;
}

static uint64_t layer_points(const strata_config *c)
{
    return c->diagnose ? (uint64_t)config_points(c) * diagnose_per_point(config_layers(c)) : 0;
}

uint64_t need_checkpoint_file(const strata_config *c)
{
    net_shape s = config_shape(c);
    uint64_t curves = config_points(c) * CHECKPOINT_POINT + layer_points(c) * CHECKPOINT_LAYER_POINT;
    uint64_t elements = net_elements(&s, NET_EVERY_ROLE) + further_elements(c, &s, further_ends(c));
    uint64_t lists = curves + checkpoint_log_bytes(c, config_log_lines(c)) + checkpoint_facts_bytes(c);
    return HEADER + lists + elements * config_backend(c)->element;
}

static strata_status too_large(const strata_config *c, const char *what, uint64_t size, uint64_t most)
{
    char hidden[128], is[MEMORY_TEXT], may[MEMORY_TEXT];
    TRY(strata_config_get(c, "hidden", hidden, sizeof hidden));
    memory_say(size, is);
    memory_say(most, may);
    return status_fail(STRATA_ERR_ARGUMENT, "hidden = %.100s makes a %s of %s, and one of more than %s is not read again; use fewer units",
                       hidden, what, is, may);
}

strata_status need_check_files(const strata_config *config)
{
    strata_config c = *config;
    config_resolve(&c);
    uint64_t model = need_model_file(&c), kept = need_checkpoint_file(&c);
    if (model > TENSORFILE_LIMIT) return too_large(&c, "model", model, TENSORFILE_LIMIT);
    return kept > CHECKPOINT_LIMIT ? too_large(&c, "checkpoint", kept, CHECKPOINT_LIMIT) : STRATA_OK;
}

/* ---- one member ---------------------------------------------------------------------------------------------------------------------- */

/* What the mini-batch's size is multiplied with, and what a member takes while it trains, apart from its parameters. */
typedef struct {
    uint64_t stays;                         /* of a member, from the beginning of the call to its end */
    uint64_t parameters, results;           /* while it trains, and afterwards where they are kept; results: curve, log and diagnosis */
    uint64_t work, checkpoints, saving;     /* while it trains */
    uint64_t batch;                         /* of the work, what a mini-batch of one image would not take */
} member_need;

/* Where the backend blas lays out the factors of a product. The kernels of cpu do that on the stack. */
static uint64_t products(const backend *ops)
{
    enum { PACKED = 32 << 20 };
    return strcmp(ops->name, "blas") == 0 ? PACKED : 0;
}

/* The table of a run's curves as text, or of its log, of which there may be one and a half while it grows, and in the laboratory its rows
 * and pictures. */
static uint64_t saving_need(const strata_config *c)
{
    enum { LINE = 192, LOG_LINE = 96, ROW = 48, PICTURES = 8 << 20, LISTS = 1 << 17 };
    uint64_t curves = LINE * config_points(c), log = LOG_LINE * config_log_lines(c);
    return LISTS + 2 * (curves > log ? curves : log) + ROW * layer_points(c) + (c->diagnose ? PICTURES : 0);
}

static uint64_t diagnosis_need(const strata_config *c, const net_shape *s)
{
    int widest = 1;
    for (int l = 1; l <= s->k; l++) widest = s->width[l] > widest ? s->width[l] : widest;
    uint64_t confusion = diagnose_confusion(s->width[s->k]) * sizeof(long);
    if (!c->diagnose) return 0;
    return sizeof(diagnosis) + confusion + layer_points(c) * sizeof(strata_layer_point) + 3 * sizeof(double) * (uint64_t)widest;
}

static size_t net_need(const backend *ops, const net_shape *s)
{
    return sizeof(network) + alloc_aligned_bytes(net_bytes(ops, s));
}

static size_t work_need(const backend *ops, const net_shape *s, int n_max, net_use use)
{
    return sizeof(net_work) + alloc_aligned_bytes(net_work_bytes(ops, s, n_max, use));
}

static void count_member(const strata_config *c, bool checkpoints, member_need *out)
{
    const backend *ops = config_backend(c);
    net_shape s = config_shape(c);
    net_use use = further_use(c);
    size_t evaluate = work_need(ops, &s, c->diagnose ? DIAGNOSE_IMAGES : EVALUATE_CHUNK, NET_FORWARD_ONLY);
    sampler_settings sampling = fit_sampling(c);
    *out = (member_need){ .stays = sizeof(strata_run) + sizeof(strata_model) };
    uint64_t nets = 1 + (uint64_t)further_nets(c);
    out->parameters = nets * net_need(ops, &s) + sizeof(standardisation) + standardisation_bytes(&c->form, fit_standardisation(c));
    out->results = config_points(c) * sizeof(strata_point) + config_log_lines(c) * sizeof(strata_loss) + diagnosis_need(c, &s);
    out->work = work_need(ops, &s, (int)c->n_batch, use) + evaluate + sampler_bytes(&c->form, (int)c->n_train, &sampling) +
                sizeof(uint32_t) * (uint64_t)(c->eval_train > 0 ? c->n_train : 0) + products(ops) + ending_bytes(c);
    out->batch = net_work_bytes(ops, &s, (int)c->n_batch, use) - net_work_bytes(ops, &s, 1, use);
    if (checkpoints) out->checkpoints = alloc_aligned_bytes((size_t)need_checkpoint_file(c));
    out->saving = saving_need(c);
}

/* ---- a population -------------------------------------------------------------------------------------------------------------------- */

static uint64_t while_it_trains(const member_need *m, bool kept)
{
    return m->work + m->checkpoints + m->saving + (kept ? 0 : m->parameters + m->results);
}

static int largest_first(const void *a, const void *b)
{
    uint64_t x = while_it_trains(a, false), y = while_it_trains(b, false);
    return (x < y) - (x > y);
}

static uint64_t stack_of_a_thread(void)
{
    enum { ARENA = 64 << 20 }; /* addresses that malloc reserves for a thread of its own */
    return TEAM_STACK + ARENA;
}

/* The set itself, and what reading or drawing it takes beside; *taken: what there is of it already. */
static uint64_t data_need(const strata_data *data, uint64_t *taken)
{
    const strata_form *f = data != NULL ? &data->form : &config_first_form;
    uint64_t count = data != NULL ? (uint64_t)data->train_images + (uint64_t)data->test_images : (uint64_t)DATA_PER_FILE * DATA_FILES;
    uint64_t element = f->element == STRATA_FLOATS ? sizeof(float) : 1;
    uint64_t set = alloc_aligned_bytes(count * (uint64_t)f->features * element) + count * (sizeof(uint16_t) + sizeof(uint32_t));
    *taken = data != NULL ? set : 0;
    return set;
}

/* What standardises the inputs of a part, the numbers of a patch as large as the image with it, and what that takes while it is found. */
static uint64_t parts_need(const strata_data *data)
{
    const strata_form *form = data != NULL ? &data->form : &config_first_form;
    return standardisation_bytes(form, (standardisation_how){ 0 }) + (uint64_t)form->features * (2 * sizeof(float) + 24);
}

static void add_up(const member_need *list, size_t members, bool kept, need_sum *out)
{
    strata_need *all = &out->all;
    uint64_t batch = 0;
    for (size_t m = 0; m < members; m++) {
        bool trains = m < (size_t)all->at_once;
        all->other += list[m].stays;
        if (kept || trains) all->parameters += list[m].parameters;
        if (kept || trains) all->other += list[m].results;
        if (!trains) continue;
        all->other += list[m].saving;
        all->work += list[m].work;
        all->checkpoints += list[m].checkpoints;
        batch += list[m].batch;
    }
    all->memory = all->data + all->parameters + all->work + all->checkpoints + all->other;
    out->batch = batch > all->memory / 4;
}

static void count_disk(const strata_config *c, bool checkpoints, strata_need *all)
{
    uint64_t model = need_model_file(c), kept = checkpoints ? need_checkpoint_file(c) : 0;
    if (model > all->model_file) all->model_file = model;
    if (kept > all->checkpoint_file) all->checkpoint_file = kept;
    all->disk += model + 2 * kept; /* the newest and the one before it */
}

strata_status need_training(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                            need_sum *out)
{
    void *made;
    int threads = how->threads > 0 ? how->threads : cores_usable();
    bool checkpoints = how->checkpoints != NULL, kept = !how->forget;
    enum { BLOCKS = 4, EDGE = 2 << 20 }; /* large blocks of a member that trains, each of which lies at a multiple of this */
    *out = (need_sum){ .what = "the training" };
    TRY(alloc_zero(&made, members, sizeof(member_need), "what a training needs"));
    member_need *list = made;
    out->all.at_once = members < (size_t)threads ? (int)members : threads;
    for (size_t m = 0; m < members; m++) {
        strata_config resolved = fit_resolved(configs[m], data);
        count_member(&resolved, checkpoints, &list[m]);
        count_disk(&resolved, checkpoints, &out->all);
    }
    out->all.disk += (uint64_t)out->all.at_once * out->all.checkpoint_file; /* one that is being written */
    qsort(list, members, sizeof *list, largest_first);
    out->all.data = data_need(data, &out->taken);
    out->all.other = sizeof(split) + parts_need(data) + members * (sizeof(member_need) + 4 * sizeof(void *));
    add_up(list, members, kept, out);
    out->reserved = (uint64_t)(out->all.at_once * BLOCKS + 1) * EDGE + (uint64_t)(threads - 1) * stack_of_a_thread();
    free(made);
    return STRATA_OK;
}

/* ---- the gradient check -------------------------------------------------------------------------------------------------------------- */

void need_gradcheck(const strata_config *config, const strata_gradcheck_options *o, need_sum *out)
{
    enum { TABLES = 1 << 16 }; /* of what is found */
    net_shape s = config_shape_of(config, o->inputs);
    const sampler_settings how = fit_sampling(config);
    uint64_t elements = net_elements(&s, NET_EVERY_ROLE), hidden = 0, largest = 0;
    int threads = o->threads > 0 ? o->threads : cores_usable();
    for (int l = 1; l <= s.k; l++) {
        uint64_t count = (uint64_t)s.layer[l].units * (uint64_t)s.layer[l].inputs;
        if (count > largest) largest = count;
        if (l < s.k || s.loss == NET_HINGE) hidden += (uint64_t)s.width[l] * (uint64_t)o->images;
    }
    const backend *other = o->method == STRATA_AGAINST_REF64 ? mat_backend_named(o->backend) : NULL;
    size_t real = net_need(&mat_ref64, &s), imaginary = net_need(&mat_refc64, &s);
    size_t both = work_need(&mat_ref64, &s, o->images, NET_FORWARD_ONLY) + work_need(&mat_refc64, &s, o->images, NET_FORWARD_ONLY);
    uint64_t backward = work_need(&mat_ref64, &s, o->images, NET_WITH_GRADIENTS) + sizeof(double) * hidden;
    uint64_t spread = backward + real + 2 * sizeof(double) * elements; /* gradients twice more, of a net that is shaken */
    uint64_t compared = other != NULL ? net_need(other, &s) + work_need(other, &s, o->images, NET_WITH_GRADIENTS) : 0;
    if (compared > spread) spread = compared;
    uint64_t entries = o->sample > 0 && (uint64_t)o->sample < largest ? (uint64_t)o->sample : largest;
    uint64_t check = entries * (sizeof(double) + sizeof(int)) + (uint64_t)threads * (real + imaginary + both + 10 * hidden);
    *out = (need_sum){ .what = "the gradient check" };
    out->all.at_once = threads;
    out->all.parameters = real;
    out->all.work = 2 * sizeof(double) * elements + (spread > check ? spread : check);
    out->all.other = TABLES + sizeof(split) + standardisation_bytes(&config->form, fit_standardisation(config)) +
                     sizeof(uint32_t) * (uint64_t)config->n_train +
                     (augment_any(&how.augment) ? augment_room_bytes(&config->form, o->images) : 0);
    out->all.memory = out->all.parameters + out->all.work + out->all.other;
    out->reserved = (uint64_t)(threads - 1) * stack_of_a_thread();
}

/* ---- is there so much? --------------------------------------------------------------------------------------------------------------- */

/* Whose limit it is, in words. */
static void name_limit(const memory_left *there, memory_limit which, char *out, size_t size)
{
    char limit[MEMORY_TEXT];
    memory_say(there->limit[which], limit);
    switch (which) {
    case MEMORY_OF_MACHINE: (void)snprintf(out, size, "the machine has %s, and others use the rest", limit); break;
    case MEMORY_OF_GROUP: (void)snprintf(out, size, "the control group %.160s may have %s", there->group, limit); break;
    case MEMORY_OF_ADDRESSES: (void)snprintf(out, size, "ulimit -v is %s", limit); break;
    default: (void)snprintf(out, size, "ulimit -d is %s", limit); break;
    }
}

/* What the program takes for itself meanwhile: texts, tables of the store, buffers of the C library. */
static const uint64_t for_itself = (uint64_t)16 << 20;

void need_compare(const memory_left *there, need_sum *need)
{
    strata_need *all = &need->all;
    all->left = MEMORY_UNLIMITED;
    all->limit[0] = '\0';
    for (int q = 0; q < MEMORY_LIMITS; q++) {
        uint64_t aside = for_itself + (q >= MEMORY_OF_ADDRESSES ? need->reserved : 0);
        if (there->left[q] == MEMORY_UNLIMITED) continue;
        uint64_t left = (there->left[q] > aside ? there->left[q] - aside : 0) + need->taken;
        if (left >= all->left) continue;
        all->left = left;
        name_limit(there, (memory_limit)q, all->limit, sizeof all->limit);
    }
    all->fits = all->memory <= all->left;
}

strata_status need_refuse(const need_sum *need)
{
    const strata_need *all = &need->all;
    char needed[MEMORY_TEXT], left[MEMORY_TEXT], fewer[96] = "";
    if (all->fits) return STRATA_OK;
    memory_say(all->memory, needed);
    memory_say(all->left, left);
    if (all->at_once > 1) (void)snprintf(fewer, sizeof fewer, ", or fewer threads (%d work at once)", all->at_once);
    return status_fail(STRATA_ERR_MEMORY, "%s needs %s of memory, and there are %s for it: %s; use fewer units%s%s", need->what, needed,
                       left, all->limit, need->batch ? ", a smaller n_batch" : "", fewer);
}

strata_status need_most_at_once(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                                int *most, need_sum *need)
{
    memory_left there;
    strata_training less = *how;
    memory_look(&there);
    less.threads = how->threads > 0 ? how->threads : cores_usable();
    for (;; less.threads--) {
        TRY(need_training(members, configs, data, &less, need));
        need_compare(&there, need);
        if (need->all.fits || need->all.at_once == 1) break;
        less.threads = need->all.at_once; /* more threads than members need not be tried one by one */
    }
    *most = need->all.fits ? less.threads : 0;
    return STRATA_OK;
}

strata_status strata_config_check(const strata_config *c)
{
    REQUIRE(c != NULL);
    TRY(config_check_settings(c));
    return need_check_files(c);
}

strata_status strata_config_size(const strata_config *config, strata_run_size *out)
{
    REQUIRE(config != NULL && out != NULL);
    strata_config resolved = *config;
    TRY(strata_config_check(&resolved));
    config_resolve(&resolved);
    net_shape s = config_shape(&resolved);
    strata_run_size size = { .updates = config_updates(&resolved), .parameters = net_elements(&s, NET_PARAMETER) };
    GIVE_SIZED(strata_run_size, out, &size);
    return STRATA_OK;
}

strata_status strata_training_need(size_t members, const strata_config *const *configs, const strata_data *data, const strata_training *how,
                                   strata_need *out)
{
    need_sum need;
    memory_left there;
    strata_training wanted;
    REQUIRE(members >= 1 && configs != NULL && how != NULL && out != NULL);
    TAKE_SIZED(strata_training, how, &wanted);
    REQUIRE(wanted.threads >= 0 && wanted.threads <= STRATA_THREADS_MAX);
    for (size_t m = 0; m < members; m++) {
        strata_config fitted = fit_to(configs[m], data);
        TRY(strata_config_check(&fitted));
    }
    TRY(need_training(members, configs, data, &wanted, &need));
    memory_look(&there);
    need_compare(&there, &need);
    GIVE_SIZED(strata_need, out, &need.all);
    return need_refuse(&need);
}
