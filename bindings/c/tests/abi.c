/* The C ABI from C: NumPy's results, arguments that have none, frees, threads. Exit status 0 if all is well. */
#include "numfuse.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    failures++;
}

/* Units in the last place between two floats; 0 for equal bits and for two NaNs. */
static int64_t distance(float a, float b) {
    int32_t x, y;
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0 : INT64_MAX;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    int64_t u = x < 0 ? (int64_t)INT32_MIN - x : x;
    int64_t v = y < 0 ? (int64_t)INT32_MIN - y : y;
    if (u == v)
        return x == y ? 0 : 1;
    return u > v ? u - v : v - u;
}

static void values(const char *what, float *got, const float *want, size_t n, int64_t ulp) {
    if (!got) {
        fail(what, "NULL");
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (distance(got[i], want[i]) > ulp) {
            char text[100];
            snprintf(text, sizeof text, "element %zu: %.9g instead of %.9g", i, got[i], want[i]);
            fail(what, text);
            break;
        }
    free_float_buffer(got, n);
}

static void number(const char *what, float got, float want, int64_t ulp) {
    if (distance(got, want) > ulp) {
        char text[100];
        snprintf(text, sizeof text, "%.9g instead of %.9g", got, want);
        fail(what, text);
    }
}

static void refused(const char *what, float *got) {
    if (got)
        fail(what, "a result, where there is none");
    free_float_buffer(got, 0);
}

#define VALUES(call, want, n, ulp) values(#call, call, want, n, ulp)
#define NUMBER(call, want, ulp) number(#call, call, want, ulp)
#define REFUSED(call) refused(#call, call)
#define CHECK(condition) ((condition) ? (void)0 : fail(#condition, "does not hold"))

#include "cases/cases.inc"

/* Sizes that nothing has, and null pointers. */
static void invalid(void) {
    static const float x[] = {1, 2, 3};
    static const size_t shape[] = {3}, sizes[] = {3, 3};
    static const float *const with_null[] = {x, NULL};
    static const size_t huge = SIZE_MAX, large = SIZE_MAX / 4;
    REFUSED(zeros_vec(huge));
    REFUSED(zeros_vec(large));
    REFUSED(ones_vec(large / 2));
    REFUSED(eye(huge));
    REFUSED(eye((size_t)1 << 32));
    REFUSED(linspace(0, 1, huge));
    REFUSED(linspace(0, 1, large));
    REFUSED(arange(0, 1e30f, 1e-30f));
    REFUSED(log_vec(NULL, 3));
    REFUSED(log_vec(x, huge));
    REFUSED(power_vec(NULL, 1, 2));
    REFUSED(clip_vec(NULL, 1, 0, 1));
    REFUSED(transpose_2d(NULL, 1, 1));
    REFUSED(transpose_2d(x, huge, huge));
    REFUSED(matmul_2d(NULL, 1, 1, x, 1, 1));
    REFUSED(matmul_2d(x, huge, 2, x, 2, 1));
    REFUSED(matmul_2d(x, 1, 3, x, 2, 1));
    REFUSED(reshape_vec(x, 3, NULL, 1));
    REFUSED(reshape_vec(NULL, 3, shape, 1));
    REFUSED(reshape_vec(x, 3, shape, huge));
    REFUSED(concatenate(NULL, sizes, 2, 0));
    REFUSED(concatenate(with_null, NULL, 2, 0));
    REFUSED(concatenate(with_null, sizes, 2, 0));
    REFUSED(concatenate(with_null, sizes, 1, huge));
    REFUSED(vstack(with_null, sizes, 2));
    REFUSED(hstack(with_null, sizes, 2));
    REFUSED(hstack(NULL, NULL, 0));
    REFUSED(interp(x, 3, NULL, x, 3));
    REFUSED(interp(NULL, 3, x, x, 3));
    CHECK(isnan(compute_min(NULL, 1)));
    CHECK(isnan(compute_std(NULL, 0)));
    CHECK(isnan(compute_var(x, huge)));
    CHECK(isnan(dot_vec(x, 3, x, 2)));
    CHECK(isnan(dot_vec(NULL, 3, x, 3)));
    CHECK(dot_vec(NULL, 0, NULL, 0) == 0);
}

static void frees(void) {
    float mine[4] = {1, 2, 3, 4};
    float *a = ones_vec(4), *b = ones_vec(4), *none = zeros_vec(0);
    CHECK(none && none != a && a != b);
    free_float_buffer(NULL, 4);
    free_float_buffer(mine, 4);
    free_float_buffer(a + 1, 3);
    free_float_buffer((float *)((char *)a + 1), 3);
    CHECK(a[0] == 1 && a[3] == 1);
    free_float_buffer(a, (size_t)-1);
    free_float_buffer(a, 4);
    CHECK(b[0] == 1 && b[3] == 1 && mine[3] == 4);
    free_float_buffer(b, 0);
    free_float_buffer(b, 0);
    free_float_buffer(none, 0);
    /* An address that is taken again is a result again. */
    for (int i = 0; i < 100; i++) {
        float *c = zeros_vec(1000);
        CHECK(c && c[999] == 0);
        if (c)
            c[0] = 1;
        free_float_buffer(c, 1000);
    }
    /* Arguments need no alignment, and results may be arguments. */
    char bytes[13];
    float two[] = {2, 4, 8};
    memcpy(bytes + 1, two, sizeof two);
    NUMBER(compute_min((const float *)(bytes + 1), 3), 2, 0);
    float *r = arange(0, 3, 1);
    VALUES(log_vec(r, 0), NULL, 0, 0);
    NUMBER(dot_vec(r, 3, r, 3), 5, 0);
    free_float_buffer(r, 3);
    /* The elements behind the last one can be read. */
    float *s = arange(0, 1, 0.3f);
    volatile float spare = s ? s[4] : 0;
    (void)spare;
    free_float_buffer(s, 4);
}

static void *work(void *seed) {
    float scale = (float)(intptr_t)seed;
    intptr_t wrong = 0;
    for (int i = 0; i < 300; i++) {
        size_t n = 1 + (size_t)i * 7 % 500;
        float *a = arange(0, (float)n, 1);
        float *b = power_vec(a, n, 2);
        float *c = clip_vec(b, n, 0, scale);
        float *d = matmul_2d(a, n, 1, b, 1, n);
        wrong += !a || !b || !c || !d || c[n - 1] > scale || d[n * n - 1] != a[n - 1] * b[n - 1];
        free_float_buffer(d, n * n);
        free_float_buffer(b, n);
        free_float_buffer(b, n);
        free_float_buffer(a, n);
        free_float_buffer(c, n);
    }
    return (void *)wrong;
}

static void threads(void) {
    pthread_t all[6];
    for (intptr_t i = 0; i < 6; i++)
        CHECK(pthread_create(&all[i], NULL, work, (void *)(10 * (i + 1))) == 0);
    for (int i = 0; i < 6; i++) {
        void *wrong = NULL;
        CHECK(pthread_join(all[i], &wrong) == 0 && wrong == NULL);
    }
}

int main(void) {
    cases();
    invalid();
    frees();
    threads();
    if (failures)
        fprintf(stderr, "%d failures\n", failures);
    return failures != 0;
}
