/*
 * See download.h. Redirects are followed here, one request each, so that every address is looked at by the same function. A half that is
 * there is continued only where the digest is known: whatever it is continued with, a wrong whole is noticed, and begun anew once.
 */
#include "download.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "library.h"

#if STRATA_CURL
#define CURL_DISABLE_TYPECHECK /* which knows functions by their own names alone */
#include <curl/curl.h>

/* What of libcurl is called. */
#define CURL_CALLS(X)                                                                                                    \
    X(curl_global_init) X(curl_global_cleanup) X(curl_easy_init) X(curl_easy_reset) X(curl_easy_setopt) X(curl_easy_perform) \
    X(curl_easy_getinfo) X(curl_easy_header) X(curl_easy_strerror) X(curl_easy_cleanup) X(curl_url) X(curl_url_set)          \
    X(curl_url_get) X(curl_url_strerror) X(curl_url_cleanup) X(curl_free)
typedef struct {
#define CURL_MEMBER(name) __typeof__(&name) name;
    CURL_CALLS(CURL_MEMBER)
#undef CURL_MEMBER
} curl_calls;

static const library_call calls[] = {
#define CURL_CALL(name) { #name, offsetof(curl_calls, name) },
    CURL_CALLS(CURL_CALL)
#undef CURL_CALL
};

static strata_status load(curl_calls *lib)
{
    return library_load("libcurl.so.4", "libcurl4", calls, sizeof calls / sizeof *calls, lib);
}

enum { REDIRECTS_MOST = 5, CUTS_MOST = 20, STALL_BYTES = 1000 };
static const double connect_seconds = 20, watch_seconds = 0.1;
static const long stall_seconds = 60;

/* How a request ended. */
typedef enum { END_WHOLE, END_MOVED, END_CUT, END_NO_RANGE, END_FAILED } end;

typedef struct {
    const download_request *r;
    const download_how *how;
    curl_calls lib;
    part_file part;
    CURL *curl;
    char why[CURL_ERROR_SIZE]; /* libcurl's own words */
    const char *address;       /* of this request */
    uint64_t from;             /* the byte from which it asks */
    bool begun;                /* its body has */
    strata_status status;      /* of what happens here meanwhile */
    double watched;            /* seconds */
} transfer;

/* ---- addresses ----------------------------------------------------------------------------------------------------------------------- */

/* What is known of an address. */
typedef struct {
    bool plain;    /* http, where anybody on the way may listen and forge */
    bool loopback; /* this machine itself: nobody is on the way */
} address_kind;

static strata_status judge_address(const char *address, const char *scheme, const char *host, bool digest, address_kind *kind)
{
    kind->plain = strcmp(scheme, "http") == 0;
    kind->loopback = strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0;
    if (strcmp(scheme, "https") == 0 || (kind->plain && (kind->loopback || digest))) return STRATA_OK;
    return status_fail(STRATA_ERR_ARGUMENT, "%.300s: only https is taken%s", address, kind->plain ? ", where no SHA-256 is known" : "");
}

/* What libcurl would make of an address is asked of libcurl: an own idea of it could be another. digest: that of the file is known. */
static strata_status look_at_address(const curl_calls *lib, const char *address, bool digest, address_kind *kind)
{
    char *scheme = NULL, *host = NULL;
    CURLU *url = lib->curl_url();
    if (url == NULL) return status_fail(STRATA_ERR_MEMORY, "no memory for an address");
    CURLUcode code = lib->curl_url_set(url, CURLUPART_URL, address, CURLU_NON_SUPPORT_SCHEME);
    if (code == CURLUE_OK) code = lib->curl_url_get(url, CURLUPART_SCHEME, &scheme, 0);
    if (code == CURLUE_OK) code = lib->curl_url_get(url, CURLUPART_HOST, &host, 0);
    strata_status status = STRATA_OK;
    if (code == CURLUE_OUT_OF_MEMORY) status = status_fail(STRATA_ERR_MEMORY, "no memory for an address");
    else if (code == CURLUE_OK) status = judge_address(address, scheme, host, digest, kind);
    else status = status_fail(STRATA_ERR_ARGUMENT, "%.300s: is no address: %s", address, lib->curl_url_strerror(code));
    lib->curl_free(scheme);
    lib->curl_free(host);
    lib->curl_url_cleanup(url);
    return status;
}

