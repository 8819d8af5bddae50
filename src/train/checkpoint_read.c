/* See checkpoint.h. Nothing here knows of files: bytes become a checkpoint, and a checkpoint the state of a run. */
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "checkpoint_bytes.h"
#include "fit.h"
#include "run_numbers.h"

/* ---- the first part ------------------------------------------------------------------------------------------------------------------ */

static strata_status no_checkpoint(const char *why)
{
    return status_fail(STRATA_ERR_DATA, "is no whole checkpoint: %s", why);
}

/* The value of the line "key = value" at *at, which moves behind it. The text ends with a zero byte. */
static strata_status take_line(const char **at, const char *key, char out[CHECKPOINT_WORD])
{
    size_t length = strlen(key);
    const char *end = strchr(*at, '\n');
    if (strncmp(*at, key, length) != 0 || strncmp(*at + length, " = ", 3) != 0 || end == NULL) return no_checkpoint("a line is missing");
    const char *value = *at + length + 3;
    if (value > end || end - value >= CHECKPOINT_WORD) return no_checkpoint("a line is too long");
    memcpy(out, value, (size_t)(end - value));
    out[end - value] = '\0';
    *at = end + 1;
    return STRATA_OK;
}

/* Files of numerics 1 do not say so: those of strata 0.1.0 had no such line. */
static strata_status read_numerics(const char **words, int64_t *out)
{
    char value[CHECKPOINT_WORD];
    *out = 1;
    if (strncmp(*words, CHECKPOINT_NUMERICS, sizeof CHECKPOINT_NUMERICS - 1) != 0) return STRATA_OK;
    TRY(take_line(words, "numerics", value));
    return text_to_int64(value, out) && *out > 1 ? STRATA_OK : no_checkpoint("its numerics are no number above 1");
}

/* Files of CIFAR-10's form do not say so: they are older than other forms. */
static strata_status read_form(const char **words, strata_form *out)
{
    char value[CHECKPOINT_WORD];
    if (strncmp(*words, CHECKPOINT_FORM, sizeof CHECKPOINT_FORM - 1) != 0) return STRATA_OK;
    TRY(take_line(words, "form", value));
    return fit_parse_form(value, out) ? STRATA_OK : no_checkpoint("its form is no form of data");
}

/* The first part as text: whose it is, and the settings. */
static strata_status read_words(const char *words, checkpoint *out)
{
    char id[RUN_ID];
    char *const values[] = { out->id, out->version, out->build, out->backend, out->kernels, out->data, out->kind };
    static const char *const keys[] = { "id", "version", "build", "backend", "kernels", "data", "kind" };
    strata_config *config;
    for (size_t q = 0; q < sizeof keys / sizeof *keys; q++) TRY(take_line(&words, keys[q], values[q]));
    out->owner[0] = '\0';
    if (strncmp(words, CHECKPOINT_OWNER, sizeof CHECKPOINT_OWNER - 1) == 0) TRY(take_line(&words, "owner", out->owner));
    TRY(read_numerics(&words, &out->numerics));
    TRY(strata_config_new(&config));
    strata_status status = read_form(&words, &config->form);
    if (status == STRATA_OK) status = config_read(config, words);
    out->config = *config;
    strata_config_free(config);
    TRY(status);
    (void)snprintf(out->config.backend, CONFIG_WORD, "%.*s", CONFIG_WORD - 1, out->backend); /* also one that is missing here */
    TRY(run_make_id(&out->config, out->data, out->numerics, id));
    return strcmp(id, out->id) == 0 ? STRATA_OK : no_checkpoint("its id is not that of its settings");
}

/* *end: where the first part ends. */
static strata_status read_head(const uint8_t *bytes, size_t size, checkpoint *out, const uint8_t **end)
{
    enum { HEAD_LIMIT = 1 << 16 };
    void *copy;
    size_t left = size < HEAD_LIMIT ? size : HEAD_LIMIT, length = 0;
    while (length + 1 < left && !(bytes[length] == '\n' && bytes[length + 1] == '\n')) length++;
    if (length + 1 >= left) return no_checkpoint("its first part has no end");
    if (memchr(bytes, '\0', length) != NULL) return no_checkpoint("its first part is no text");
    TRY(alloc_zero(&copy, length + 2, 1, "reading a checkpoint"));
    memcpy(copy, bytes, length + 1);
    strata_status status = read_words(copy, out);
    free(copy);
    *end = bytes + length + 2;
    return status;
}

