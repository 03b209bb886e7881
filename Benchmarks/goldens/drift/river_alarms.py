"""Prints the alarms of River's drift detectors, or with `cost` their nanoseconds per input."""
import sys
import time
from river import drift
from river.drift import binary

MASK = (1 << 64) - 1
OFFSETS = {"stationary": 0, "abrupt": 1000, "down": 3000, "low": 5000}
RATES = {"stationary": (0.2, 0.2), "abrupt": (0.2, 0.4), "down": (0.4, 0.2), "low": (0.02, 0.06)}


def values(stream, seed):
    state = seed + OFFSETS[stream]
    for t in range(100_000 if stream == "stationary" else 20_000):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        yield int((z >> 11) * 2.0**-53 < RATES[stream][t >= 10_000])


class Correct:
    """FHDDM as its paper means it: 1 is a correct answer, whatever River's documentation says."""

    def __init__(self):
        self.inner = binary.FHDDM()

    def update(self, x):
        self.inner.update(1 - x)

    @property
    def drift_detected(self):
        return self.inner.drift_detected


MAKERS = {
    "adwin": drift.ADWIN,
    "ddm": binary.DDM,
    "eddm": binary.EDDM,
    "fhddm": Correct,
    "hddm_a": binary.HDDMA,
    "hddm_w": binary.HDDMW,
    "page_hinkley": drift.PageHinkley,
}


def cost(make, inputs):
    best = float("inf")
    for _ in range(3):
        detector = make()
        start = time.perf_counter_ns()
        for x in inputs:
            detector.update(x)
            detector.drift_detected
        best = min(best, (time.perf_counter_ns() - start) / len(inputs))
    return best


if sys.argv[1:] == ["cost"]:
    inputs = list(values("stationary", 1))
    for name, make in MAKERS.items():
        print(name, f"{cost(make, inputs):.1f}")
    print("kswin", f"{cost(lambda: drift.KSWIN(seed=42), inputs[:2000]):.1f}")
else:
    for name, make in MAKERS.items():
        for stream in ("abrupt", "down", "low"):
            for seed in (1, 2, 3):
                detector, alarms = make(), []
                for t, x in enumerate(values(stream, seed)):
                    detector.update(x)
                    if detector.drift_detected:
                        alarms.append(t)
                print(name, "river", stream, seed, *alarms)
