"""What the sections image and java say of their samples. Nothing here needs PyTorch; image_report_test.py proves it."""

import report

SLOWER = 1.03  # more than a card's clocks wander in a minute
GROWN = 1.01
TIMED = 50  # images in a row; of fewer a fifth is too few to tell noise from slow-down


def fifth(values, index):
    return values[len(values) * index // 5 : len(values) * (index + 1) // 5]


def slope(values):
    """Least squares: what a value is greater than the one before it, on the whole."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    square = sum((i - middle) ** 2 for i in range(len(values)))
    return sum((i - middle) * (value - mean) for i, value in enumerate(values)) / square if square else 0.0


def slows(seconds):
    """Whether the last fifth takes longer than the second; the first one warms up."""
    return report.quantile(fifth(seconds, 4), 0.5) > SLOWER * report.quantile(fifth(seconds, 1), 0.5)


def grows(sizes):
    """Whether the last fifth is above all of the second: what merely comes and goes is no growth."""
    return min(fifth(sizes, 4)) > GROWN * max(fifth(sizes, 1))


def faults(series, timed=False):
    """What is wrong with images in a row of one request: a picture that differs, tensors or memory that stay, and, where time
    counts, which is on a card, images that slow down."""
    found = []
    if len(set(series["sha256"])) > 1:
        found.append(f"{len(set(series['sha256']))} pictures of one request differ")
    for name in ("tensors", "allocated_bytes"):
        kept = series.get(name, [])[1:]
        if len(set(kept)) > 1:
            found.append(f"{name} are not the same after each image: {min(kept)} to {max(kept)}")
    if grows(series["used_bytes"]):
        found.append(f"memory grows: {gib(min(series['used_bytes']))} to {gib(max(series['used_bytes']))}")
    if timed and len(series["seconds"]) >= TIMED and slows(series["seconds"]):
        early, late = (1e3 * report.quantile(fifth(series["seconds"], index), 0.5) for index in (1, 4))
        found.append(f"images slow down: {early:.1f} ms in the second fifth, {late:.1f} in the last")
    return found


def series_lines(series):
    seconds, used = series["seconds"], series["used_bytes"]
    median = report.quantile(seconds, 0.5)
    trend = 100 * slope(seconds) * len(seconds) / median
    return [f"{len(seconds)} images in a row of {series['steps']} steps: median {1e3 * median:.1f} ms, p10 "
            f"{1e3 * report.quantile(seconds, 0.1):.1f}, p90 {1e3 * report.quantile(seconds, 0.9):.1f}; over all of them "
            f"{trend:+.2f} % time ({'SLOWER at the end' if slows(seconds) else 'no slow-down'}), "
            f"{slope(used) * len(used) / 2**20:+.1f} MiB ({'; '.join(faults(series)) or 'no growth, one picture'})"]


def steps_that_fit(seconds, images, whole, step, most):
    """Steps of each of so many images that take `whole` seconds besides their steps, and how many images fit."""
    steps = int((seconds / images - whole) / step)
    if steps >= 1:
        return min(most, steps), images
    return 1, max(0, int(seconds / (whole + step)))


def stage_table(samples, steps):
    """samples: of each image the seconds of its stages."""
    columns = {name: [sample[name] for sample in samples] for name in samples[0]}
    columns[f"one of {steps} steps"] = [seconds / steps for seconds in columns["steps"]]
    columns["whole image"] = [sum(sample.values()) for sample in samples]
    return report.markdown([["stage", "median ms", "p10", "p90", "samples"], *map(time_row, columns, columns.values())])


def time_row(name, seconds):
    return [name, *(f"{1e3 * report.quantile(seconds, fraction):.2f}" for fraction in (0.5, 0.1, 0.9)), str(len(seconds))]


def gib(size):
    return f"{size / 2**30:.2f} GiB"


def since_start(stat, uptime):
    """Seconds from the start of a process, of /proc/self/stat and /proc/uptime; as fine as 10 ms."""
    return float(uptime.split()[0]) - int(stat.rpartition(")")[2].split()[19]) / 100
