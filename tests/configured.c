/* Configurations for tests of settings: see configured.h. */
#include "configured.h"

#include "cmocka_strata.h"

strata_config fresh(void)
{
    strata_config *c, value;
    CHECK_OK(strata_config_new(&c));
    value = *c;
    strata_config_free(c);
    return value;
}

void assert_value(const strata_config *c, const char *key, const char *due)
{
    char value[512];
    CHECK_OK(strata_config_get(c, key, value, sizeof value));
    assert_string_equal(value, due);
}

strata_config touched(void)
{
    strata_config c = fresh();
    CHECK_OK(strata_config_set(&c, "lambda", "0.25"));
    CHECK_OK(strata_config_set(&c, "hidden", "[9,8,7]"));
    return c;
}

void assert_untouched(const strata_config *c)
{
    text now = { 0 }, due = { 0 };
    strata_config other = touched();
    config_describe(c, &now);
    config_describe(&other, &due);
    assert_string_equal(now.at, due.at);
    text_free(&now);
    text_free(&due);
}