/* An encrypted address may not lead to a plain one, wherever that is. */
static strata_status check_redirect(const curl_calls *lib, const char *from, const char *to, bool digest)
{
    address_kind one, other;
    TRY(look_at_address(lib, from, digest, &one));
    strata_status status = look_at_address(lib, to, digest, &other);
    if (status == STRATA_OK && other.plain && !one.plain) status = STRATA_ERR_ARGUMENT;
    if (status != STRATA_ERR_ARGUMENT) return status;
    return status_fail(STRATA_ERR_NETWORK, "%.300s: leads to %.300s; only https is taken", from, to);
}

/* ---- a request ----------------------------------------------------------------------------------------------------------------------- */

static uint64_t most(const transfer *t)
{
    return t->r->due.size != 0 ? t->r->due.size : DOWNLOAD_MOST;
}

static strata_status wrong_length(const transfer *t, uint64_t length)
{
    return status_fail(STRATA_ERR_DATA, "%.300s: has %llu bytes where %llu are due", t->address, (unsigned long long)length,
                       (unsigned long long)most(t));
}

/* The answer to a request from byte t->from on must begin there: "bytes 100-999/1000". */
static bool range_begins(const transfer *t)
{
    struct curl_header *header;
    unsigned long long first;
    if (t->lib.curl_easy_header(t->curl, "Content-Range", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return false;
    return sscanf(header->value, "bytes %llu-", &first) == 1 && first == t->from;
}

static long http_status(const transfer *t)
{
    long code = 0;
    (void)t->lib.curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/* Before the first byte is written: is it the right one, and how many will there be? A server may ignore the range, and sends all. */
static strata_status begin_body(transfer *t)
{
    long code = http_status(t);
    curl_off_t length = -1;
    (void)t->lib.curl_easy_getinfo(t->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    bool rest = code == 206 && t->from > 0;
    if (!rest && code != 200) return status_fail(STRATA_ERR_NETWORK, "%.300s: HTTP status %ld", t->address, code);
    if (rest && !range_begins(t)) return status_fail(STRATA_ERR_NETWORK, "%.300s: sends another range than the one asked for", t->address);
    uint64_t due = (rest ? t->from : 0) + (length > 0 ? (uint64_t)length : 0);
    if (length >= 0 && (due > most(t) || (t->r->due.size != 0 && due != most(t)))) return wrong_length(t, due);
    return rest || t->part.size == 0 ? STRATA_OK : part_begin_anew(&t->part);
}

static bool is_redirect(const transfer *t)
{
    long code = http_status(t);
    return code >= 300 && code < 400;
}

static size_t on_bytes(char *bytes, size_t one, size_t count, void *self)
{
    transfer *t = self;
    if (is_redirect(t)) return one * count; /* words for people */
    if (!t->begun) t->status = begin_body(t);
    t->begun = true;
    if (t->status == STRATA_OK && count > most(t) - t->part.size) {
        t->status = status_fail(STRATA_ERR_DATA, "%.300s: is longer than the %llu bytes that are due", t->address,
                                (unsigned long long)most(t));
        strata_status emptied = part_begin_anew(&t->part); /* nobody shall go on with it */
        if (emptied != STRATA_OK) t->status = emptied;
    }
    if (t->status == STRATA_OK) t->status = part_add(&t->part, bytes, count);
    return t->status == STRATA_OK ? count : CURL_WRITEFUNC_ERROR;
}

static int on_progress(void *self, curl_off_t all, curl_off_t now, curl_off_t up, curl_off_t uploaded)
{
    transfer *t = self;
    (void)all, (void)now, (void)up, (void)uploaded;
    double seconds = clock_seconds();
    if (t->how->watch != NULL && t->begun && seconds - t->watched >= watch_seconds) {
        t->how->watch(t->how->self, t->r->due.name, t->part.size, t->r->due.size);
        t->watched = seconds;
    }
    return !going_on(&t->how->go);
}

static bool set_words(const transfer *t, address_kind kind)
{
    char range[32];
    (void)snprintf(range, sizeof range, "%llu-", (unsigned long long)t->from);
    const struct {
        CURLoption option;
        const char *value;
    } words[] = {
        { CURLOPT_URL, t->address },
        { CURLOPT_PROTOCOLS_STR, kind.plain ? "http" : "https" },
        { CURLOPT_REDIR_PROTOCOLS_STR, "https" }, /* none is followed by libcurl */
        { CURLOPT_USERAGENT, "strata/" STRATA_VERSION },
        { CURLOPT_RANGE, t->from > 0 ? range : NULL },
        { CURLOPT_NOPROXY, kind.loopback ? "*" : NULL },
    };
    bool set = true;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        if (words[w].value != NULL) set = t->lib.curl_easy_setopt(t->curl, words[w].option, words[w].value) == CURLE_OK && set;
    }
    return set;
}

static bool set_numbers(const transfer *t)
{
    double connect = t->how->connect_seconds > 0 ? t->how->connect_seconds : connect_seconds;
    const struct {
        CURLoption option;
        long value;
    } numbers[] = {
        { CURLOPT_FOLLOWLOCATION, 0 },
        { CURLOPT_SSL_VERIFYPEER, 1 },
        { CURLOPT_SSL_VERIFYHOST, 2 },
        { CURLOPT_FAILONERROR, 1 },
        { CURLOPT_NOSIGNAL, 1 },
        { CURLOPT_NOPROGRESS, 0 },
        { CURLOPT_CONNECTTIMEOUT_MS, (long)(1000 * connect) },
        { CURLOPT_LOW_SPEED_LIMIT, STALL_BYTES },
        { CURLOPT_LOW_SPEED_TIME, t->how->stall_seconds > 0 ? t->how->stall_seconds : stall_seconds },
    };
    bool set = true;
    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        set = t->lib.curl_easy_setopt(t->curl, numbers[n].option, numbers[n].value) == CURLE_OK && set;
    }
    return set;
}

static bool set_request(transfer *t, address_kind kind)
{
    CURL *c = t->curl;
    t->lib.curl_easy_reset(c);
    return set_words(t, kind) && set_numbers(t) && t->lib.curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->why) == CURLE_OK &&
           t->lib.curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes) == CURLE_OK &&
           t->lib.curl_easy_setopt(c, CURLOPT_WRITEDATA, t) == CURLE_OK &&
           t->lib.curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
           t->lib.curl_easy_setopt(c, CURLOPT_XFERINFODATA, t) == CURLE_OK;
}

