/*
 * All products in float. One register tile multiplies; the verbs differ in how their left factor is packed.
 *
 * The left factor is packed into a PANEL [DEPTH x PANEL]: up to PANEL rows of it, for up to DEPTH terms of the sum, the rows of one term
 * side by side, so that the tile loads whole vectors. The right factor is read where it lies, one number at a time, for all rows of the
 * panel. Sums gather in T [COLUMNS x PANEL], the rows of one column side by side, on this thread's stack:
 *
 *     T[r, c] += sum over k of panel[k, r] right[k, c]          k ascending, one fused multiplication and addition each
 *
 * Why it is deterministic. An element is one chain of these operations, k ascending. Panels, tiles, vectors and threads share out elements
 * and never one element's terms, so no bit depends on them.
 *
 *     verb                       rows r        terms k       columns c   the panel is packed from
 *     affine                     units         inputs        images      W [m x d]
 *     mul_tn                     inputs        units         images      W [m x d], transposed
 *     weight_gradient            units         images        inputs      G [m x n]
 *     sgd_step_weights           units         images        inputs      G [m x n]
 *     affine_input               images        inputs        units       pixels [d x n], transposed and standardised
 *     weight_gradient_input      inputs        images        units       pixels [d x n], standardised
 *     sgd_step_input             inputs        images        units       pixels [d x n], standardised
 *
 * Matrices are column-major. The rows of the input verbs are inputs or images and not units, since those fill vectors better: 3072 inputs
 * are 192 vectors of 16, and 50 units are three and an eighth. Their T is transposed on its way out.
 *
 * The sums of weight_gradient and sgd_step_weights are short and many: those of a whole tile go from registers to where they belong.
 *
 * Mini-batches of floats were standardised when they were loaded; their X is a matrix, which the same verbs pack as it is.
 */
#include "panel.h"

/* ---- panels of pixels ---------------------------------------------------------------------------------------------------------------- */

/* (0)  panel[j, t] = p scale + shift, images from `first` on, inputs from t0 on */
static void pack_pixels(workspace *w, mat X, int first, int t0, int rows, int depth)
{
    const cpu_input *head = X.p;
    for (int t = 0; t < rows; t += V) {
        int some = least(V, rows - t);
        vec scale = vec_load_some(head->scale + t0 + t, some), shift = vec_load_some(head->shift + t0 + t, some);
        for (int j = 0; j < depth; j++) {
            vec_store(w->panel + j * PANEL + t, vec_fma(vec_bytes(image_bytes(X, first + j) + t0 + t), scale, shift));
        }
    }
}

/* (0)  panel[t, j] = p scale + shift. V images by 4 V inputs at a time are transposed as elements of four bytes, and each byte then becomes
 * a float. Rows behind the last image repeat it. */
static void pack_pixels_transposed(workspace *w, mat X, int first, int t0, int rows, int depth)
{
    const cpu_input *head = X.p;
    const float *scale = head->scale + t0, *shift = head->shift + t0;
    for (int r = 0; r < rows; r += V) {
        for (int t = 0; t < depth; t += 4 * V) {
            vec q[V];
            UNROLL
            for (int y = 0; y < V; y++) memcpy(&q[y], image_bytes(X, first + least(r + y, rows - 1)) + t0 + t, sizeof q[y]);
            vec_transpose(q);
            for (int y = 0; y < V && t + 4 * y < depth; y++) {
                float *to = w->panel + (t + 4 * y) * PANEL + r;
                int bytes = least(4, depth - t - 4 * y);
                for (int b = 0; b < bytes; b++) {
                    vec_store(to + b * PANEL, vec_fma(vec_byte(q[y], b), vec_all(scale[t + 4 * y + b]), vec_all(shift[t + 4 * y + b])));
                }
            }
        }
    }
}

/* ---- storing the sums ---------------------------------------------------------------------------------------------------------------- */

/* T[r, c] becomes element (row + r, first + c) of the output. */
static void store_columns(const workspace *w, const epilogue *e, int row, int rows, int first, int cols)
{
    for (int c = 0; c < cols; c++) {
        for (int r = 0; r < rows; r += V) {
            epilogue_store(e, (size_t)(first + c) * e->stride + (size_t)(row + r), least(V, rows - r), vec_load(w->T + c * PANEL + r));
        }
    }
}

