/*
 * The work on dirty bitmaps, bit by bit as one would say it. Reads cases from standard input: four 32-bit words (pages,
 * from, to, start of a slice), then two bitmaps of (pages + 7) / 8 bytes. Writes for each: dirty pages in [from, to), the
 * number of dirty pages and their numbers, the number of runs and the runs, first dirty and first clean page from `from` on
 * (pages where there is none), the four combinations and the slice, as bytes.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int has(const uint8_t *bits, uint32_t page) { return bits[page / 8] >> (page % 8) & 1; }

static void put(uint32_t value) { fwrite(&value, sizeof value, 1, stdout); }

static uint32_t next(const uint8_t *bits, uint32_t from, uint32_t pages, int dirty) {
  while (from < pages && has(bits, from) != dirty) from++;
  return from;
}

static int combined(int operation, int a, int b) {
  switch (operation) {
    case 0: return a | b;
    case 1: return a & b;
    case 2: return a & !b;
    default: return a ^ b;
  }
}

int main(void) {
  uint32_t head[4];
  while (fread(head, sizeof head, 1, stdin) == 1) {
    const uint32_t pages = head[0], from = head[1], to = head[2], start = head[3];
    const size_t size = (pages + 7) / 8;
    uint8_t *a = malloc(size + 1), *b = malloc(size + 1), *made = malloc(size + 1);
    if (fread(a, 1, size, stdin) != size || fread(b, 1, size, stdin) != size) return 1;
    uint32_t inside = 0, total = 0, runs = 0;
    for (uint32_t page = 0; page < pages; page++) {
      total += (uint32_t)has(a, page);
      inside += (uint32_t)(page >= from && page < to && has(a, page));
      runs += (uint32_t)(has(a, page) && (page == 0 || !has(a, page - 1)));
    }
    put(inside);
    put(total);
    for (uint32_t page = 0; page < pages; page++)
      if (has(a, page)) put(page);
    put(runs);
    for (uint32_t first = next(a, 0, pages, 1); first < pages;) {
      const uint32_t end = next(a, first, pages, 0);
      put(first);
      put(end - first);
      first = next(a, end, pages, 1);
    }
    put(next(a, from, pages, 1));
    put(next(a, from, pages, 0));
    for (int operation = 0; operation < 4; operation++) {
      for (size_t at = 0; at < size; at++) made[at] = 0;
      for (uint32_t page = 0; page < pages; page++)
        made[page / 8] |= (uint8_t)(combined(operation, has(a, page), has(b, page)) << (page % 8));
      fwrite(made, 1, size, stdout);
    }
    for (size_t at = 0; at < size; at++) made[at] = 0;
    for (uint32_t page = start; page < pages; page++)
      made[(page - start) / 8] |= (uint8_t)(has(a, page) << ((page - start) % 8));
    fwrite(made, 1, (pages - start + 7) / 8, stdout);
    free(a), free(b), free(made);
  }
  return 0;
}
