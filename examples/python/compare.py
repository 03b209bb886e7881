#!/usr/bin/env python3
"""Compares what Millrace predicted on a topic with a batch model of scikit-learn, event by event.

    python3 compare.py --topology prices --input prices --label class --out comparison

Reads the input topic and `<topology>-predictions` from their begin to their present end, joins them by the place of each
event (`source`: topic-partition-offset), and lets a gradient-boosted model of scikit-learn do the same job in two ways:

    trained once    on the first `--train` events, as most models in production are
    retrained       on everything before, every `--every` events, as a nightly job does

All three get the same features and are judged on the same events, each before its label was seen by the one that answers
(prequential), and none on the events that the batch model began with: classes by the share of right answers, numbers by the mean
absolute error. Labels that come late (`--labels TOPIC`) are known to
the batch model from when they arrived. Writes OUT.png and OUT.json; prints the table.
"""
import argparse
import json
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor


def read_topic(bootstrap, topic, properties=None):
    """Every committed record of a topic up to its end, a row each: the fields of its JSON, partition, offset, timestamp."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": "millrace-compare",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        # Predictions of a transaction that is open or was aborted are not there.
        "isolation.level": "read_committed",
        **(properties or {}),
    })
    try:
        found = consumer.list_topics(topic, timeout=30).topics[topic]
        if found.error:
            raise KafkaException(found.error)
        open_partitions = set(found.partitions)
        consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in open_partitions])
        rows = []
        while open_partitions:
            for message in consumer.consume(10_000, timeout=1):
                if message.error():
                    if message.error().code() != KafkaError._PARTITION_EOF:
                        raise KafkaException(message.error())
                    open_partitions.discard(message.partition())
                    continue
                try:
                    fields = json.loads(message.value())
                except (TypeError, ValueError):
                    continue  # a dead letter: Millrace did not predict it either
                place = {"partition": message.partition(), "offset": message.offset()}
                rows.append({**fields, **place, "timestamp": message.timestamp()[1]})
        return pd.DataFrame(rows)
    finally:
        consumer.close()


def canonical(classes):
    """Classes as text. 1, 1.0, "1" and true are one class, as for the engine: where a label is missing pandas makes floats."""
    def text(value):
        if isinstance(value, bool):
            return str(int(value))
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    return classes.map(text)


def feature_names(events, label):
    """All fields of the records but the label and an id."""
    return list(events.columns.drop(["partition", "offset", "timestamp", "id", label], errors="ignore"))


def join(events, predictions, topic, label, labels=None):
    """Events with a label, in the order of their times, beside what was predicted.

    Columns: those of the events, `prediction`, `truth`, and `known_at`, the time from which the label was known: that of the
    event itself, or, where `labels` is a topic's rows (`id` and the label), that of the label's record.
    """
    events = events.assign(source=[f"{topic}-{p}-{o}" for p, o in zip(events.partition, events.offset)])
    # At least once: the first of two answers is the one that somebody saw.
    wanted = ["source", "id", "prediction", "probabilities", "model", "version"]
    answers = predictions.drop_duplicates("source").filter(items=wanted)
    both = events.drop(columns="id", errors="ignore").merge(answers, on="source")
    if labels is None:
        both["known_at"] = both["timestamp"]
    else:
        arrived = labels.drop_duplicates("id")[["id", label, "timestamp"]].rename(columns={"timestamp": "known_at"})
        arrived["id"] = arrived["id"].astype(str)
        both = both.drop(columns=label, errors="ignore").merge(arrived, on="id")
    both = both.dropna(subset=[label])
    both = both.sort_values(["timestamp", "partition", "offset"], kind="stable").reset_index(drop=True)
    # A regression has no probabilities.
    convert = canonical if "probabilities" in both else pd.to_numeric
    both["truth"], both["prediction"] = convert(both[label]), convert(both["prediction"])
    return both


def batch_answers(both, features, train, every):
    """Answers of a model that is trained on what is known at the `train`-th event, and then every `every` events anew.

    What is known are the earlier events whose label has arrived. None before the first training.
    """
    is_number = pd.api.types.is_numeric_dtype(both["truth"])
    answers = pd.Series(index=both.index, dtype=float if is_number else object)
    for start in range(train, len(both), every):
        earlier = both[:start]
        known = earlier.index[earlier["known_at"].to_numpy() <= both["timestamp"][start]]
        if both["truth"][known].nunique() < 2:
            continue
        maker = HistGradientBoostingRegressor if is_number else HistGradientBoostingClassifier
        model = maker(random_state=1).fit(features.loc[known], both["truth"][known])
        answers[start : start + every] = model.predict(features[start : start + every])
    return answers


def last_known_label(both):
    """The newest label that was known when the event came: the answer of who expects no change."""
    # In the event's own record: it came after the event, and before the next one.
    if (both["known_at"] == both["timestamp"]).all():
        return both["truth"].shift()
    arrivals = both[["known_at", "truth"]].sort_values("known_at", kind="stable")
    times = both[["timestamp"]].rename(columns={"timestamp": "known_at"})
    return pd.merge_asof(times, arrivals, on="known_at", allow_exact_matches=False)["truth"]


def compare(both, feature_names, train, every):
    """A column for each predictor, on the events behind the training ones that all have answered.

    Of classes whether it was right, of numbers by how much it was wrong.
    """
    features = pd.DataFrame({
        name: both[name] if pd.api.types.is_numeric_dtype(both[name]) else both[name].astype("category").cat.codes
        for name in feature_names
    })
    answers = {
        "Millrace": both["prediction"],
        "scikit-learn, trained once": batch_answers(both, features, train, len(both)),
        f"scikit-learn, retrained every {every}": batch_answers(both, features, train, every),
        "no change (the last label again)": last_known_label(both),
    }
    all_answered = pd.DataFrame(answers)[train:].notna().all(axis=1)
    if pd.api.types.is_numeric_dtype(both["truth"]):
        scores = pd.DataFrame({name: (answer - both["truth"]).abs() for name, answer in answers.items()})
    else:
        scores = pd.DataFrame({name: answer == both["truth"] for name, answer in answers.items()})
    return scores[train:][all_answered].reset_index(drop=True)


def are_right(scores):
    """Whether the scores are right or wrong, and not errors."""
    return all(dtype == bool for dtype in scores.dtypes)


def summary(scores):
    """One figure for each predictor, with its name: per cent of right answers, or the mean absolute error."""
    if are_right(scores):
        return (100 * scores.mean()).round(1).rename("right answers, %")
    return scores.mean().round(4).rename("mean absolute error")


def draw(scores, window, path):
    """What `summary` says, over a sliding window."""
    figure, axes = plt.subplots(figsize=(10, 5), layout="constrained")
    total = summary(scores)
    for number, name in enumerate(scores):
        style = {"linewidth": 2.2} if number == 0 else {"linewidth": 1.2, "alpha": 0.9}
        curve = scores[name].astype(float).rolling(window).mean() * (100 if are_right(scores) else 1)
        axes.plot(curve, label=f"{name}: {total[name]}", **style)
    axes.set(xlabel="labelled events", ylabel=f"{total.name}, of the last {window}")
    axes.set_title("Each event is answered before its label is learned", loc="left")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(path, dpi=120)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bootstrap", default="127.0.0.1:9092", help="brokers; 127.0.0.1:9092 unless given")
    parser.add_argument("--topology", required=True, help="the topology's name: predictions are in NAME-predictions")
    parser.add_argument("--input", required=True, help="the input topic, records of JSON")
    parser.add_argument("--label", required=True, help="the label's field")
    parser.add_argument("--labels", help="the topic of the labels, records with `id` and the label's field, if it is another")
    parser.add_argument("--features", help="fields, separated by commas; all of the record unless given")
    parser.add_argument("--train", type=int, default=1000, help="events that the batch model begins with")
    parser.add_argument("--every", type=int, default=1000, help="events between two retrainings")
    parser.add_argument("--window", type=int, default=500, help="events of the sliding window in the picture")
    parser.add_argument("--out", type=Path, default=Path("comparison"), help="the picture is OUT.png, the figures OUT.json")
    options = parser.parse_args()

    plt.switch_backend("agg")
    events = read_topic(options.bootstrap, options.input)
    predictions = read_topic(options.bootstrap, f"{options.topology}-predictions")
    if events.empty or predictions.empty:
        parser.exit(1, f"{len(events)} events and {len(predictions)} predictions: is the engine running?\n")
    labels = read_topic(options.bootstrap, options.labels) if options.labels else None
    names = options.features.split(",") if options.features else feature_names(events, options.label)
    both = join(events, predictions, options.input, options.label, labels)
    if len(both) <= options.train:
        parser.exit(1, f"only {len(both)} events have a prediction and a label: --train {options.train} leaves none\n")
    scores = compare(both, names, options.train, options.every)
    if scores.empty:
        parser.exit(1, "no batch model could be trained: no label had arrived before the events that are to be judged\n")
    draw(scores, min(options.window, len(scores)), options.out.with_suffix(".png"))
    name = "accuracy" if are_right(scores) else "mean_absolute_error"
    figures = {"events": len(scores), name: {column: round(float(scores[column].mean()), 4) for column in scores}}
    options.out.with_suffix(".json").write_text(json.dumps(figures, indent=2) + "\n")
    print(f"{len(events)} events, {len(predictions)} predictions, {len(scores)} judged; {summary(scores).name}:")
    print(summary(scores).to_string())


if __name__ == "__main__":
    main()