/* T[r, c] becomes element (row + c, first + r) of the output: transposed. */
static void store_rows(const workspace *w, const epilogue *e, int row, int rows, int first, int cols)
{
    for (int r = 0; r < rows; r += V) {
        for (int c = 0; c < cols; c += V) {
            vec q[V];
            UNROLL
            for (int y = 0; y < V; y++) q[y] = vec_load(w->T + (c + y) * PANEL + r);
            vec_transpose(q);
            UNROLL
            for (int y = 0; y < V; y++) {
                if (r + y < rows) epilogue_store(e, (size_t)(first + r + y) * e->stride + (size_t)(row + c), least(V, cols - c), q[y]);
            }
        }
    }
}

/* T[r, c] = start[r] or start[c], or 0 */
static void start_rows(workspace *w, const float *start, int rows, int cols)
{
    for (int c = 0; c < cols; c++) {
        for (int r = 0; r < rows; r += V) {
            vec_store(w->T + c * PANEL + r, start == NULL ? (vec){ 0 } : vec_load_some(start + r, least(V, rows - r)));
        }
    }
}

static void start_columns(workspace *w, const float *start, int rows, int cols)
{
    for (int c = 0; c < cols; c++) {
        for (int r = 0; r < rows; r += V) vec_store(w->T + c * PANEL + r, start == NULL ? (vec){ 0 } : vec_all(start[c]));
    }
}

/* ---- products of matrices ------------------------------------------------------------------------------------------------------------ */

/* A product without pixels [rows x cols]: start[r] + sum over k < depth of left[r, k] right[k, c]. A part of it has `height` rows, whole
 * panels, and `width` columns, at most WIDTH. */
typedef struct {
    const float *left, *start; /* start: [rows], or NULL: 0 */
    bool transposed;           /* left[r, k] lies at r depth + k, not at k rows + r */
    factor right;
    int rows, cols, depth, height, width;
    epilogue e;
} plain;

/* The next panel after that of rows from r on and terms from k on, in a part that ends before row `last`, as lines to fetch. */
static ahead panel_after(const plain *q, int r, int k, int last)
{
    k += DEPTH;
    if (k >= q->depth) r += PANEL, k = 0;
    if (r >= last) return (ahead){ q->left, 0, 0, 0 };
    size_t rows = (size_t)q->rows, depth = (size_t)q->depth;
    if (q->transposed) return (ahead){ q->left + (size_t)r * depth + (size_t)k, depth, least(PANEL, last - r), DEPTH / (LINES * LINE) };
    return (ahead){ q->left + (size_t)k * rows + (size_t)r, rows, least(DEPTH, q->depth - k), 1 };
}

/* The panel of `rows` rows from r on and `depth` terms from k on. */
static void pack_plain(workspace *w, const plain *q, int r, int rows, int k, int depth)
{
    if (q->transposed) pack_transposed(w, q->left + (size_t)r * (size_t)q->depth + (size_t)k, (size_t)q->depth, rows, depth);
    else pack(w, q->left + (size_t)k * (size_t)q->rows + (size_t)r, (size_t)q->rows, rows, depth);
}

static void plain_part(const void *all, int number)
{
    const plain *q = all;
    workspace w;
    int blocks = parts_of(q->cols, q->width), first = number / blocks * q->height, last = least(first + q->height, q->rows);
    int c = number % blocks * q->width, cols = least(q->width, q->cols - c);
    for (int r = first; r < last; r += PANEL) {
        int rows = least(PANEL, last - r);
        start_rows(&w, q->start != NULL ? q->start + r : NULL, rows, cols);
        for (int k = 0; k < q->depth; k += DEPTH) {
            int some = least(DEPTH, q->depth - k);
            const float *right = q->right.at + (size_t)k * q->right.step + (size_t)c * q->right.stride;
            pack_plain(&w, q, r, rows, k, some);
            multiply_ahead(&w, rows, right, q->right.step, q->right.stride, some, cols, panel_after(q, r, k, last));
        }
        store_columns(&w, &q->e, r, rows, c, cols);
    }
}

/* One thread has long parts, in which it fetches ahead from panel to panel. Several have one panel a part, and so many blocks of columns
 * that they end together. */
static void share_out(plain *q, mat_part *part)
{
    double products = (double)q->rows * q->cols * q->depth;
    int threads = mat_threads_for(products), panels = parts_of(q->rows, PANEL), blocks = parts_of(q->cols, WIDTH);
    if (panels == 0 || blocks == 0) return;
    if (threads > 1) {
        while (panels * blocks % threads != 0 && panels * blocks < 4 * threads) blocks++;
    }
    q->width = parts_of(parts_of(q->cols, blocks), TILE_COLUMNS) * TILE_COLUMNS;
    q->height = threads > 1 ? PANEL : panels * PANEL;
    mat_in_parts(part, q, parts_of(q->rows, q->height) * parts_of(q->cols, q->width), products);
}