/* The connection broke, and may be made again. */
static bool is_cut(CURLcode code)
{
    return code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING || code == CURLE_HTTP2_STREAM;
}

/* What the end of a request means. What failed here has its sentence already. */
static end judge(transfer *t, CURLcode code)
{
    long http = http_status(t);
    if (t->status != STRATA_OK) return END_FAILED;
    if (code == CURLE_OK && is_redirect(t)) return END_MOVED;
    if (code == CURLE_OK && !t->begun) t->status = begin_body(t); /* a file without bytes */
    if (code == CURLE_OK && t->status == STRATA_OK) return t->r->due.size == 0 || t->part.size == t->r->due.size ? END_WHOLE : END_CUT;
    if (code == CURLE_ABORTED_BY_CALLBACK) t->status = status_fail(STRATA_STOPPED, "stopped; the same command goes on where it was");
    else if (code == CURLE_HTTP_RETURNED_ERROR && http == 416 && t->from > 0) return END_NO_RANGE;
    else if (code == CURLE_HTTP_RETURNED_ERROR && http != 0)
        t->status = status_fail(STRATA_ERR_NETWORK, "%.300s: HTTP status %ld", t->address, http);
    else if (code == CURLE_SSL_CACERT_BADFILE)
        t->status = status_fail(STRATA_ERR_NETWORK, "%.300s: %s; install ca-certificates", t->address, t->why);
    else if (code == CURLE_OUT_OF_MEMORY) t->status = status_fail(STRATA_ERR_MEMORY, "no memory for a download");
    else if (is_cut(code)) return END_CUT;
    else if (code != CURLE_OK) {
        t->status = status_fail(STRATA_ERR_NETWORK, "%.300s: %s", t->address, t->why[0] != '\0' ? t->why : t->lib.curl_easy_strerror(code));
    }
    return END_FAILED;
}

/* One request for the bytes that are missing. */
static end ask(transfer *t, const char *address)
{
    address_kind kind;
    t->address = address;
    t->from = t->part.size;
    t->begun = false;
    t->why[0] = '\0';
    t->status = look_at_address(&t->lib, address, t->r->due.sha256 != NULL, &kind);
    if (t->status == STRATA_OK && !set_request(t, kind)) t->status = status_fail(STRATA_ERR_MEMORY, "no memory for a download");
    return t->status == STRATA_OK ? judge(t, t->lib.curl_easy_perform(t->curl)) : END_FAILED;
}

