/* The two inner loops of the engine, a block of series abreast: the same answers as NumPy's, several times as fast.
 *
 * Plain C that calls nothing, so one build serves every Python. Matrices are atoms down and series across, float32.
 */
#include <stddef.h>
#include <stdint.h>

#define LANES 32
#define MOST_EDGES 200

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif
#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

INLINE void weigh_block(const float *restrict distance, ptrdiff_t series, ptrdiff_t atoms, const float *restrict prior,
                        const float *restrict factor, const int32_t *restrict place, float *restrict weights, double *restrict unexplained,
                        int lanes) {
  float whole[LANES] = {0}, left[LANES] = {0}, scale[LANES];
  for (ptrdiff_t a = 0; a < atoms; a++) {
    const float *restrict d = distance + a * series, *f = factor + place[a] * series;
    float *restrict w = weights + a * series;
    for (int l = 0; l < lanes; l++) {
      float more = d[l] > 1.0f ? d[l] : 1.0f; /* rounding alone makes a square negative */
      float odds = prior[a] / (more * more) * f[l];
      w[l] = odds;
      whole[l] += odds;
      left[l] += odds * (more - 1.0f);
    }
  }
  for (int l = 0; l < lanes; l++) {
    scale[l] = 1.0f / whole[l];
    unexplained[l] = left[l] / whole[l];
  }
  for (ptrdiff_t a = 0; a < atoms; a++)
    for (int l = 0; l < lanes; l++) weights[a * series + l] *= scale[l];
}

/* Weights (atoms x series, columns sum to one) from one and the distances, prior odds (atoms) and factors
 * (rows x series) of which atom a has row place[a]; unexplained (series) is the mean distance under the weights. */
WIDE void beachhead_weigh(const float *restrict distance, ptrdiff_t series, ptrdiff_t atoms, const float *restrict prior,
                          const float *restrict factor, const int32_t *restrict place, float *restrict weights, double *restrict unexplained) {
  ptrdiff_t s = 0;
  for (; s + LANES <= series; s += LANES)
    weigh_block(distance + s, series, atoms, prior, factor + s, place, weights + s, unexplained + s, LANES);
  if (s < series)
    weigh_block(distance + s, series, atoms, prior, factor + s, place, weights + s, unexplained + s,
                (int)(series - s));
}

INLINE void quantile_block(const float *restrict weights, ptrdiff_t series, const float *restrict counts, const int32_t *restrict order,
                           const int32_t *restrict below, const int32_t *restrict upto, ptrdiff_t edges, const double *restrict edge,
                           const double *restrict wanted, ptrdiff_t probabilities, double *restrict out, int lanes) {
  float reached[MOST_EDGES][LANES], sum[LANES] = {0}, before[LANES];
  ptrdiff_t k = 0;
  for (ptrdiff_t e = 0; e < edges; e++) {
    for (; k < below[e]; k++)
      for (int l = 0; l < lanes; l++) sum[l] += weights[order[k] * series + l] * counts[order[k]];
    for (int l = 0; l < lanes; l++) before[l] = sum[l];
    for (; k < upto[e]; k++)
      for (int l = 0; l < lanes; l++) sum[l] += weights[order[k] * series + l] * counts[order[k]];
    /* an atom at an edge counts half */
    for (int l = 0; l < lanes; l++) reached[e][l] = 0.5f * (before[l] + sum[l]);
  }
  for (ptrdiff_t p = 0; p < probabilities; p++) {
    float target[LANES];
    int32_t upper[LANES] = {0};
    for (int l = 0; l < lanes; l++) target[l] = (float)wanted[p] * sum[l];
    for (ptrdiff_t e = 0; e < edges; e++)
      for (int l = 0; l < lanes; l++) upper[l] += reached[e][l] < target[l];
    for (int l = 0; l < lanes; l++) {
      int32_t u = upper[l] < 1 ? 1 : upper[l] > edges - 1 ? (int32_t)(edges - 1) : upper[l];
      double low = reached[u - 1][l], gap = reached[u][l] - low;
      double share = (target[l] - low) / (gap > 0 ? gap : 1.0);
      share = share < 0 ? 0 : share > 1 ? 1 : share;
      out[p * series + l] = edge[u - 1] + (edge[u] - edge[u - 1]) * share;
    }
  }
}

/* Values (probabilities x series) below which a part of the weight lies. Atoms come in the ``order`` of their values;
 * of these, below[e] lie under edge e and upto[e] do not lie over it; counts (atoms) is what each counts beside its
 * weight. At most MOST_EDGES edges. */
WIDE void beachhead_quantiles(const float *restrict weights, ptrdiff_t series, const float *restrict counts, const int32_t *restrict order,
                              const int32_t *restrict below, const int32_t *restrict upto, ptrdiff_t edges, const double *restrict edge,
                              const double *restrict wanted, ptrdiff_t probabilities, double *restrict out) {
  ptrdiff_t s = 0;
  for (; s + LANES <= series; s += LANES)
    quantile_block(weights + s, series, counts, order, below, upto, edges, edge, wanted, probabilities, out + s,
                   LANES);
  if (s < series)
    quantile_block(weights + s, series, counts, order, below, upto, edges, edge, wanted, probabilities, out + s,
                   (int)(series - s));
}
