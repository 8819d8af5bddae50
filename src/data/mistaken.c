/* Tells by names and first bytes what lies where the six binary files should. It only explains: nothing here decides what is read. */
#include "mistaken.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset.h"
#include "text.h"

#define FETCH "fetch it: mkdir -p data && curl -L https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz | tar xz -C data"
#define OTHER(what) what "; Strata reads the binary version, " FETCH

enum { PATH = 4200, HEAD = 64 };

/* ---- first bytes --------------------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *bytes, *what;
} heads[] = {
    { "\x1f\x8b", "an archive (gzip)" },
    { "PK\x03\x04", "an archive (zip)" },
    { "<!", "a web page: its download did not give the data" },
    { "<h", "a web page: its download did not give the data" },
    { "<H", "a web page: its download did not give the data" },
    { "version https://git-lfs", "a pointer of Git LFS: git lfs pull fetches the file" },
    { "\x80\x02", "of the Python version of CIFAR-10" },
    { "MATLAB", "of the Matlab version of CIFAR-10" },
};

/* What the file's first bytes say it is; NULL: nothing, or it is no regular file. */
static const char *kind_of(const char *path)
{
    char head[HEAD + 1] = { 0 };
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got = fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode) ? read(fd, head, HEAD) : 0;
    if (fd >= 0) close(fd);
    if (got <= 0) return NULL;
    const char *start = head + strspn(head, " \t\r\n");
    for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
        if (strncmp(start, heads[h].bytes, strlen(heads[h].bytes)) == 0) return heads[h].what;
    }
    return NULL;
}

/* ---- names --------------------------------------------------------------------------------------------------------------------------- */

/* What is seen in a folder, the most telling first. */
static const struct {
    const char *name, *words;
} signs[] = {
    { "data_batch_1.mat", OTHER("this is the Matlab version of CIFAR-10") },
    { "data_batch_1", OTHER("this is the Python version of CIFAR-10") },
    { "fine_label_names.txt", OTHER("this is CIFAR-100, which has other classes") },
    { "meta", OTHER("this looks like CIFAR-100, which has other classes") },
    { "data/cifar-10-batches-bin", "the files are further down: name data/cifar-10-batches-bin in it" },
    { "cifar-10-binary.tar.gz", "the archive is there, packed: tar xzf cifar-10-binary.tar.gz in it, then name it again" },
    { "../cifar-10-batches-bin/data_batch_1.bin", "the files are beside it: name ../cifar-10-batches-bin from there" },
    { "../data_batch_1.bin", "the files are one folder above: name that" },
    { "cifar-10-batches-py", OTHER("the Python version of CIFAR-10 is in it") },
    { "cifar-10-batches-mat", OTHER("the Matlab version of CIFAR-10 is in it") },
    { "cifar-10-python.tar.gz", OTHER("the Python version of CIFAR-10 is in it, packed") },
    { "cifar-100-binary", OTHER("CIFAR-100 is in it, which has other classes") },
    { "cifar-100-python", OTHER("CIFAR-100 is in it, which has other classes") },
};

static bool is_there(const char *folder, const char *name)
{
    char path[PATH];
    struct stat s;
    return (size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path && stat(path, &s) == 0;
}

static int files_there(const char *folder)
{
    int count = 0;
    for (int f = 0; f < DATA_FILES; f++) count += is_there(folder, data_file_names[f]);
    return count;
}

/* ---- the explanation ----------------------------------------------------------------------------------------------------------------- */

/* The folder is a file. */
static void explain_file(const char *path, text *out)
{
    const char *kind = kind_of(path);
    size_t length = strlen(path);
    if (kind != NULL && strncmp(kind, "an archive", 10) == 0) {
        text_add(out, "this is %s: unpack it (tar xzf FILE -C data) and name the folder, data/cifar-10-batches-bin", kind);
    } else if (kind != NULL) {
        text_add(out, "this is %s", kind);
    } else {
        text_add(out, "this is a file: name the folder %s", length > 4 && strcmp(path + length - 4, ".bin") == 0
                                                                 ? "that it is in" : "with data_batch_1.bin ... test_batch.bin");
    }
}

/* Some of the six files are there. */
static void explain_some(const char *folder, int there, text *out)
{
    char path[PATH];
    for (int f = 0; f < DATA_FILES; f++) {
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, data_file_names[f]) >= sizeof path) continue;
        const char *kind = kind_of(path);
        if (kind == NULL) continue;
        text_add(out, "%s is %s", data_file_names[f], kind);
        return;
    }
    if (there < DATA_FILES) text_add(out, "%d of the six files are there; " FETCH, there);
}

static void explain(const char *folder, text *out)
{
    struct stat s;
    if (stat(folder, &s) != 0) {
        text_add(out, "there is no folder %s", folder);
        return;
    }
    if (!S_ISDIR(s.st_mode)) {
        explain_file(folder, out);
        return;
    }
    int there = files_there(folder);
    if (there > 0) {
        explain_some(folder, there, out);
        return;
    }
    for (size_t q = 0; q < sizeof signs / sizeof *signs; q++) {
        if (!is_there(folder, signs[q].name)) continue;
        text_add(out, "%s", signs[q].words);
        return;
    }
    text_add(out, "none of the six files is there; " FETCH);
}

strata_status data_explain(strata_status status, const char *folder)
{
    char sentence[STATUS_SENTENCE];
    text words = { 0 };
    if (status != STRATA_ERR_DATA) return status;
    status_sentence_save(sentence);
    explain(folder, &words);
    if (words.length > 0 && !words.failed) (void)status_fail(status, "%.500s; %s", sentence, words.at);
    text_free(&words);
    return status;
}
