/* Tells by names and first bytes what lies where the six binary files should. It only explains: nothing here decides what is read. */
#include "mistaken.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset.h"
#include "text.h"

#define FETCH "fetch it: mkdir -p data && curl -L https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz | tar xz -C data"
#define OTHER(what) what NEVER
#define NEVER "; Strata reads the binary version, " FETCH
#define UNPACK ": unpack it (tar xzf FILE -C data) and name the folder, data/cifar-10-batches-bin"
#define PICKLES "the Python version of CIFAR-10 (pickles, which Strata never reads)"
#define PICKLE "a Python pickle, as in the Python version of CIFAR-10, which Strata never reads"

enum { PATH = 4200, HEAD = 512 };

/* ---- first bytes --------------------------------------------------------------------------------------------------------------------- */

/* A file by its first bytes: what it is, and what to do where it lies in the place of the folder. */
typedef struct {
    int at, length; /* where the bytes are, and how many */
    const char *bytes, *what, *next;
} form;

static const form forms[] = {
    { 0, 2, "\x1f\x8b", "an archive (gzip)", UNPACK },
    { 257, 5, "ustar", "an archive (tar)", UNPACK },
    { 0, 4, "PK\x03\x04", "an archive (zip)", UNPACK },
    { 0, 2, "<!", "a web page: its download did not give the data", "" },
    { 0, 2, "<h", "a web page: its download did not give the data", "" },
    { 0, 2, "<H", "a web page: its download did not give the data", "" },
    { 0, 23, "version https://git-lfs", "a pointer of Git LFS: git lfs pull fetches the file", "" },
    { 0, 2, "\x80\x02", PICKLE, NEVER },
    { 0, 2, "\x80\x03", PICKLE, NEVER },
    { 0, 2, "\x80\x04", PICKLE, NEVER },
    { 0, 2, "\x80\x05", PICKLE, NEVER },
    { 0, 6, "MATLAB", "of the Matlab version of CIFAR-10 (MAT)", NEVER },
    { 0, 4, "\x89HDF", "an HDF5 file", NEVER },
    { 0, 6, "\x93NUMPY", "a NumPy array (npy)", NEVER },
    { 0, 4, "PAR1", "a Parquet file", NEVER },
    { 0, 4, "\x89PNG", "a PNG picture", NEVER },
    { 0, 3, "\xff\xd8\xff", "a JPEG picture", NEVER },
    { 0, 3, "\0\0\x08", "an IDX file, as MNIST has them", NEVER },
};
static const form python_packed = { 0, 0, NULL, "an archive of " PICKLES, NEVER };
static const form matlab_packed = { 0, 0, NULL, "an archive of the Matlab version of CIFAR-10", NEVER };
static const form arrays_packed = { 0, 0, NULL, "an archive of NumPy arrays (npz)", NEVER };

/* An archive names what it holds at its beginning: gzip the file that it was made of, tar and zip their first member. */
static const form *packed(const form *archive, const char *head, const char *path)
{
    char name[128] = "";
    int at = archive->at > 0 ? 0 : archive->bytes[0] == 'P' ? 30 : 10;
    if (at != 10 || (head[3] & 0x0c) == 0x08) (void)snprintf(name, sizeof name, "%.100s", head + at);
    if (strstr(name, ".npy") != NULL) return &arrays_packed;
    const char *base = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    const char *said = strstr(name, "cifar") != NULL ? name : base; /* its own name where it says nothing: it may have been chosen freely */
    if (strstr(said, "python") != NULL || strstr(said, "batches-py") != NULL) return &python_packed;
    if (strstr(said, "matlab") != NULL || strstr(said, "batches-mat") != NULL) return &matlab_packed;
    return archive;
}

/* What the file's first bytes say it is; NULL: nothing, or it is no regular file. */
static const form *form_of(const char *path)
{
    char head[HEAD + 1] = { 0 };
    struct stat s;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t got = fd >= 0 && fstat(fd, &s) == 0 && S_ISREG(s.st_mode) ? read(fd, head, HEAD) : 0;
    if (fd >= 0) close(fd);
    if (got <= 0) return NULL;
    size_t blanks = strspn(head, " \t\r\n");
    for (size_t h = 0; h < sizeof forms / sizeof *forms; h++) {
        const form *f = &forms[h];
        size_t at = (size_t)f->at + (f->bytes[0] == '<' ? blanks : 0);
        if (at + (size_t)f->length > (size_t)got || memcmp(head + at, f->bytes, (size_t)f->length) != 0) continue;
        return strncmp(f->what, "an archive", 10) == 0 ? packed(f, head, path) : f;
    }
    return NULL;
}

