"""Figures that MetricsGoldenTests compares with. Run: pip install river==0.26.1; python metrics_river.py

The streams are those of the test: SplitMix64, one draw for the label, one for the score or the error.
"""
from river import metrics

MASK = (1 << 64) - 1


class SplitMix:
    def __init__(self, state):
        self.state = state

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53


def binary(count):
    random = SplitMix(11)
    for _ in range(count):
        label = random.uniform() < 0.3
        u = random.uniform()
        yield label, 0.2 + 0.8 * u if label else 0.8 * u


def multiclass(count):
    random = SplitMix(12)
    for _ in range(count):
        u, v = random.uniform(), random.uniform()
        label = int(4 * u * u)
        yield label, label if v < 0.6 else int(4 * random.uniform())


def regression(count):
    random = SplitMix(13)
    for _ in range(count):
        target = 10 * random.uniform()
        yield target, target + 2 * random.uniform() - 0.5


acc, kappa, f1, loss = metrics.Accuracy(), metrics.CohenKappa(), metrics.F1(), metrics.LogLoss()
auc = metrics.RollingROCAUC(window_size=2000)
for y, p in binary(2000):
    for m in (acc, kappa, f1):
        m.update(y, p >= 0.5)
    loss.update(y, p)
    auc.update(y, p)
print("binary", *(repr(m.get()) for m in (acc, kappa, f1, loss, auc)))

acc, kappa, f1 = metrics.Accuracy(), metrics.CohenKappa(), metrics.MacroF1()
for y, p in multiclass(2000):
    for m in (acc, kappa, f1):
        m.update(y, p)
print("multiclass", *(repr(m.get()) for m in (acc, kappa, f1)))

mae, rmse, r2 = metrics.MAE(), metrics.RMSE(), metrics.R2()
for y, p in regression(2000):
    for m in (mae, rmse, r2):
        m.update(y, p)
print("regression", *(repr(m.get()) for m in (mae, rmse, r2)))
