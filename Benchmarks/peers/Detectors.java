import java.nio.file.Files;
import java.nio.file.Path;
import moa.classifiers.core.driftdetection.*;

/** Nanoseconds per input of MOA's detectors with their defaults: see `detectors`. */
public class Detectors {
    public static void main(String[] arguments) throws Exception {
        byte[] errors = Files.readAllBytes(Path.of(arguments[0]));
        String[] names = {"adwin", "cusum", "ddm", "ecdd", "eddm", "hddm_a", "hddm_w", "page_hinkley", "rddm", "seed", "stepd"};
        for (String name : names) {
            double least = Double.POSITIVE_INFINITY;
            int alarms = 0;
            for (int pass = 0; pass <= 5; pass++) {
                ChangeDetector detector = make(name);
                detector.prepareForUse();
                alarms = 0;
                long start = System.nanoTime();
                for (byte error : errors) {
                    detector.input(error - '0');
                    if (detector.getChange()) alarms++;
                }
                double cost = (double) (System.nanoTime() - start) / errors.length;
                if (pass > 0) least = Math.min(least, cost);
            }
            System.out.println("{\"detector\":\"" + name + "\",\"nanoseconds\":" + least + ",\"alarms\":" + alarms + "}");
        }
    }

    private static ChangeDetector make(String name) {
        switch (name) {
            case "adwin": return new ADWINChangeDetector();
            case "cusum": return new CusumDM();
            case "ddm": return new DDM();
            case "ecdd": return new EWMAChartDM();
            case "eddm": return new EDDM();
            case "hddm_a": return new HDDM_A_Test();
            case "hddm_w": return new HDDM_W_Test();
            case "page_hinkley": return new PageHinkleyDM();
            case "rddm": return new RDDM();
            case "seed": return new SEEDChangeDetector();
            default: return new STEPD();
        }
    }
}