/* ---- the numbers --------------------------------------------------------------------------------------------------------------------- */

static strata_status check_lists(const checkpoint *c)
{
    const char *fault = run_numbers_point_fault(c->point, c->points, c->update);
    if (fault == NULL) fault = run_numbers_layer_fault(c->layer_point, c->layer_points, &c->config, c->update);
    return fault == NULL ? STRATA_OK : no_checkpoint(fault);
}

/* The five fields; counts that the run could not have are refused. */
static strata_status read_fields(const uint8_t *at, checkpoint *c)
{
    int64_t update = whole_at(at), started = whole_at(at + FIELD), points = whole_at(at + 3 * FIELD), layers = whole_at(at + 4 * FIELD);
    size_t measured = c->config.diagnose ? diagnose_per_point(config_layers(&c->config)) : 0;
    c->seconds = real_at(at + 2 * FIELD);
    if (update < 0 || update > config_updates(&c->config)) return no_checkpoint("its update is outside the run");
    if (started != 0 && started != 1) return no_checkpoint("started is neither 0 nor 1");
    if (!(c->seconds >= 0 && c->seconds < 1e15)) return no_checkpoint("its seconds are no time");
    if (update == 0 && (points != 0 || layers != 0 || started != 0)) return no_checkpoint("it is more than the start that it says it is");
    int64_t least = update > 0 && c->config.evals > 0; /* the point before the first update */
    if (points < least || (size_t)points > config_points(&c->config)) return no_checkpoint("its curves have more points than the run");
    if (layers < 0 || (size_t)layers != (size_t)points * measured) return no_checkpoint("its measurements do not fit its curves");
    c->update = (long)update;
    c->started = started == 1;
    c->points = (size_t)points;
    c->layer_points = (size_t)layers;
    return STRATA_OK;
}

/* The log at *at, which moves behind it: where it begins decides how many lines it has. */
static strata_status read_log(const uint8_t **at, size_t *left, checkpoint *c)
{
    long every = (long)c->config.log_every;
    c->lines = 0;
    c->log_after = 0;
    c->log_sum = 0;
    c->line = *at;
    if (every == 0 || c->update == 0) return STRATA_OK;
    if (*left < LOG) return no_checkpoint("it ends too early");
    int64_t after = whole_at(*at);
    if (after < 0 || after > c->update) return no_checkpoint("its log begins outside the run");
    c->log_after = (long)after;
    c->log_sum = real_at(*at + FIELD);
    c->lines = losses_lines(every, c->log_after, c->update);
    size_t size = (size_t)checkpoint_log_bytes(&c->config, c->lines);
    if (size > *left) return no_checkpoint("it ends too early");
    c->line = *at + LOG;
    *at += size;
    *left -= size;
    return STRATA_OK;
}

/* What is to be known of the further nets, at *at, which moves behind it. */
static strata_status read_facts(const uint8_t **at, size_t *left, checkpoint *c)
{
    const uint8_t *from = *at;
    size_t size = checkpoint_facts_bytes(&c->config);
    further_facts *f = &c->beside;
    *f = (further_facts){ .best_update = -1 };
    if (size == 0 || c->update == 0) return STRATA_OK;
    if (*left < size) return no_checkpoint("it ends too early");
    int64_t averaged = whole_at(from), best = whole_at(from + FIELD), since = whole_at(from + 3 * FIELD), ends = whole_at(from + 4 * FIELD);
    f->best_accuracy = real_at(from + 2 * FIELD);
    if (averaged < 0 || averaged > c->update) return no_checkpoint("its average is of more nets than there were");
    if (best < -1 || best > c->update) return no_checkpoint("its best point is outside the run");
    if (!(f->best_accuracy >= 0 && f->best_accuracy <= 1)) return no_checkpoint("its best accuracy is none");
    if (since < 0 || (size_t)since > c->points) return no_checkpoint("more points than there are came after its best");
    if (ends < 0 || ends > further_ends(&c->config)) return no_checkpoint("it has more ends of cycles than the run");
    f->averaged = (long)averaged;
    f->best_update = (long)best;
    f->since_best = (long)since;
    f->cycle_ends = (long)ends;
    *at += size;
    *left -= size;
    return STRATA_OK;
}

