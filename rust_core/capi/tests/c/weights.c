/* Weights made from counts, in arrays of the caller. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

static bool is_close(double found, double expected) {
  return found > expected - 1e-6 && found < expected + 1e-6;
}

/* Three rows, with two entries, no entry and one entry. */
static const int32_t ENDS[] = {0, 2, 2, 3}, COLUMNS[] = {0, 2, 1};
static const int64_t LONG_ENDS[] = {0, 2, 2, 3}, LONG_COLUMNS[] = {0, 2, 1};

static void check_weighed(const tp_weights *weights, const double *expected) {
  for (size_t offset_size = 4; offset_size <= 8; offset_size += 4) {
    const void *ends = offset_size == 4 ? (const void *)ENDS : LONG_ENDS;
    const void *columns = offset_size == 4 ? (const void *)COLUMNS : LONG_COLUMNS;
    double wide[] = {3, 4, 2};
    float narrow[] = {3, 4, 2};
    CHECK_OK(tp_weigh(weights, offset_size, ends, 3, columns, sizeof *wide, wide, 3));
    CHECK_OK(tp_weigh(weights, offset_size, ends, 3, columns, sizeof *narrow, narrow, 3));
    for (size_t place = 0; place < 3; place++) {
      CHECK(is_close(wide[place], expected[place]) && is_close((double)narrow[place], expected[place]));
    }
  }
}

static void values_are_weighed_in_place(void) {
  const double factors[] = {1, 0.5, 2};
  tp_weights weights = {.struct_size = sizeof weights};
  check_weighed(NULL, (const double[]){3, 4, 2});
  check_weighed(&weights, (const double[]){3, 4, 2});
  weights.norm = TP_NORM_L1;
  check_weighed(&weights, (const double[]){3.0 / 7, 4.0 / 7, 1});
  weights.norm = TP_NORM_L2;
  check_weighed(&weights, (const double[]){0.6, 0.8, 1});
  weights.norm = TP_NORM_NONE, weights.column_weights = factors, weights.column_count = 3;
  check_weighed(&weights, (const double[]){3, 8, 1});
  weights.sublinear = true, weights.column_weights = NULL;
  check_weighed(&weights, (const double[]){2.0986123, 2.3862944, 1.6931472});
  CHECK_OK(tp_weigh(&weights, 4, ENDS, 0, NULL, 8, NULL, 0));
}

