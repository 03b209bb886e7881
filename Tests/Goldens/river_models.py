"""Numbers of River 0.26.1 for Tests/Goldens/river_models.txt (pip install river==0.26.1; python river_models.py > river_models.txt).

The stream is a linear congruential one that the Swift test makes again. Each line: a case's name and its numbers: the
prediction before each of the last examples was learned, or the scaled slots.
"""
from river import linear_model, naive_bayes, optim, preprocessing, proba, stats

ROWS = 200
KEPT = 20


def stream():
    state = 12345

    def draw():
        nonlocal state
        state = (state * 1103515245 + 12345) % 2147483648
        return state / 2147483648

    for _ in range(ROWS):
        a, b, c = draw() * 4 - 2, draw() * 2 - 1, draw()
        noise = draw() - 0.5
        missing = draw() < 0.1
        x = {"a": a, "b": b, "c": c}
        if missing:
            del x["c"]
        y = 1.5 * a - 2 * b + 0.5 * c + noise
        yield x, y


def show(name, values):
    print(name, *(repr(float(v)) for v in values[-KEPT:]))


def regression(name, model):
    out = []
    for x, y in stream():
        out.append(model.predict_one(x))
        model.learn_one(x, y)
    show(name, out)


def classification(name, model):
    out = []
    for x, y in stream():
        out.append(model.predict_proba_one(x).get(True, 0.0))
        model.learn_one(x, y > 0)
    show(name, out)


def scaled(name, scaler):
    out = []
    for x, _ in stream():
        scaler.learn_one(x)
        t = scaler.transform_one(x)
        out += [t["a"], t["b"], t.get("c", float("nan"))]
    show(name, out)


regression("linear_regression sgd", linear_model.LinearRegression(optimizer=optim.SGD(0.01)))
regression("linear_regression sgd l2", linear_model.LinearRegression(optimizer=optim.SGD(0.02), l2=0.1, intercept_lr=0.03))
regression("linear_regression adagrad", linear_model.LinearRegression(optimizer=optim.AdaGrad(0.1)))
classification("logistic_regression sgd", linear_model.LogisticRegression(optimizer=optim.SGD(0.01)))
classification("logistic_regression sgd l2", linear_model.LogisticRegression(optimizer=optim.SGD(0.05), l2=0.1, intercept_lr=0.03))
classification("logistic_regression adagrad", linear_model.LogisticRegression(optimizer=optim.AdaGrad(0.1)))


class UnbiasedGaussianNB(naive_bayes.GaussianNB):
    """River divides variances by n; MOA, and we, by n - 1, which River's Gaussian does when it stands alone."""

    @staticmethod
    def _make_gaussian():
        return proba.Gaussian()


classification("gaussian_nb", UnbiasedGaussianNB())
scaled("standardize", preprocessing.StandardScaler())
scaled("min_max", preprocessing.MinMaxScaler())
mean = stats.Mean()
out = []
for x, _ in stream():
    if "c" in x:
        mean.update(x["c"])
    out.append(mean.get())
show("impute mean", out)
