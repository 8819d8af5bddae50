/* strata gradcheck --reference FILE.npz: which arrays of the course's intermediate values agree with ours. */
#include "gradcheck_reference.h"

static json_value *array_json(const strata_reference_array *a)
{
    json_value *root = json_new_object();
    json_put_text(root, "name", a->name);
    json_put_bool(root, "found", a->found);
    if (!a->found) return root;
    json_put_bool(root, "agrees", a->agrees);
    json_put_int(root, "entries", a->entries);
    json_put_real(root, "max_abs", a->max_abs);
    json_put_real(root, "tolerance", a->tolerance);
    return root;
}

static strata_status print_json(const strata_reference *reference, const char *path)
{
    int count;
    const strata_reference_array *array = strata_reference_arrays(reference, &count);
    const strata_reference_net *net = strata_reference_describe(reference);
    json_value *root = json_new_object(), *list = json_new_list();
    json_put_bool(root, "passed", strata_reference_passed(reference));
    json_put_text(root, "reference", path);
    json_put_int(root, "patch", net->patch);
    json_put_int(root, "filters", net->filters);
    json_put_int(root, "hidden", net->hidden);
    json_put_int(root, "classes", net->classes);
    json_put_int(root, "images", net->images);
    json_put_real(root, "loss", net->loss);
    for (int q = 0; q < count; q++) json_append(list, array_json(&array[q]));
    json_put(root, "arrays", list);
    return json_print(root);
}

static void print_table(const strata_reference *reference, const char *path)
{
    int count, found = 0, agree = 0;
    const strata_reference_array *array = strata_reference_arrays(reference, &count);
    const strata_reference_net *net = strata_reference_describe(reference);
    printf("patch=%d filters=%d hidden=[%d], %d classes, %d images of %s\n", net->patch, net->filters, net->hidden, net->classes,
           net->images, path);
    printf("  %-22s  %8s  %9s  %9s\n", "array", "entries", "max abs", "tolerance");
    for (int q = 0; q < count; q++) {
        const strata_reference_array *a = &array[q];
        found += a->found;
        agree += a->agrees;
        if (!a->found) printf("  %-22s  not in the file\n", a->name);
        else printf("  %-22s  %8ld  %9.1e  %9.1e  %s\n", a->name, a->entries, a->max_abs, a->tolerance, a->agrees ? "agrees" : "DISAGREES");
    }
    printf("loss %.17g; %d of %d arrays agree\n", net->loss, agree, found);
}

strata_status gradcheck_reference(const char *path, bool json)
{
    strata_reference *reference;
    strata_status status = STRATA_OK;
    TRY(strata_gradcheck_reference(path, &reference));
    if (json) status = print_json(reference, path);
    else print_table(reference, path);
    if (status == STRATA_OK && !strata_reference_passed(reference)) {
        status = status_fail(STRATA_ERR_CHECK, "%.200s: an array of the reference disagrees with what is computed from it", path);
    }
    strata_reference_free(reference);
    return status;
}
