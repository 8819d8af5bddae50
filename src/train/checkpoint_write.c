/* See checkpoint.h. Nothing here knows of files: a run becomes bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "checkpoint_bytes.h"
#include "fit.h"
#include "run_numbers.h"

/* A value may hold anything but the end of its line. */
static void add_line(text *head, const char *key, const char *value)
{
    text_add(head, "%s = %.*s\n", key, (int)strcspn(value, "\n"), value);
}

static strata_status describe_head(const strata_run *run, const char *owner, text *head)
{
    char build[CHECKPOINT_WORD], kernels[CHECKPOINT_WORD];
    strata_machine_facts machine = { .size = sizeof machine };
    (void)strata_machine(&machine);
    checkpoint_name_build(&machine, build);
    (void)snprintf(kernels, sizeof kernels, "%s", checkpoint_kernels(run->config.backend, &machine));
    text_add(head, "%s%*s\n", CHECKPOINT_FIRST_LINE, DIGITS, "");
    add_line(head, "id", run->id);
    add_line(head, "version", STRATA_VERSION);
    add_line(head, "build", build);
    add_line(head, "backend", run->config.backend);
    add_line(head, "kernels", kernels);
    add_line(head, "data", run->data_digest);
    add_line(head, "kind", run->facts.data_kind);
    if (owner != NULL) add_line(head, "owner", owner);
    if (NUMERICS != 1) text_add(head, "%s%d\n", CHECKPOINT_NUMERICS, (int)NUMERICS);
    char form[FIT_FORM];
    fit_say_form(&run->config.form, form);
    if (!data_same_form(&run->config.form, &data_cifar10_form)) text_add(head, "%s%s\n", CHECKPOINT_FORM, form);
    config_describe(&run->config, head);
    text_add(head, "\n");
    return head->failed ? status_fail(STRATA_ERR_MEMORY, "no memory for the checkpoints of a run") : STRATA_OK;
}

static strata_status take_room(const strata_run *run, const text *head, checkpoint_room *room)
{
    void *bytes;
    const network *net = run->model->net;
    room->head = head->length;
    size_t elements = net_elements(&net->shape, NET_EVERY_ROLE) + further_elements(&run->config, &net->shape, run->beside.room);
    room->capacity = head->length + FIELDS * FIELD + run->room * POINT + elements * net->ops->element;
    room->capacity += checkpoint_facts_bytes(&run->config);
    if (run->diagnosis != NULL) room->capacity += run->diagnosis->room * LAYER_POINT;
    room->capacity += (size_t)checkpoint_log_bytes(&run->config, run->log.room);
    TRY(alloc_aligned(&bytes, room->capacity, 1, "the checkpoints of a run"));
    room->bytes = bytes;
    memcpy(bytes, head->at, head->length);
    return STRATA_OK;
}

strata_status checkpoint_room_create(const strata_run *run, const char *owner, checkpoint_room **out)
{
    void *made;
    text head = { 0 };
    *out = NULL;
    TRY(alloc_zero(&made, 1, sizeof **out, "the checkpoints of a run"));
    strata_status status = describe_head(run, owner, &head);
    if (status == STRATA_OK) status = take_room(run, &head, made);
    text_free(&head);
    if (status == STRATA_OK) *out = made;
    else checkpoint_room_free(made);
    return status;
}

void checkpoint_room_free(checkpoint_room *room)
{
    if (room == NULL) return;
    free(room->bytes);
    free(room);
}

static uint8_t *put_log(uint8_t *at, const losses *log)
{
    if (log->every == 0) return at;
    at = put_real(put_whole(at, log->after), log->sum);
    for (size_t q = 0; q < log->lines; q++) at = put_real(at, log->line[q].loss);
    return at;
}

static uint8_t *put_facts(uint8_t *at, const strata_run *run)
{
    const further_facts *f = &run->beside.facts;
    if (!further_has_facts(&run->config)) return at;
    at = put_real(put_whole(put_whole(at, f->averaged), f->best_update), f->best_accuracy);
    return put_whole(put_whole(at, f->since_best), f->cycle_ends);
}

/* The bytes end at `end`: the digest of those that it signs. */
static strata_status sign(checkpoint_room *room, const uint8_t *end, size_t *size)
{
    char digest[DIGEST_TEXT];
    *size = (size_t)(end - room->bytes);
    TRY(digest_sha256(room->bytes + SIGNED, *size - SIGNED, digest));
    memcpy(room->bytes + FIRST, digest, DIGITS);
    return STRATA_OK;
}

strata_status checkpoint_write_start(checkpoint_room *room, size_t *size)
{
    uint8_t *at = room->bytes + room->head;
    for (int q = 0; q < FIELDS; q++) at = put_whole(at, 0);
    return sign(room, at, size);
}

strata_status checkpoint_write(checkpoint_room *room, const strata_run *run, double seconds, size_t *size)
{
    const network *net = run->model->net, *other;
    unsigned roles;
    uint8_t *at = room->bytes + room->head;
    at = put_whole(put_whole(at, run->facts.updates), net->started ? 1 : 0);
    at = put_real(at, seconds);
    at = put_whole(at, (int64_t)run->points);
    at = put_whole(at, run->diagnosis != NULL ? (int64_t)run->diagnosis->points : 0);
    at = put_facts(put_log(run_numbers_put_layers(run_numbers_put_points(at, run), run), &run->log), run);
    at = run_numbers_put_net(at, net, NET_EVERY_ROLE);
    for (long q = 0; (other = further_at(&run->beside, q, &roles)) != NULL; q++) at = run_numbers_put_net(at, other, roles);
    return sign(room, at, size);
}
