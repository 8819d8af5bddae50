/* See undigested.h. On the text of the header, with no code of the reader. */
#include "undigested.h"

#include <stdlib.h>
#include <string.h>

#include "cmocka_strata.h"

enum { HEADER_MOST = 1 << 16, FILE_MOST = 1 << 20, DIGITS = 64 };

void undigest(const char *path)
{
    static uint8_t bytes[FILE_MOST];
    static char header[HEADER_MOST];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t size = fread(bytes, 1, sizeof bytes, f), length = bytes[0] + 256U * bytes[1];
    assert_int_equal(fclose(f), 0);
    assert_true(size < sizeof bytes && length < sizeof header && 8 + length < size);
    memcpy(header, bytes + 8, length);
    header[length] = '\0';
    char *version = strstr(header, "\"format_version\":\"2\""), *digest = strstr(header, ",\"digest\":\"");
    assert_true(version != NULL && digest != NULL);
    version[strlen("\"format_version\":\"")] = '1';
    char *rest = digest + strlen(",\"digest\":\"") + DIGITS + 1;
    memmove(digest, rest, strlen(rest) + 1);
    size_t kept = strlen(header);
    while (kept > 0 && header[kept - 1] == ' ') kept--;
    size_t padded = (kept + 7) / 8 * 8;
    memset(header + kept, ' ', padded - kept);
    const uint8_t head[8] = { (uint8_t)padded, (uint8_t)(padded >> 8) };
    f = fopen(path, "wb");
    assert_true(f != NULL && fwrite(head, 1, 8, f) == 8 && fwrite(header, 1, padded, f) == padded);
    assert_true(fwrite(bytes + 8 + length, 1, size - 8 - length, f) == size - 8 - length && fclose(f) == 0);
}
