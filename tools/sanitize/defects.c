/* Known defects, to check that each tool reports its defect: defects c|rust overflow|leak|race|arithmetic. The defects
 * in Rust are in the library with test hooks. The exit status is 0 if no tool reports an error. */

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

tp_status tp_test_defect(uint32_t defect);

static const char *const defects[] = {"overflow", "leak", "race", "arithmetic"};

static void overflow(void) {
  volatile size_t size = 64;
  volatile char *memory = calloc(size, 1);
  printf("%d\n", memory[size]);
  free((void *)memory);
}

static void leak(void) {
  for (int number = 0; number < 100; number++) {
    volatile char *memory = malloc(64);
    memory[0] = 1;
  }
}

static uint64_t raced = 0;

static void write_raced(size_t number, void *shared) {
  *(volatile uint64_t *)shared += number;
}

static void race(void) {
  on_threads(2, write_raced, &raced);
}

static void arithmetic(void) {
  volatile int most = INT_MAX;
  most = most + 1;
}

int main(int count, char **arguments) {
  static void (*const in_c[])(void) = {overflow, leak, race, arithmetic};
  for (uint32_t defect = 0; count == 3 && defect < sizeof defects / sizeof *defects; defect++) {
    if (strcmp(arguments[2], defects[defect]) == 0) {
      if (strcmp(arguments[1], "rust") == 0) {
        CHECK_OK(tp_test_defect(defect));
      } else {
        in_c[defect]();
      }
      return 0;
    }
  }
  return 0;
}
