/* See places.h. */
#include "places.h"

#include "setting.h"

static size_t axes_of(const experiment *e, const char *keys[PLAN_AXES + 1])
{
    size_t count = e->axes;
    for (size_t q = 0; q < e->axes; q++) keys[q] = e->axis[q].key;
    if (e->search.setting != NULL) keys[count++] = e->search.setting; /* one configuration has several lengths */
    return count;
}

strata_status places_put_axes(store *s, const experiment *e)
{
    const char *keys[PLAN_AXES + 1];
    size_t count = axes_of(e, keys);
    return store_put_axes(s, e->id, keys, count);
}

strata_status places_fill(store *s, const experiment *e)
{
    const char *keys[PLAN_AXES + 1];
    size_t count = axes_of(e, keys);
    for (size_t q = 0; q < count; q++) {
        const setting *row = setting_find(settings_all(), keys[q]);
        if (row->identity.rule == IDENTITY_UNLESS) TRY(store_fill_setting(s, e->id, row->key, row->identity.text));
    }
    return STRATA_OK;
}