/* (1)(5)  S = W X + b 1' */
static void affine(mat S, mat W, mat X, mat b)
{
    INVARIANT(S.rows == W.rows && S.cols == X.cols && W.cols == X.rows && b.rows == W.rows);
    share_out(&(plain){ .left = at(W), .right = { at(X), 1, (size_t)W.cols }, .start = at(b), .rows = S.rows, .cols = S.cols,
                        .depth = W.cols, .e = { .what = SUM, .out = at(S), .stride = (size_t)S.rows } }, plain_part);
}

/* (10)  Gbelow = W' G */
static void mul_tn(mat Gbelow, mat W, mat G)
{
    INVARIANT(Gbelow.rows == W.cols && Gbelow.cols == G.cols && W.rows == G.rows);
    share_out(&(plain){ .left = at(W), .transposed = true, .right = { at(G), 1, (size_t)W.rows }, .rows = W.cols, .cols = G.cols,
                        .depth = W.rows, .e = { .what = SUM, .out = at(Gbelow), .stride = (size_t)Gbelow.rows } }, plain_part);
}

/* to[k STEP + c] = from[k stride + c] */
static void pack_right(float *to, const float *from, size_t stride, int depth, int cols)
{
    for (int k = 0; k < depth; k++, to += STEP, from += stride) {
        int c = 0;
        for (; c + V <= cols; c += V) vec_store(to + c, vec_load(from + c));
        if (c < cols) vec_store(to + c, vec_load_some(from + c, cols - c));
    }
}

/* A whole tile, from its first term to what is stored of it. Meanwhile it fetches another tile of W and of the output, which lies `next`
 * behind their start. */
INLINE void tile_out(const epilogue *e, size_t where, size_t next, const float *panel, const float *right, int depth)
{
    vec sum[TILE_COLUMNS][TILE_VECTORS + 1];
    UNROLL
    for (int c = 0; c < TILE_COLUMNS; c++) {
        UNROLL
        for (int v = 0; v < TILE_VECTORS; v++) sum[c][v] = (vec){ 0 };
    }
    int k = 0, line = 0;
    for (; k + BEAT <= depth; k += BEAT, panel += BEAT * PANEL, right += BEAT * STEP) {
        __builtin_prefetch(e->out + next + line * LINE, 1, 3);
        if (e->what == GRADIENT) __builtin_prefetch(e->W + next + line * LINE, 0, 3);
        if (++line == LINES) line = 0, next += e->stride;
        terms(sum, NULL, panel, (factor){ right, STEP, 1 }, BEAT, TILE_VECTORS, false, TILE_COLUMNS);
    }
    for (; k < depth; k++, panel += PANEL, right += STEP) {
        terms(sum, NULL, panel, (factor){ right, STEP, 1 }, 1, TILE_VECTORS, false, TILE_COLUMNS);
    }
    UNROLL
    for (int c = 0; c < TILE_COLUMNS; c++, where += e->stride) {
        UNROLL
        for (int v = 0; v < TILE_VECTORS; v++) epilogue_store(e, where + (size_t)v * V, V, sum[c][v]);
    }
}

static void tile_gradient(epilogue e, size_t where, size_t next, const float *panel, const float *right, int depth)
{
    e.what = GRADIENT; /* a constant */
    tile_out(&e, where, next, panel, right, depth);
}

static void tile_descent(epilogue e, size_t where, size_t next, const float *panel, const float *right, int depth)
{
    e.what = DESCENT;
    tile_out(&e, where, next, panel, right, depth);
}

/* (8) for whole panels of units, or fewer units, and a block of inputs, where the images are one panel deep. */
static void gradient_part(const void *all, int number)
{
    const plain *q = all;
    workspace w;
    _Alignas(64) float right[DEPTH * STEP];
    int blocks = parts_of(q->cols, q->width), first = number / blocks * q->height, last = least(first + q->height, q->rows);
    int c0 = number % blocks * q->width, cols = least(q->width, q->cols - c0);
    pack_right(right, q->right.at + c0, q->right.step, q->depth, cols);
    for (int r = first; r < last; r += PANEL) {
        int rows = least(PANEL, last - r), c = 0, whole = rows == PANEL ? cols / TILE_COLUMNS * TILE_COLUMNS : 0;
        pack(&w, q->left + r, (size_t)q->rows, rows, q->depth);
        for (; c < whole; c += TILE_COLUMNS) {
            size_t where = (size_t)(c0 + c) * q->e.stride + (size_t)r;
            size_t next = c + TILE_COLUMNS < whole ? where + TILE_COLUMNS * q->e.stride
                        : r + 2 * PANEL <= last    ? (size_t)c0 * q->e.stride + (size_t)(r + PANEL)
                                                   : where;
            (q->e.what == GRADIENT ? tile_gradient : tile_descent)(q->e, where, next, w.panel, right + c, q->depth);
        }
        start_rows(&w, NULL, rows, cols - c);
        multiply(&w, rows, right + c, STEP, 1, q->depth, cols - c);
        store_columns(&w, &q->e, r, rows, c0 + c, cols - c);
    }
}

