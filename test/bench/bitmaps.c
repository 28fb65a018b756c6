/* The work on dirty bitmaps as one would write it in C. Reads two bitmaps of one size, prints nanoseconds as JSON: medians. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t *bits, *other;
static size_t words;
static uint32_t *out;
enum { CHUNK = 65536, SHORT_ROUNDS = 31 };

static uint64_t count(void) {
  uint64_t total = 0;
  for (size_t i = 0; i < words; i++) total += __builtin_popcountll(bits[i]);
  return total;
}

static uint64_t or_in_place(void) {
  for (size_t i = 0; i < words; i++) bits[i] |= other[i];
  return bits[words / 2];
}

/* Page numbers into a reused buffer that is emptied when it is full. */
static uint64_t pages(void) {
  uint64_t total = 0;
  size_t filled = 0;
  for (size_t i = 0; i < words; i++) {
    uint64_t word = bits[i];
    if (filled > CHUNK - 64) total += filled, filled = 0;
    while (word != 0) {
      out[filled++] = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(word));
      word &= word - 1;
    }
  }
  return total + filled;
}

static size_t next(size_t from, uint64_t flip) {
  size_t i = from / 64;
  if (i >= words) return words * 64;
  uint64_t word = (bits[i] ^ flip) >> (from % 64);
  if (word != 0) return from + (size_t)__builtin_ctzll(word);
  while (++i < words)
    if ((bits[i] ^ flip) != 0) return i * 64 + (size_t)__builtin_ctzll(bits[i] ^ flip);
  return words * 64;
}

static uint64_t ranges(void) {
  uint64_t total = 0;
  size_t filled = 0;
  for (size_t first = next(0, 0); first < words * 64;) {
    size_t end = next(first, ~0ull);
    if (end > words * 64) end = words * 64;
    if (filled == CHUNK / 2) total += filled, filled = 0;
    out[2 * filled] = (uint32_t)first;
    out[2 * filled + 1] = (uint32_t)(end - first);
    filled++;
    first = next(end, 0);
  }
  return total + filled;
}

static int by_size(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void measure(const char *name, uint64_t (*run)(void), int rounds, const char *comma) {
  static double times[256];
  uint64_t result = 0;
  for (int round = 0; round < rounds; round++) {
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    result = run();
    clock_gettime(CLOCK_MONOTONIC, &end);
    times[round] = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
  }
  qsort(times, (size_t)rounds, sizeof *times, by_size);
  printf("\"%s\":{\"time\":%.0f,\"result\":%llu}%s", name, times[rounds / 2], (unsigned long long)result, comma);
}

static uint64_t *load(const char *path, size_t size) {
  uint64_t *to = aligned_alloc(64, size);
  FILE *file = fopen(path, "rb");
  if (to == NULL || file == NULL || fread(to, 1, size, file) != size) exit(1);
  fclose(file);
  return to;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  const size_t size = strtoull(argv[3], NULL, 10);
  const int rounds = atoi(argv[4]);
  words = size / 8;
  bits = load(argv[1], size);
  other = load(argv[2], size);
  out = malloc((CHUNK + 64) * sizeof *out);
  printf("{");
  measure("count", count, SHORT_ROUNDS, ",");
  measure("pages", pages, rounds, ",");
  measure("ranges", ranges, rounds, ",");
  measure("or", or_in_place, SHORT_ROUNDS, "}\n");
  return 0;
}
