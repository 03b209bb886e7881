import java.util.*;
import moa.classifiers.core.driftdetection.*;

/** Prints the alarms of MOA's drift detectors, or with "cost" their nanoseconds per input. */
public class Moa {
    static long state;

    static double uniform() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 11) * 0x1p-53;
    }

    static double rate(String stream, int t) {
        switch (stream) {
            case "abrupt": return t < 10000 ? 0.2 : 0.4;
            case "down": return t < 10000 ? 0.4 : 0.2;
            case "low": return t < 10000 ? 0.02 : 0.06;
            default: return 0.2;
        }
    }

    static boolean[] values(String stream, int seed) {
        Map<String, Integer> offsets = Map.of("stationary", 0, "abrupt", 1000, "down", 3000, "low", 5000);
        state = seed + offsets.get(stream);
        boolean[] values = new boolean[stream.equals("stationary") ? 100000 : 20000];
        for (int t = 0; t < values.length; t++) values[t] = uniform() < rate(stream, t);
        return values;
    }

    static AbstractChangeDetector make(String name) {
        AbstractChangeDetector detector;
        switch (name) {
            case "adwin": detector = new ADWINChangeDetector(); break;
            case "cusum": detector = new CusumDM(); break;
            case "ddm": detector = new DDM(); break;
            case "ecdd": detector = new EWMAChartDM(); break;
            case "eddm": detector = new EDDM(); break;
            case "hddm_a": detector = new HDDM_A_Test(); break;
            case "hddm_w": detector = new HDDM_W_Test(); break;
            case "page_hinkley": detector = new PageHinkleyDM(); break;
            case "rddm": detector = new RDDM(); break;
            case "seed": detector = new SEEDChangeDetector(); break;
            case "stepd": detector = new STEPD(); break;
            default: throw new IllegalArgumentException(name);
        }
        detector.prepareForUse();
        detector.resetLearning();
        return detector;
    }

    public static void main(String[] args) {
        String[] names = {
            "adwin", "cusum", "ddm", "ecdd", "eddm", "hddm_a", "hddm_w", "page_hinkley", "rddm", "seed", "stepd"};
        boolean[] stationary = values("stationary", 1);
        for (String name : names) {
            if (args.length > 0 && args[0].equals("cost")) {
                double best = 1e9;
                for (int round = 0; round < 15; round++) {
                    AbstractChangeDetector detector = make(name);
                    long start = System.nanoTime();
                    for (boolean value : stationary) {
                        detector.input(value ? 1 : 0);
                        if (detector.getChange()) state++;
                    }
                    best = Math.min(best, (System.nanoTime() - start) / (double) stationary.length);
                }
                System.out.printf("%s %.1f%n", name, best);
                continue;
            }
            for (String stream : new String[] {"abrupt", "down", "low"}) {
                for (int seed = 1; seed <= 3; seed++) {
                    AbstractChangeDetector detector = make(name);
                    StringBuilder line = new StringBuilder(name + " moa " + stream + " " + seed);
                    boolean[] values = values(stream, seed);
                    for (int t = 0; t < values.length; t++) {
                        detector.input(values[t] ? 1 : 0);
                        if (detector.getChange()) line.append(" ").append(t);
                    }
                    System.out.println(line);
                }
            }
        }
    }
}