/* Whole tiles pay where there are any. Sums of more images than a panel is deep stay in T from one panel to the next. */
static void gradient_plain(epilogue e, mat G, mat X)
{
    plain q = { .left = at(G), .right = { at(X), (size_t)X.rows, 1 }, .rows = G.rows, .cols = X.rows, .depth = G.cols, .e = e };
    share_out(&q, q.depth <= DEPTH && q.rows >= 2 * PANEL ? gradient_part : plain_part);
}

/* (8)  dW = G X'/n + 2 lambda W */
static void weight_gradient(mat dW, mat G, mat X, double lambda, mat W)
{
    INVARIANT(dW.rows == G.rows && dW.cols == X.rows && G.cols == X.cols && W.rows == dW.rows && W.cols == dW.cols);
    gradient_plain(gradient_epilogue(GRADIENT, dW, W, lambda, 0, G.cols), G, X);
}

/* (8)(16)  W -= eta (G X'/n + 2 lambda W), and dW is never written */
static void sgd_step_weights(mat W, double eta, mat G, mat X, double lambda, mat dW)
{
    INVARIANT(W.rows == G.rows && W.cols == X.rows && G.cols == X.cols);
    (void)dW;
    gradient_plain(gradient_epilogue(DESCENT, W, W, lambda, eta, G.cols), G, X);
}

/* ---- the input verbs ----------------------------------------------------------------------------------------------------------------- */

/* Rows of a panel, so that the threads have equal shares of `all` rows, in half vectors. */
static int share(int all)
{
    int each = parts_of(all, mat_threads());
    return least(PANEL, (each + V / 2 - 1) / (V / 2) * (V / 2));
}

/* Packs a panel of X: images from `first` on, inputs from t0 on. */
typedef void pack_input(workspace *w, mat X, int first, int t0, int rows, int depth);

/* A call of an input verb; width: rows of a panel. */
typedef struct {
    mat W, X, G, b;
    epilogue e;
    int width;
    pack_input *pack;
} job;

static void get_input(double *to, mat X)
{
    const cpu_input *head = X.p;
    for (int j = 0; j < X.cols; j++) {
        for (int t = 0; t < X.rows; t++) *to++ = (double)((float)image_bytes(X, j)[t] * head->scale[t] + head->shift[t]);
    }
}

/* (1) for one panel of images and all units. */
static void affine_input_part(const void *all, int number)
{
    const job *q = all;
    workspace w;
    int m = q->W.rows, n = q->X.cols, d = q->W.cols, j = number * q->width, rows = least(q->width, n - j);
    for (int i = 0; i < m; i += COLUMNS) {
        int cols = least(COLUMNS, m - i);
        start_columns(&w, at(q->b) + i, rows, cols);
        for (int t = 0; t < d; t += DEPTH) {
            int depth = least(DEPTH, d - t);
            q->pack(&w, q->X, j, t, rows, depth);
            multiply(&w, rows, at(q->W) + (size_t)t * (size_t)m + i, (size_t)m, 1, depth, cols);
        }
        store_rows(&w, &q->e, i, rows, j, cols);
    }
}

/* (1)  S = W X0 + b 1' */
static void affine_of_input(mat S, mat W, mat X, mat b, pack_input *by)
{
    INVARIANT(S.rows == W.rows && S.cols == X.cols && W.cols == X.rows && b.rows == W.rows);
    const job q = { .W = W, .X = X, .b = b, .e = { .what = SUM, .out = at(S), .stride = (size_t)S.rows }, .width = share(S.cols),
                    .pack = by };
    mat_in_parts(affine_input_part, &q, parts_of(S.cols, q.width), (double)S.rows * S.cols * W.cols);
}

void LEVEL(affine_input)(mat S, mat W, mat X, mat b)
{
    affine_of_input(S, W, X, b, pack_pixels_transposed);
}

