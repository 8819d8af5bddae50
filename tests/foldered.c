/* See foldered.h. */
#include "foldered.h"

#include <string.h>

#include "file.h"
#include "run_files.h"
#include "verify.h"

const char *const foldered_files[FOLDERED_FILES] = { "curves.csv", "model.safetensors", "run.json" };

store *foldered_store(const char *dir)
{
    char name[PATH];
    CHECK_OK(file_make_folder(in_folder(dir)));
    (void)snprintf(name, sizeof name, "%s/runs.sqlite", dir);
    return opened(name);
}

const char *foldered_path(const char *dir, const char *id, const char *name)
{
    static char path[4096];
    (void)snprintf(path, sizeof path, "%s/runs/%s/%s", in_folder(dir), id, name);
    return path;
}

static void put_record(const char *dir, const char *id)
{
    char digest[65];
    size_t size;
    json_value *record = json_new_object(), *listed = json_new_object();
    for (int f = 0; f < FOLDERED_FILES - 1; f++) {
        CHECK_OK(file_write(foldered_path(dir, id, foldered_files[f]), id, strlen(id)));
        CHECK_OK(file_digest(foldered_path(dir, id, foldered_files[f]), &size, digest));
        run_files_put(listed, foldered_files[f], (int64_t)size, digest);
    }
    json_put_text(record, "id", id);
    json_put(record, "files", listed);
    CHECK_OK(run_files_save(record, foldered_path(dir, id, foldered_files[FOLDERED_FILES - 1])));
}

void foldered_put(store *s, const char *dir, const store_run *run)
{
    char digest[FOLDERED_FILES][65], path[FOLDERED_FILES][96];
    store_artifact files[FOLDERED_FILES];
    store_run whole = *run;
    CHECK_OK(file_make_folder(foldered_path(dir, run->id, ".")));
    put_record(dir, run->id);
    for (int f = 0; f < FOLDERED_FILES; f++) {
        size_t size;
        (void)snprintf(path[f], sizeof path[f], "runs/%s/%s", run->id, foldered_files[f]);
        CHECK_OK(file_digest(foldered_path(dir, run->id, foldered_files[f]), &size, digest[f]));
        files[f] = (store_artifact){ path[f], (int64_t)size, digest[f] };
    }
    whole.artifact = files;
    whole.artifact_count = FOLDERED_FILES;
    CHECK_OK(store_put_run(s, &whole));
}

static void ignore_run(void *self, const char *folder, const char *id, const char *kind)
{
    (void)self, (void)folder, (void)id, (void)kind;
}

static void ignore_file(void *self, const char *path, const char *word, const char *why)
{
    (void)self, (void)path, (void)word, (void)why;
}

static void ignore_end(void *self, bool passed)
{
    (void)self, (void)passed;
}

void assert_verified(const char *dir)
{
    runs_verified found;
    CHECK_OK(runs_verify(in_folder(dir), &(runs_verify_watch){ NULL, ignore_run, ignore_file, ignore_end }, &found));
    assert_int_equal(found.wrong_files, 0);
}
