"""What is said of images in a row, without PyTorch: image_report_test.py."""

import unittest

import image_report


def series(images=100, **changes):
    made = {"steps": 4, "seconds": [0.5] * images, "sha256": ["a"] * images, "tensors": [7] * images,
            "allocated_bytes": [9] * images, "used_bytes": [1 << 30] * images}
    return made | changes


class Trends(unittest.TestCase):
    def test_the_slope_is_that_of_the_line(self):
        self.assertAlmostEqual(image_report.slope([3, 5, 7, 9]), 2)
        self.assertAlmostEqual(image_report.slope([1, 3, 1, 3, 1]), 0)
        self.assertEqual(image_report.slope([4]), 0)

    def test_a_slow_beginning_is_no_slow_down_and_one_slow_image_neither(self):
        self.assertFalse(image_report.slows([9.0] * 20 + [1.0] * 79 + [9.0]))
        self.assertTrue(image_report.slows([1.0] * 50 + [1.04] * 50))

    def test_memory_that_comes_and_goes_is_no_growth(self):
        self.assertFalse(image_report.grows([100, 110] * 50))
        self.assertFalse(image_report.grows([50] * 20 + [100] * 80))
        self.assertTrue(image_report.grows([100 + i for i in range(100)]))


class Faults(unittest.TestCase):
    def test_a_flat_series_has_none(self):
        self.assertEqual(image_report.faults(series()), [])
        self.assertEqual(image_report.faults(series(tensors=[3] + [7] * 99)), [], "the first image makes what later ones use")
        self.assertIn("4 steps: median 500.0 ms", image_report.series_lines(series())[0])
        self.assertIn("+0.00 % time (no slow-down), +0.0 MiB (no growth, one picture)", image_report.series_lines(series())[0])

    def test_each_is_named(self):
        self.assertEqual(image_report.faults(series(sha256=["a"] * 99 + ["b"])), ["2 pictures of one request differ"])
        self.assertIn("tensors are not the same", image_report.faults(series(tensors=list(range(100))))[0])
        self.assertIn("allocated_bytes are not", image_report.faults(series(allocated_bytes=[9] * 98 + [10, 9]))[0])
        grown = series(used_bytes=[(100 + i) << 20 for i in range(100)])
        self.assertEqual(image_report.faults(grown), ["memory grows: 0.10 GiB to 0.19 GiB"])
        self.assertIn("memory grows", image_report.series_lines(grown)[0])

    def test_slowing_down_is_one_where_time_counts(self):
        slower = series(seconds=[0.5] * 60 + [0.6] * 40)
        self.assertEqual(image_report.faults(slower, timed=True),
                         ["images slow down: 500.0 ms in the second fifth, 600.0 in the last"])
        self.assertEqual(image_report.faults(slower), [])
        self.assertEqual(image_report.faults(series(10, seconds=[0.5] * 6 + [0.6] * 4), timed=True), [])
        self.assertEqual(image_report.faults(series(), timed=True), [])
        self.assertIn("(SLOWER at the end)", image_report.series_lines(slower)[0])

    def test_a_cpu_has_no_allocator_to_ask(self):
        made = series()
        del made["allocated_bytes"]
        self.assertEqual(image_report.faults(made), [])


class Plans(unittest.TestCase):
    def test_steps_are_given_up_before_images(self):
        self.assertEqual(image_report.steps_that_fit(1000, 100, 1, 0.1, 28), (28, 100))
        self.assertEqual(image_report.steps_that_fit(200, 100, 1, 0.1, 28), (10, 100))
        self.assertEqual(image_report.steps_that_fit(60, 100, 1, 0.1, 28), (1, 54))
        self.assertEqual(image_report.steps_that_fit(-5, 100, 1, 0.1, 28), (1, 0))


class Tables(unittest.TestCase):
    def test_stages_are_in_milliseconds_and_a_step_is_a_share_of_all(self):
        text = image_report.stage_table([{"text": 0.001, "steps": 0.5}, {"text": 0.003, "steps": 0.7}], 5)
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
        self.assertEqual(rows[0], ["stage", "median ms", "p10", "p90", "samples"])
        self.assertEqual(rows[2], ["text", "3.00", "1.00", "3.00", "2"])
        self.assertEqual(rows[4], ["one of 5 steps", "140.00", "100.00", "140.00", "2"])
        self.assertEqual(rows[5], ["whole image", "703.00", "501.00", "703.00", "2"])

    def test_a_process_is_as_old_as_the_system_says(self):
        stat = "4711 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 0 250 99 98 97\n"
        self.assertAlmostEqual(image_report.since_start(stat, "4.75 9.00\n"), 2.25)


if __name__ == "__main__":
    unittest.main()