/* (8) for one panel of inputs and all units. */
static void gradient_input_part(const void *all, int number)
{
    const job *q = all;
    workspace w;
    int m = q->G.rows, n = q->G.cols, t = number * PANEL, rows = least(PANEL, q->X.rows - t);
    for (int i = 0; i < m; i += COLUMNS) {
        int cols = least(COLUMNS, m - i);
        start_columns(&w, NULL, rows, cols);
        for (int j = 0; j < n; j += DEPTH) {
            int some = least(DEPTH, n - j);
            q->pack(&w, q->X, j, t, rows, some);
            multiply(&w, rows, at(q->G) + (size_t)j * (size_t)m + i, (size_t)m, 1, some, cols);
        }
        store_rows(&w, &q->e, i, rows, t, cols);
    }
}

static void gradient_input(epilogue e, mat G, mat X, pack_input *by)
{
    const job q = { .G = G, .X = X, .e = e, .pack = by };
    mat_in_parts(gradient_input_part, &q, parts_of(X.rows, PANEL), (double)G.rows * G.cols * X.rows);
}

/* (8)  dW = G X0'/n + 2 lambda W */
void LEVEL(weight_gradient_input)(mat dW, mat G, mat X, double lambda, mat W)
{
    INVARIANT(dW.rows == G.rows && dW.cols == X.rows && G.cols == X.cols && W.rows == dW.rows && W.cols == dW.cols);
    gradient_input(gradient_epilogue(GRADIENT, dW, W, lambda, 0, G.cols), G, X, pack_pixels);
}

/* (8)(16)  W -= eta (G X0'/n + 2 lambda W), and dW is never written */
void LEVEL(sgd_step_input)(mat W, double eta, mat G, mat X, double lambda, mat dW)
{
    INVARIANT(W.rows == G.rows && W.cols == X.rows && G.cols == X.cols);
    (void)dW;
    gradient_input(gradient_epilogue(DESCENT, W, W, lambda, eta, G.cols), G, X, pack_pixels);
}

void LEVEL(products)(backend *table)
{
    table->input_extra = CPU_PIXELS_HEAD + CPU_PIXELS_TAIL;
    table->get_input = get_input;
    table->load_minibatch = LEVEL(load_pixels);
    table->affine_input = LEVEL(affine_input);
    table->affine = affine;
    table->weight_gradient_input = LEVEL(weight_gradient_input);
    table->weight_gradient = weight_gradient;
    table->sgd_step_input = LEVEL(sgd_step_input);
    table->sgd_step_weights = sgd_step_weights;
    table->steps_alone = true;
    table->mul_tn = mul_tn;
}

/* ---- the input verbs of mini-batches of floats --------------------------------------------------------------------------------------- */

static void pack_matrix(workspace *w, mat X, int first, int t0, int rows, int depth)
{
    pack(w, column(X, first) + t0, (size_t)X.rows, rows, depth);
}

static void pack_matrix_transposed(workspace *w, mat X, int first, int t0, int rows, int depth)
{
    pack_transposed(w, column(X, first) + t0, (size_t)X.rows, rows, depth);
}

/* Many units and few inputs: the former fill vectors, and nothing need be transposed on its way out. It is a tenth of the time, and changes
 * no bit, as every element is the same chain of operations. */
static bool rows_of_units(mat W)
{
    return W.rows >= PANEL && W.cols <= 4 * DEPTH;
}

/* (1)  S = W X0 + b 1' */
static void affine_floats(mat S, mat W, mat X, mat b)
{
    if (rows_of_units(W)) affine(S, W, X, b);
    else affine_of_input(S, W, X, b, pack_matrix_transposed);
}

static void gradient_floats(epilogue e, mat W, mat G, mat X)
{
    INVARIANT(W.rows == G.rows && W.cols == X.rows && G.cols == X.cols);
    if (rows_of_units(W)) gradient_plain(e, G, X);
    else gradient_input(e, G, X, pack_matrix);
}

/* (8)  dW = G X0'/n + 2 lambda W */
static void weight_gradient_floats(mat dW, mat G, mat X, double lambda, mat W)
{
    INVARIANT(dW.rows == W.rows && dW.cols == W.cols);
    gradient_floats(gradient_epilogue(GRADIENT, dW, W, lambda, 0, G.cols), W, G, X);
}

/* (8)(16)  W -= eta (G X0'/n + 2 lambda W), and dW is never written */
static void sgd_step_floats(mat W, double eta, mat G, mat X, double lambda, mat dW)
{
    (void)dW;
    gradient_floats(gradient_epilogue(DESCENT, W, W, lambda, eta, G.cols), W, G, X);
}

void LEVEL(floats)(backend *table)
{
    table->input_extra = 0;
    table->get_input = table->get;
    table->load_minibatch = LEVEL(load_matrix);
    table->affine_input = affine_floats;
    table->weight_gradient_input = weight_gradient_floats;
    table->sgd_step_input = sgd_step_floats;
}
