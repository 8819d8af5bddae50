/* Variants: further scores of the end of a run, two rows each. They come with the run and go with it. */
#include "store_cell.h"
#include "store_rows.h"

static const char drop_variants[] = "DELETE FROM variant WHERE run = ?";
static const char put_variant[] = "INSERT INTO variant VALUES (?,?,?,?,?,?,?,?)";
static const char variants[] =
    "SELECT v.name, v.loss, v.loss_kind, v.accuracy, v.accuracy_kind, t.loss, t.loss_kind, t.accuracy, t.accuracy_kind FROM variant v"
    " JOIN variant t ON t.run = v.run AND t.name = v.name AND t.part = 'test' WHERE v.run = ? AND v.part = 'validation' ORDER BY v.ord";

static strata_status put_part(store *s, const store_run *run, size_t place, strata_part part, const strata_score *score)
{
    const store_value row[] = { words(run->id), words(run->variant[place].name), words(store_part_words[part]), whole((int64_t)place),
                                real(score->loss), kind(score->loss), real(score->accuracy), kind(score->accuracy) };
    return store_put_row(s, &(store_row){ put_variant, row, sizeof row / sizeof *row });
}

strata_status store_put_variants(store *s, const store_run *run)
{
    const store_value id = words(run->id);
    TRY(store_put_row(s, &(store_row){ drop_variants, &id, 1 }));
    for (size_t v = 0; v < run->variant_count; v++) {
        TRY(put_part(s, run, v, STRATA_VALIDATION_PART, &run->variant[v].validation));
        TRY(put_part(s, run, v, STRATA_TEST_PART, &run->variant[v].test));
    }
    return STRATA_OK;
}

typedef struct {
    void *self;
    store_variant_visitor *visit;
} reader;

static strata_score score_at(const store_line *line, int column)
{
    return (strata_score){ store_number_at(line, column), (double)NAN, store_number_at(line, column + 2) };
}

static strata_status read_variant(void *self, const store_line *line)
{
    const reader *r = self;
    const strata_variant variant = { store_text_at(line, 0), score_at(line, 1), score_at(line, 5) };
    return r->visit(r->self, &variant);
}

strata_status store_each_variant(store *s, const char *run, store_variant_visitor *visit, void *self)
{
    REQUIRE(s != NULL && run != NULL && visit != NULL);
    store_about(s, "reading the variants of run", run);
    return store_walk(s, variants, run, NULL, read_variant, &(reader){ self, visit });
}