/* The same, wherever it is moved to. */
static end ask_on(transfer *t, const char *address)
{
    end e = ask(t, address);
    char *at = NULL;
    for (int moved = 0; e == END_MOVED; moved++) {
        char *next = NULL, *copy = NULL;
        (void)t->lib.curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &next);
        if (next == NULL) t->status = status_fail(STRATA_ERR_NETWORK, "%.300s: leads to no address", t->address);
        else if (moved == REDIRECTS_MOST) t->status = status_fail(STRATA_ERR_NETWORK, "%.300s: leads from address to address", address);
        else if ((copy = strdup(next)) == NULL) t->status = status_fail(STRATA_ERR_MEMORY, "no memory for an address");
        else t->status = check_redirect(&t->lib, t->address, copy, t->r->due.sha256 != NULL);
        e = t->status == STRATA_OK ? ask(t, copy) : END_FAILED;
        free(at);
        at = copy;
    }
    free(at);
    t->address = address;
    return e;
}

/* ---- an address ---------------------------------------------------------------------------------------------------------------------- */

static strata_status open_again(transfer *t)
{
    return part_open(t->r->path, &t->part);
}

/* The whole is there. One that was put together from two visits may be of two files: it is begun anew, and *again says so. */
static strata_status finish(transfer *t, bool continued, bool *again)
{
    strata_status status = part_finish(&t->part, &t->r->due);
    *again = false;
    if (status != STRATA_ERR_DATA) return status;
    char sentence[STATUS_SENTENCE];
    status_sentence_save(sentence);
    TRY(open_again(t));
    TRY(part_begin_anew(&t->part));
    *again = continued;
    return status_fail(STRATA_ERR_DATA, "%.300s: %s", t->address, sentence);
}

/* A connection that breaks is made again as long as each brings something. */
static strata_status take_from(transfer *t, const char *address)
{
    bool continued = t->part.size > 0, again = false;
    for (int cuts = 0;;) {
        uint64_t before = t->part.size;
        end e = t->r->due.size != 0 && before == t->r->due.size ? END_WHOLE : ask_on(t, address);
        if (e == END_WHOLE) {
            strata_status status = finish(t, continued, &again);
            if (!again) return status;
        } else if (e == END_FAILED) {
            return t->status;
        } else if (e == END_CUT && (t->part.size <= before || ++cuts > CUTS_MOST)) {
            return status_fail(STRATA_ERR_NETWORK, "%.300s: the connection ends after %llu bytes%s%s", address,
                               (unsigned long long)t->part.size, t->why[0] != '\0' ? ": " : "", t->why);
        }
        if (e == END_NO_RANGE || (e == END_CUT && t->r->due.sha256 == NULL)) TRY(part_begin_anew(&t->part));
        continued = e == END_CUT;
    }
}

/* What another address cannot better. */
static bool is_final(strata_status status)
{
    return status != STRATA_ERR_NETWORK && status != STRATA_ERR_DATA && status != STRATA_ERR_ARGUMENT;
}

static strata_status take(transfer *t)
{
    const download_request *r = t->r;
    strata_status status = STRATA_OK;
    bool wrong = (r->due.size != 0 && t->part.size > r->due.size) || r->due.sha256 == NULL;
    if (wrong) TRY(part_begin_anew(&t->part));
    for (size_t a = 0; a < r->addresses; a++) {
        status = take_from(t, r->address[a]);
        if (status == STRATA_OK || is_final(status)) return status;
        if (a + 1 < r->addresses && t->how->tell != NULL) t->how->tell(t->how->self, strata_error());
    }
    return status;
}

strata_status download(const download_request *r, const download_how *how)
{
    REQUIRE(r->addresses > 0);
    transfer t = { .r = r, .how = how };
    TRY(load(&t.lib));
    TRY(part_open(r->path, &t.part));
    bool begun = t.lib.curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    if (begun) t.curl = t.lib.curl_easy_init();
    strata_status status = t.curl != NULL ? take(&t) : status_fail(STRATA_ERR_MEMORY, "no memory for libcurl");
    if (t.curl != NULL) t.lib.curl_easy_cleanup(t.curl);
    if (begun) t.lib.curl_global_cleanup();
    part_close(&t.part);
    return status;
}

bool download_available(void)
{
    curl_calls lib;
    return load(&lib) == STRATA_OK;
}

#else

static strata_status unavailable(void)
{
    return status_fail(STRATA_ERR_INTERNAL, "this program was built without libcurl, so it fetches nothing: install libcurl4-openssl-dev "
                                            "and build again, or fetch the file by other means and name it with --from");
}

strata_status download(const download_request *r, const download_how *how)
{
    (void)r, (void)how;
    return unavailable();
}

bool download_available(void)
{
    return false;
}

#endif
