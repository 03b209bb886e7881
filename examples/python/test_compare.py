"""The comparison is fair: nobody knows a label before it came. No broker needed: python3 -m unittest test_compare"""
import unittest

import pandas as pd

import compare

COUNT = 400


def stream():
    """Events a second apart, whose class is the sign of x, and what was predicted of them: always 1."""
    events = pd.DataFrame({"x": [(-1) ** n * (n % 7 + 1.0) for n in range(COUNT)], "partition": 0, "offset": range(COUNT)})
    events["timestamp"] = events["offset"] * 1000
    events["class"] = (events["x"] > 0).astype(int)
    predictions = pd.DataFrame({
        "source": [f"t-0-{n}" for n in range(COUNT)], "id": [f"t-0-{n}" for n in range(COUNT)], "prediction": 1,
        "probabilities": [{"0": 0.4, "1": 0.6}] * COUNT, "model": "tree", "version": 1,
    })
    return events, predictions


def late(events, seconds, truth=None):
    ids = [f"t-0-{n}" for n in range(COUNT)]
    classes = events["class"] if truth is None else truth
    return pd.DataFrame({"id": ids, "class": classes, "timestamp": events["timestamp"] + int(1000 * seconds)})


class Fairness(unittest.TestCase):
    def test_an_event_has_its_own_prediction_once(self):
        events, predictions = stream()
        twice = pd.concat([predictions, predictions.head(10)])
        both = compare.join(events, twice.sample(frac=1, random_state=1), "t", "class")
        self.assertEqual(list(both["offset"]), list(range(COUNT)))
        right = compare.compare(both, ["x"], 100, 100)
        self.assertEqual(len(right), COUNT - 100)
        self.assertAlmostEqual(right["Millrace"].mean(), 0.5)
        self.assertEqual(right["scikit-learn, retrained every 100"].mean(), 1)
        # The class turns with each event.
        self.assertEqual(right["no change (the last label again)"].mean(), 0)

    def test_classes_are_one_however_they_are_written(self):
        events, predictions = stream()
        # Without the label in some records pandas makes floats of it; predicted is what `classes` says.
        events["class"] = events["class"].where(events.index % 5 > 0).astype(float)
        both = compare.join(events, predictions, "t", "class")
        self.assertEqual(len(both), COUNT * 4 // 5)
        self.assertEqual(set(both["truth"]), {"0", "1"})
        self.assertAlmostEqual(compare.compare(both, ["x"], 100, 100)["Millrace"].mean(), 0.5, places=1)
        mixed = pd.Series([True, 1.0, "1", "b", 2.5], dtype=object)
        self.assertEqual(list(compare.canonical(mixed)), ["1", "1", "1", "b", "2.5"])

    def test_numbers_are_judged_by_their_error(self):
        events, predictions = stream()
        events["class"] = 3.0 * events["x"]
        predictions = predictions.drop(columns="probabilities").assign(prediction=3 * events["x"] + 0.25)
        scores = compare.compare(compare.join(events, predictions, "t", "class"), ["x"], 100, 100)
        self.assertAlmostEqual(scores["Millrace"].mean(), 0.25)
        self.assertEqual(compare.summary(scores).name, "mean absolute error")
        self.assertLess(scores["scikit-learn, retrained every 100"].mean(), scores["no change (the last label again)"].mean())

    def test_labels_that_have_not_come_teach_nothing(self):
        events, predictions = stream()
        # Right for the first fifty, turned round from then on: known 150 events later.
        turned = events["class"].where(events.index < 50, 1 - events["class"])
        both = compare.join(events, predictions, "t", "class", late(events, 150, turned))
        answers = compare.batch_answers(both, both[["x"]], 100, 100)
        self.assertTrue(answers[:200].isna().all())
        # At the 200th event fifty labels are known, all of them right.
        self.assertEqual(list(answers[200:300]), [str(label) for label in events["class"][200:300]])

    def test_the_last_label_is_the_last_that_was_known(self):
        events, predictions = stream()
        both = compare.join(events, predictions, "t", "class", late(events, 2.5))
        known = compare.last_known_label(both)
        self.assertTrue(known[:3].isna().all())
        self.assertEqual(list(known[3:]), list(both["truth"][:-3]))


if __name__ == "__main__":
    unittest.main()