static void arrays_that_do_not_fit_are_refused(void) {
  const int32_t from_one[] = {1, 2, 2, 3}, backwards[] = {0, 2, 1, 3};
  const int32_t negative[] = {0, -2, 2, 3}, too_far[] = {0, 2, 2, 4};
  const int32_t *wrong[] = {from_one, backwards, negative, too_far};
  const int32_t far_columns[] = {0, 3, 1}, negative_columns[] = {0, -1, 1};
  const double factors[] = {1, 0.5, 2};
  const tp_weights weights = {.struct_size = sizeof weights, .column_weights = factors, .column_count = 3};
  double values[] = {3, 4, 2, 0};
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    CHECK_STATUS(tp_weigh(&weights, 4, wrong[place], 3, COLUMNS, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  }
  CHECK_STATUS(tp_weigh(&weights, 4, ENDS, 2, COLUMNS, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 4, ENDS, 3, far_columns, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 4, ENDS, 3, negative_columns, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 2, ENDS, 3, COLUMNS, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 4, ENDS, 3, COLUMNS, 2, values, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 4, ENDS, SIZE_MAX, COLUMNS, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 4, ENDS, 3, COLUMNS, 8, values, SIZE_MAX), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 8, (const char *)LONG_ENDS + 4, 2, COLUMNS, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  CHECK_STATUS(tp_weigh(&weights, 4, ENDS, 3, COLUMNS, 8, (char *)values + 4, 3), TP_ERROR_INVALID_ARGUMENT);
}

static void invalid_weights_are_refused(void) {
  const double one = 1;
  tp_weights wrong[] = {
      {.struct_size = sizeof *wrong, .norm = TP_NORM_L2 + 1},
      {.struct_size = 1},
      {.struct_size = sizeof *wrong, .column_weights = &one, .column_count = SIZE_MAX},
      {.struct_size = sizeof *wrong, .column_weights = &one, .column_count = 0},
      {.struct_size = SIZE_MAX},
  };
  double values[] = {3, 4, 2};
  for (size_t place = 0; place < sizeof wrong / sizeof *wrong; place++) {
    CHECK_STATUS(tp_weigh(&wrong[place], 4, ENDS, 3, COLUMNS, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
  }
  CHECK(is_close(values[0], 3) && is_close(values[1], 4) && is_close(values[2], 2));
  struct {
    tp_weights known;
    size_t unknown;
  } newer = {{.struct_size = sizeof newer}, 0};
  CHECK_OK(tp_weigh(&newer.known, 4, ENDS, 3, COLUMNS, 8, values, 3));
  newer.unknown = 1;
  CHECK_STATUS(tp_weigh(&newer.known, 4, ENDS, 3, COLUMNS, 8, values, 3), TP_ERROR_INVALID_ARGUMENT);
}

static void errors_name_the_required_pointer_that_is_null(void) {
  double values[] = {3, 4, 2};
  check_null(tp_weigh(NULL, 4, NULL, 3, COLUMNS, 8, values, 3), "row_ends");
  check_null(tp_weigh(NULL, 4, NULL, 0, NULL, 8, NULL, 0), "row_ends");
  check_null(tp_weigh(NULL, 4, ENDS, 3, NULL, 8, values, 3), "columns");
  check_null(tp_weigh(NULL, 4, ENDS, 3, COLUMNS, 8, NULL, 3), "values");
}

/* Enough entries for the library to start threads. */
enum { ROWS = 50000, IN_A_ROW = 4, ENTRIES = ROWS * IN_A_ROW };

static void weigh_many(size_t threads) {
  int64_t *ends = malloc((ROWS + 1) * sizeof *ends), *columns = malloc(ENTRIES * sizeof *columns);
  float *values = malloc(ENTRIES * sizeof *values);
  CHECK(ends != NULL && columns != NULL && values != NULL);
  for (int64_t row = 0; row <= ROWS; row++) {
    ends[row] = row * IN_A_ROW;
  }
  for (int64_t place = 0; place < ENTRIES; place++) {
    columns[place] = place % 3;
    values[place] = (float)(place % 7);
  }
  const double factors[] = {1, 0.5, 2};
  const tp_weights weights = {sizeof weights, threads, false, factors, 3, TP_NORM_L1};
  CHECK_OK(tp_weigh(&weights, 8, ends, ROWS, columns, sizeof *values, values, ENTRIES));
  for (size_t row = 0; row < ROWS; row++) {
    double sum = 0;
    for (size_t place = row * IN_A_ROW; place < (row + 1) * IN_A_ROW; place++) {
      sum += (double)values[place];
    }
    CHECK(is_close(sum, 1));
  }
  free(ends);
  free(columns);
  free(values);
}

static void values_are_the_same_on_any_number_of_threads(void) {
  weigh_many(1);
  weigh_many(3);
  weigh_many(SIZE_MAX);
}

static void weigh_own(size_t number, void *shared) {
  (void)shared;
  weigh_many(1 + number % 2);
}

static void threads_weigh_at_the_same_time(void) {
  on_threads(4, weigh_own, NULL);
}

int main(void) {
  RUN(values_are_weighed_in_place);
  RUN(arrays_that_do_not_fit_are_refused);
  RUN(invalid_weights_are_refused);
  RUN(errors_name_the_required_pointer_that_is_null);
  RUN(values_are_the_same_on_any_number_of_threads);
  RUN(threads_weigh_at_the_same_time);
  return tests_done("weights");
}
