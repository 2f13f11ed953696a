/* numfuse: NumPy's functions on float32 vectors. Link with -lnumpy.
 *
 * Results. A function that returns `float *` gives a new buffer of row-major float32, which belongs to the library until
 * free_float_buffer; never NULL on success, not even for 0 elements. Arguments that have no result (sizes that do not
 * fit together, a null pointer with a size above 0, lengths that no memory holds) give NULL, or NaN where a number is
 * returned.
 *
 * Arguments. Input buffers are read during the call only and need no alignment.
 *
 * Threads. Every function may be called from several threads at once.
 */
#ifndef NUMFUSE_H
#define NUMFUSE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* np.arange(start, stop, step): max(0, ceil((stop - start) / step)) elements. NULL if step is 0 or a number is NaN.
 * Behind the elements, n / 2^22 + 1 more may be read: callers that count in single precision stay inside. */
float *arange(float start, float stop, float step);

/* np.zeros(size), np.ones(size). */
float *zeros_vec(size_t size);
float *ones_vec(size_t size);

/* np.eye(n): n * n elements. */
float *eye(size_t n);

/* np.linspace(start, stop, num): both ends included; num == 1 gives start. */
float *linspace(float start, float stop, size_t num);

/* np.log(samples): size elements. */
float *log_vec(const float *samples, size_t size);

/* np.power(samples, exponent): size elements. */
float *power_vec(const float *samples, size_t size, float exponent);

/* np.min, np.std and np.var (ddof = 0). NaN if size is 0; np.min of anything with a NaN is NaN. */
float compute_min(const float *samples, size_t size);
float compute_std(const float *samples, size_t size);
float compute_var(const float *samples, size_t size);

/* np.transpose of a matrix: cols * rows elements. */
float *transpose_2d(const float *data, size_t rows, size_t cols);

/* np.dot(a, b). NaN if the sizes differ. */
float dot_vec(const float *a, size_t a_size, const float *b, size_t b_size);

/* np.matmul(a, b): a_rows * b_cols elements. NULL if a_cols is not b_rows. */
float *matmul_2d(const float *a, size_t a_rows, size_t a_cols, const float *b, size_t b_rows, size_t b_cols);

/* np.clip(samples, a_min, a_max): NaN stays; a_min above a_max gives a_max everywhere. */
float *clip_vec(const float *samples, size_t size, float a_min, float a_max);

/* np.reshape(data, shape): a copy. NULL if the product of the shape is not size. */
float *reshape_vec(const float *data, size_t size, const size_t *shape, size_t ndim);

/* np.concatenate of vectors; sizes are their element counts. NULL if count is 0 or axis is not 0. */
float *concatenate(const float *const *arrays, const size_t *sizes, size_t count, size_t axis);

/* np.vstack of vectors, which must be of one length: count rows. */
float *vstack(const float *const *arrays, const size_t *sizes, size_t count);

/* np.hstack of vectors. */
float *hstack(const float *const *arrays, const size_t *sizes, size_t count);

/* np.interp(x, xp, fp): x_size elements; xp must increase. NULL if xp_size is 0. */
float *interp(const float *x, size_t x_size, const float *xp, const float *fp, size_t xp_size);

/* Gives a result back. NULL, pointers that are not results, and results given back before are ignored, and so is size. */
void free_float_buffer(float *ptr, size_t size);

#ifdef __cplusplus
}
#endif

#endif