/* ---- names --------------------------------------------------------------------------------------------------------------------------- */

/* What is seen in a folder, the most telling first. */
static const struct {
    const char *name, *words;
} signs[] = {
    { "data_batch_1.mat", OTHER("this is the Matlab version of CIFAR-10") },
    { "data_batch_1", OTHER("this is " PICKLES) },
    { "fine_label_names.txt", OTHER("this is CIFAR-100, which has other classes") },
    { "meta", OTHER("this looks like CIFAR-100, which has other classes") },
    { "data/cifar-10-batches-bin", "the files are further down: name data/cifar-10-batches-bin in it" },
    { "cifar-10-binary.tar.gz", "the archive is there, packed: tar xzf cifar-10-binary.tar.gz in it, then name it again" },
    { "../cifar-10-batches-bin/data_batch_1.bin", "the files are beside it: name ../cifar-10-batches-bin from there" },
    { "../data_batch_1.bin", "the files are one folder above: name that" },
    { "cifar-10-batches-py", OTHER(PICKLES " is in it") },
    { "cifar-10-batches-mat", OTHER("the Matlab version of CIFAR-10 is in it") },
    { "cifar-10-python.tar.gz", OTHER(PICKLES " is in it, packed") },
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

/* ---- what else lies there ------------------------------------------------------------------------------------------------------------ */

enum { DEPTH = 3, ENTRIES = 200 }; /* train/airplane/0001.png; names that are looked at, in all */

typedef struct {
    char path[PATH]; /* of the file that was found */
    const form *what;
    int left; /* entries that may be looked at yet */
} found_form;

/* The first file in a folder, or in those inside it, that is something else. */
static void look_around(const char *folder, int depth, found_form *found)
{
    DIR *d = opendir(folder);
    for (struct dirent *e; d != NULL && found->what == NULL && found->left > 0 && (e = readdir(d)) != NULL;) {
        char path[PATH];
        struct stat s;
        if (e->d_name[0] == '.' || (size_t)snprintf(path, sizeof path, "%s/%s", folder, e->d_name) >= sizeof path) continue;
        found->left--;
        if (stat(path, &s) != 0) continue;
        if (S_ISDIR(s.st_mode) && depth > 1) look_around(path, depth - 1, found);
        if (S_ISREG(s.st_mode) && (found->what = form_of(path)) != NULL) memcpy(found->path, path, sizeof path);
    }
    if (d != NULL) closedir(d);
}

/* ---- the explanation ----------------------------------------------------------------------------------------------------------------- */

/* The folder is a file. */
static void explain_file(const char *path, text *out)
{
    const form *f = form_of(path);
    size_t length = strlen(path);
    if (f != NULL) text_add(out, "this is %s%s", f->what, f->next);
    else {
        text_add(out, "this is a file: name the folder %s", length > 4 && strcmp(path + length - 4, ".bin") == 0
                                                                 ? "that it is in" : "with data_batch_1.bin ... test_batch.bin");
    }
}

/* None of the six is there, nor any name that is known. */
static void explain_none(const char *folder, text *out)
{
    found_form found = { .left = ENTRIES };
    look_around(folder, DEPTH, &found);
    if (found.what == NULL) text_add(out, "none of the six files is there; " FETCH);
    else text_add(out, "none of the six files is there, but %.200s is %s%s", found.path, found.what->what, found.what->next);
}

/* Some of the six files are there. */
static void explain_some(const char *folder, int there, text *out)
{
    char path[PATH];
    for (int f = 0; f < DATA_FILES; f++) {
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, data_file_names[f]) >= sizeof path) continue;
        const form *found = form_of(path);
        if (found == NULL) continue;
        text_add(out, "%s is %s", data_file_names[f], found->what);
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
    explain_none(folder, out);
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
