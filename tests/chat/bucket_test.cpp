// A bucket gives exactly its rate, at any spacing and at any time, and its word about when is
// exact.
#include "chat/bucket.h"

#include <algorithm>
#include <random>

#include "chat/bounds.h"
#include "unit.h"

namespace {

using chat::Bucket;
using chat::Rate;
using chat::rate_max;

static_assert(sizeof(Bucket) == 16);

constexpr Rate rates[] = {
    {5, 1000, 20},
    {30, 60000, 10},
    {1, 1000, 1},
    {1, 60000, 1},
    {7, 1000, 3},
    {997, 1000, 2},
    {1009, 60000, 1},
    {7, 60000, rate_max},
    {1001, 1000, 50},
    {999'983, 60000, 20'000},
    {rate_max, 1000, rate_max},
    {rate_max, 60000, rate_max},
};

constexpr std::uint64_t starts_ms[] = {0, 1, 1'700'000'000'123, UINT64_MAX - 10'000'000};

void empty(Bucket& bucket, const Rate& rate, std::uint64_t now_ms) {
  for (std::uint32_t i = 0; i < rate.burst; ++i) assert_int_equal(bucket.take(rate, now_ms), 0);
  assert_int_not_equal(bucket.take(rate, now_ms), 0);
}

// As many as it gives at one time.
std::uint32_t drain(Bucket& bucket, const Rate& rate, std::uint64_t now_ms) {
  std::uint32_t taken = 0;
  while (bucket.take(rate, now_ms) == 0) ++taken;
  return taken;
}

void test_a_fresh_bucket_is_full(void**) {
  for (const Rate& rate : rates) {
    for (std::uint64_t start_ms : starts_ms) {
      Bucket bucket;
      assert_int_equal(drain(bucket, rate, start_ms), rate.burst);
    }
  }
}

// Whether asking at this spacing loses nothing: what comes in between, and less than a token that
// lay there, finds room.
bool keeps_up(const Rate& rate, std::uint64_t spacing_ms) {
  const std::uint64_t come = spacing_ms * rate.count;
  const std::uint64_t late = std::min(rate.count, rate.interval_ms);
  return come <= std::uint64_t{rate.burst - 1} * rate.interval_ms + late;
}

// Asked every few milliseconds it gives its rate in each of many intervals, not one more or less.
void test_exactly_the_rate(void**) {
  int kept_up = 0;
  for (const Rate& rate : rates) {
    for (std::uint32_t spacing_ms : {1, 2, 7, 50, 125, 500}) {
      if (!keeps_up(rate, spacing_ms)) continue;
      ++kept_up;
      Bucket bucket;
      std::uint64_t now_ms = 1'700'000'000'123;
      empty(bucket, rate, now_ms);
      // A spacing that does not divide the interval meets the end of one after so many of them.
      const std::uint32_t span_ms = rate.interval_ms * (spacing_ms == 7 ? 7 : 1);
      for (int span = 0; span < 3; ++span) {
        std::uint64_t taken = 0;
        for (std::uint32_t i = 0; i < span_ms / spacing_ms; ++i) {
          now_ms += spacing_ms;
          taken += drain(bucket, rate, now_ms);
        }
        assert_int_equal(taken, std::uint64_t{rate.count} * span_ms / rate.interval_ms);
      }
    }
  }
  assert_true(kept_up > 40);
}

// Who comes back exactly when told loses nothing, whatever the burst.
void test_the_wait_does_not_drift(void**) {
  for (const Rate& rate : rates) {
    if (rate.count > rate.interval_ms) continue;  // more than one in each millisecond
    const Rate single{rate.count, rate.interval_ms, 1};
    Bucket bucket;
    std::uint64_t now_ms = 0;
    empty(bucket, single, now_ms);
    for (std::uint32_t i = 0; i < 3 * rate.count; ++i) {
      now_ms += bucket.take(single, now_ms);
      assert_int_equal(bucket.take(single, now_ms), 0);
    }
    assert_int_equal(now_ms, 3 * rate.interval_ms);
  }
}

void test_the_wait_is_exact(void**) {
  std::mt19937_64 dice(1);
  for (const Rate& rate : rates) {
    for (std::uint64_t start_ms : starts_ms) {
      Bucket bucket;
      std::uint64_t now_ms = start_ms;
      empty(bucket, rate, now_ms);
      for (int i = 0; i < 100; ++i) {
        now_ms += dice() % (rate.interval_ms / rate.count + 2);
        drain(bucket, rate, now_ms);
        const std::uint64_t wait_ms = bucket.take(rate, now_ms);
        assert_in_range(wait_ms, 1, rate.interval_ms);
        // Asking takes nothing and changes nothing.
        assert_int_equal(bucket.take(rate, now_ms), wait_ms);
        Bucket early = bucket;
        assert_int_equal(early.take(rate, now_ms + wait_ms - 1), 1);
        assert_int_equal(early.take(rate, now_ms + wait_ms), 0);
        Bucket at_once = bucket;
        assert_int_equal(at_once.take(rate, now_ms + wait_ms), 0);
      }
    }
  }
}

void test_the_wait_as_an_operator_reads_it(void**) {
  Bucket messages;
  const Rate five_a_second{5, 1000, 20};
  empty(messages, five_a_second, 0);
  assert_int_equal(messages.take(five_a_second, 0), 200);
  assert_int_equal(messages.take(five_a_second, 150), 50);
  assert_int_equal(messages.take(five_a_second, 200), 0);
  assert_int_equal(messages.take(five_a_second, 200), 200);

  Bucket finds;
  const Rate seven_a_minute{7, 60000, 1};
  empty(finds, seven_a_minute, 0);
  assert_int_equal(finds.take(seven_a_minute, 0), 8571);
}

void test_a_rest_fills_it_and_no_more(void**) {
  for (const Rate& rate : rates) {
    const std::uint64_t fill_ms =
        (std::uint64_t{rate.burst} * rate.interval_ms + rate.count - 1) / rate.count;
    // The one but last times a million is 2^64 times a whole number.
    for (std::uint64_t rest_ms :
         {fill_ms, fill_ms + 1, 10 * fill_ms, std::uint64_t{1} << 58, UINT64_MAX - 1}) {
      Bucket bucket;
      empty(bucket, rate, 1);
      assert_int_equal(drain(bucket, rate, 1 + rest_ms), rate.burst);
    }
    Bucket bucket;
    empty(bucket, rate, 1);
    assert_true(drain(bucket, rate, 1 + fill_ms - 2) < rate.burst);
  }
}

void test_a_step_back_counts_as_no_time(void**) {
  const Rate rate{5, 1000, 2};
  Bucket bucket;
  empty(bucket, rate, 100'000);
  assert_int_equal(bucket.take(rate, 100'100), 100);
  assert_int_equal(bucket.take(rate, 50'000), 100);
  // From there time goes on.
  assert_int_equal(bucket.take(rate, 50'099), 1);
  assert_int_equal(bucket.take(rate, 50'100), 0);
  assert_int_equal(bucket.take(rate, 0), 200);
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(test_a_fresh_bucket_is_full),
      cmocka_unit_test(test_exactly_the_rate),
      cmocka_unit_test(test_the_wait_does_not_drift),
      cmocka_unit_test(test_the_wait_is_exact),
      cmocka_unit_test(test_the_wait_as_an_operator_reads_it),
      cmocka_unit_test(test_a_rest_fills_it_and_no_more),
      cmocka_unit_test(test_a_step_back_counts_as_no_time),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
