/// The normal distribution function with the rounding of the Cephes library (Moshier 1989, netlib.org/cephes, ndtr.c),
/// which MOA's numbers have. It differs from `Numerics.normalCDF` in the last bit.
enum Cephes {
    static func normalCDF(_ z: Double) -> Double {
        let x = z * 0.7071067811865476
        guard x.magnitude >= 0.7071067811865476 else { return 0.5 + 0.5 * erf(x) }
        let tail = 0.5 * erfc(x.magnitude)
        return x > 0 ? 1 - tail : tail
    }

    /// For |x| ≤ 1.
    private static func erf(_ x: Double) -> Double {
        let square = x * x
        return x * value(near.0, square) / value(near.1, square)
    }

    /// For x ≥ 0.
    private static func erfc(_ x: Double) -> Double {
        guard x >= 1 else { return 1 - erf(x) }
        let (above, below) = x < 8 ? middle : far
        return Numerics.exp(-x * x) * value(above, x) / value(below, x)
    }

    /// A polynomial by Horner's rule, the highest power first.
    private static func value(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.dropFirst().reduce(coefficients[0]) { $0 * x + $1 }
    }

    private static let near = (
        [
            9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3, 7.00332514112805075473e3,
            5.55923013010394962768e4,
        ],
        [
            1, 3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3,
            2.26290000613890934246e4, 4.92673942608635921086e4,
        ]
    )

    private static let middle = (
        [
            2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0,
            4.86371970985681366614e1, 1.96520832956077098242e2, 5.26445194995477358631e2, 9.34528527171957607540e2,
            1.02755188689515710272e3, 5.57535335369399327526e2,
        ],
        [
            1, 1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2,
            9.75708501743205489753e2, 1.82390916687909736289e3, 2.24633760818710981792e3, 1.65666309194161350182e3,
            5.57535340817727675546e2,
        ]
    )

    private static let far = (
        [
            5.64189583547755073984e-1, 1.27536670759978104416e0, 5.01905042251180477414e0, 6.16021097993053585195e0,
            7.40974269950448939160e0, 2.97886665372100240670e0,
        ],
        [
            1, 2.26052863220117276590e0, 9.39603524938001434673e0, 1.20489539808096656605e1, 1.70814450747565897222e1,
            9.60896809063285878198e0, 3.36907645100081516050e0,
        ]
    )
}