/* Everything behind the first part must be there to the byte. */
static strata_status read_numbers(const uint8_t *at, size_t left, checkpoint *c)
{
    net_shape shape = config_shape(&c->config);
    if (left < FIELDS * FIELD) return no_checkpoint("it ends too early");
    TRY(read_fields(at, c));
    left -= FIELDS * FIELD;
    if (c->points > left / POINT || c->layer_points > left / LAYER_POINT) return no_checkpoint("it ends too early");
    c->point = at + FIELDS * FIELD;
    c->layer_point = c->point + c->points * POINT;
    size_t lists = c->points * POINT + c->layer_points * LAYER_POINT;
    if (lists > left) return no_checkpoint("it ends too early");
    left -= lists;
    c->tensors = c->point + lists;
    TRY(check_lists(c));
    TRY(read_log(&c->tensors, &left, c));
    TRY(read_facts(&c->tensors, &left, c));
    c->elements = c->element = 0;
    if (c->update == 0) return left == 0 ? STRATA_OK : no_checkpoint("it is more than the start that it says it is");
    c->elements = net_elements(&shape, NET_EVERY_ROLE) + further_elements(&c->config, &shape, c->beside.cycle_ends);
    c->element = left / c->elements;
    if (c->element * c->elements != left || (c->element != sizeof(float) && c->element != sizeof(double))) {
        return no_checkpoint("its tensors do not fit its settings");
    }
    return STRATA_OK;
}

strata_status checkpoint_read(const uint8_t *bytes, size_t size, checkpoint *out)
{
    char digest[DIGEST_TEXT];
    const uint8_t *end = bytes;
    if (size < SIGNED || memcmp(bytes, CHECKPOINT_FIRST_LINE, FIRST) != 0) return no_checkpoint("it does not begin as one");
    TRY(digest_sha256(bytes + SIGNED, size - SIGNED, digest));
    bool signed_so = memcmp(bytes + FIRST, digest, DIGITS) == 0 && bytes[SIGNED - 1] == '\n';
    if (!signed_so) return no_checkpoint("its digest is not that of its bytes");
    TRY(read_head(bytes + SIGNED, size - SIGNED, out, &end));
    return read_numbers(end, (size_t)(bytes + size - end), out);
}

/* ---- going on ------------------------------------------------------------------------------------------------------------------------ */

/* Lines of another length would say nothing beside these: a log that is to be another one begins here. */
static void restore_log(const checkpoint *c, strata_run *run)
{
    losses *log = &run->log;
    bool same = log->every == c->config.log_every;
    if (log->every == 0) return;
    losses_begin(log, same ? c->log_after : c->update);
    if (!same) return;
    for (size_t q = 0; q < c->lines; q++) losses_put(log, real_at(c->line + q * LINE));
    losses_go_on(log, c->update, c->log_sum);
}

void checkpoint_restore(const checkpoint *c, strata_run *run)
{
    network *net = run->model->net, *other;
    unsigned roles;
    if (c->update == 0) return;
    run_numbers_get_points(c->point, c->points, run);
    run_numbers_get_layers(c->layer_point, c->layer_points, run);
    restore_log(c, run);
    const uint8_t *at = run_numbers_get_net(c->tensors, c->element, net, NET_EVERY_ROLE);
    net->started = c->started;
    run->beside.facts = c->beside;
    for (long q = 0; (other = further_at(&run->beside, q, &roles)) != NULL; q++) {
        at = run_numbers_get_net(at, c->element, other, roles);
        other->started = roles == NET_EVERY_ROLE; /* it has running averages as soon as it has anything */
    }
    run->facts.updates = c->update;
    run->facts.seconds = c->seconds;
}
