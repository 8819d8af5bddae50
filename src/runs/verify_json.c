/* What runs_verify finds, as a document (docs/outputs.md). */
#include "verify.h"

typedef struct {
    json_value *list, *run, *files;
} collector;

static void begin(void *self, const char *folder, const char *id, const char *kind)
{
    collector *c = self;
    c->run = json_new_object();
    c->files = json_new_list();
    json_put_text(c->run, "folder", folder);
    json_put_text(c->run, "id", id);
    json_put_text(c->run, "kind", kind);
}

static void add_file(void *self, const char *path, const char *word, const char *why)
{
    const collector *c = self;
    json_value *file = json_new_object();
    json_put_text(file, "path", path);
    json_put_text(file, "state", word);
    json_put_text(file, "why", why);
    json_append(c->files, file);
}

static void end(void *self, bool passed)
{
    collector *c = self;
    json_put_bool(c->run, "passed", passed);
    json_put(c->run, "files", c->files);
    json_append(c->list, c->run);
    c->run = c->files = NULL;
}

strata_status runs_verify_json(const char *folder, json_value **document, runs_verified *out)
{
    collector c = { .list = json_new_list() };
    const runs_verify_watch watch = { &c, begin, add_file, end };
    strata_status status = runs_verify(folder, &watch, out);
    if (status != STRATA_OK) {
        json_free(c.list);
        json_free(c.run);
        json_free(c.files);
        return status;
    }
    json_value *root = json_new_object();
    json_put_bool(root, "passed", out->wrong_files == 0);
    json_put_int(root, "files", out->files);
    json_put_int(root, "wrong", out->wrong_files);
    json_put_int(root, "extra", out->extras);
    json_put(root, "runs", c.list);
    *document = root;
    return STRATA_OK;
}
