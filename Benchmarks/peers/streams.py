"""The streams that Millrace and its peers are compared on: MOA's generators and data sets, as ARFF for MOA and CSV for us.

A row is the same text in both. The label is the last column. A column of words is categorical, one of 0 and 1 boolean.
"""
import csv
import pathlib
import subprocess


def drift(concepts, position, width=50):
    """MOA's nested joins: each inner stream counts its own rows."""
    joined = concepts[-1]
    for concept in reversed(concepts[:-1]):
        joined = f"(ConceptDriftStream -s {concept} -d {joined} -w {width} -p {position})"
    return joined


def generators(rows):
    """Name to MOA's definition; drifts stand at each quarter of `rows`."""
    quarter = rows // 4
    agrawal = [f"(generators.AgrawalGenerator -f {f})" for f in (1, 2, 1, 4)]
    sea = [f"(generators.SEAGenerator -f {f})" for f in (1, 2, 1, 4)]
    led = [f"(generators.LEDGeneratorDrift -d {d})" for d in (1, 3, 5, 7)]
    return {
        "agr_a": drift(agrawal, quarter),
        "led_a": drift(led, quarter),
        "hyper": "(generators.HyperplaneGenerator -k 10 -t 0.001)",
        "rbf_m": "(generators.RandomRBFGeneratorDrift -c 5 -s 0.0001)",
        "sea_a": drift(sea, quarter),
    }


def java(jar, *words):
    """MOA's text on standard output."""
    command = ["java", "-XX:+UseSerialGC", "-Xmx5g", "-cp", str(jar), *words]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"peers: {' '.join(words)}:\n{done.stderr[-2000:]}")
    return done.stdout


def arff_to_csv(source, target):
    names, rows = [], []
    with open(source) as lines:
        for line in lines:
            line = line.strip()
            if line.lower().startswith("@attribute"):
                names.append(line.split()[1].strip("'"))
            elif line and line[0] not in "@%":
                rows.append(line.rstrip(","))
    pathlib.Path(target).write_text("\n".join([",".join(names), *rows]) + "\n")


def csv_to_arff(source, target, regression=False):
    with open(source) as lines:
        names, *rows = list(csv.reader(lines))
    columns = list(zip(*rows))
    with open(target, "w") as out:
        out.write("@relation stream\n")
        for index, name in enumerate(names):
            values = sorted(set(columns[index]))
            nominal = index == len(names) - 1 and not regression or set(values) == {"0", "1"}
            kind = "{" + ",".join(values) + "}" if nominal else "numeric"
            out.write(f"@attribute {name} {kind}\n")
        out.write("@data\n")
        for row in rows:
            out.write(",".join(row) + "\n")


def text(value):
    if isinstance(value, bool):
        return "1" if value else "0"
    return repr(value) if isinstance(value, float) else str(value)


def river_to_csv(dataset, target):
    with open(target, "w") as out:
        names = None
        for features, label in dataset:
            if names is None:
                names = list(features)
                out.write(",".join([*(f"x_{name}".replace("-", "_") for name in names), "label"]) + "\n")
            out.write(",".join([*(text(features[name]) for name in names), text(label)]) + "\n")


def generate(jar, name, definition, rows, folder):
    """Writes NAME.arff and NAME.csv where they are not there yet with that many rows."""
    arff, table = folder / f"{name}.arff", folder / f"{name}.csv"
    if not table.exists() or table.read_bytes().count(b"\n") != rows + 1:
        java(jar, "moa.DoTask", f"WriteStreamToARFFFile -s {definition} -f {arff} -m {rows}")
        arff_to_csv(arff, table)
    return arff, table
