/// How the weights of a linear model move along a gradient.
enum LinearOptimizer {
    case sgd
    /// Duchi, Hazan & Singer 2011 (JMLR 12): each weight's rate falls with the square root of its summed squared
    /// gradients.
    case adagrad
}

/// Weights of one or more linear functions over the numeric and boolean slots: the part that all linear models share.
///
/// The step is River's generalised linear step: the loss gradient is clipped to ±1e12, the intercept moves at its own
/// constant rate and is not regularised, L2 shrinks only the weights of features that are present. A missing slot
/// contributes nothing and learns nothing. A categorical slot holds an index and is not read as a number: `one_hot`
/// makes columns of it. Where we differ: every weight's own gradient is clipped too, and the caller can keep a step
/// from overshooting, so that no finite input makes the state infinite.
/// Slots are visited in the order of the name hashes, so that the order of features changes no bit of the result.
struct LinearWeights: ~Copyable {
    /// Largest absolute gradient, as in River.
    static let largestGradient = 1e12

    let width: Int
    let rows: Int
    private let slots: FlatBuffer<Int32>
    private let weights: FlatBuffer<Double>
    private let intercepts: FlatBuffer<Double>
    /// Sums of squared gradients; empty without `adagrad`.
    private let squares: FlatBuffer<Double>
    private let optimizer: LinearOptimizer
    let rate: Double
    let interceptRate: Double
    private let l2: Double

    /// Reads the parameters that `descriptions` lists.
    init(rows: Int, parameters: ParameterValues, context: ComponentContext) {
        let usable = context.features.indices
            .filter { context.features[$0].kind != .categorical }
            .sorted { context.features[$0].nameHash < context.features[$1].nameHash }
        self.rows = rows
        width = usable.count
        slots = FlatBuffer(usable.map(Int32.init))
        optimizer = parameters.choice("optimizer") == "adagrad" ? .adagrad : .sgd
        weights = FlatBuffer(rows * width, repeating: 0)
        intercepts = FlatBuffer(rows, repeating: 0)
        squares = FlatBuffer(optimizer == .adagrad ? rows * width : 0, repeating: 0)
        rate = parameters.number("learning_rate")
        interceptRate = parameters.number("intercept_learning_rate")
        l2 = parameters.number("l2")
    }

    static func descriptions(optimizer: String, rate: Double, interceptRate: Double) -> [ParameterDescription] {
        [
            ParameterDescription(
                "optimizer", .choice(["sgd", "adagrad"], default: optimizer), "How weights move along the gradient.",
                steps: .words(["sgd", "adagrad"])),
            ParameterDescription(
                "learning_rate", .number(0...1000, default: rate), "Step size of the weights.", isHot: true,
                steps: .factor(3)),
            ParameterDescription(
                "intercept_learning_rate", .number(0...1000, default: interceptRate), "Step size of the intercept.",
                isHot: true),
            ParameterDescription(
                "l2", .number(0...1000, default: 0), "Shrinks the weights of present features towards 0 at each step.",
                isHot: true, steps: .ladder([0, 1e-5, 1e-4, 1e-3, 1e-2])),
        ]
    }

    /// The slots of one function and their weights.
    func weights(of row: Int) -> [(slot: Int, value: Double)] {
        (0..<width).map { (Int(slots[$0]), weights[row * width + $0]) }
    }

    func intercept(of row: Int) -> Double { intercepts[row] }

    /// The linear function's value, always finite.
    @inline(__always)
    func margin(_ row: Int, _ example: Example) -> Double {
        let weight = weights.base + row * width
        let slot = slots.base
        var sum = intercepts[row]
        for index in 0..<width {
            let value = example.slots[Int(slot[index])]
            let present = value == value ? value : 0
            sum += present * weight[index]
        }
        return sum.isFinite ? sum : boundedMargin(row, example)
    }

    /// The same where a product overflowed: each product and the sum are held to ±1e300.
    @inline(never)
    private func boundedMargin(_ row: Int, _ example: Example) -> Double {
        var sum = Numerics.clip(intercepts[row], 1e300)
        for index in 0..<width {
            let value = example.slots[Int(slots[index])]
            guard value == value else { continue }
            sum = Numerics.clip(sum + Numerics.clip(value * weights[row * width + index], 1e300), 1e300)
        }
        return sum
    }

    /// The margin and the sum of the squares of the present values, in one pass.
    @inline(__always)
    func marginAndNorm(_ row: Int, _ example: Example) -> (margin: Double, norm: Double) {
        let weight = weights.base + row * width
        let slot = slots.base
        var sum = intercepts[row]
        var norm = 0.0
        for index in 0..<width {
            let value = example.slots[Int(slot[index])]
            let present = value == value ? value : 0
            sum += present * weight[index]
            norm += present * present
        }
        return (sum.isFinite ? sum : boundedMargin(row, example), norm)
    }

    /// A loss gradient that does not overshoot: where a plain gradient step would change the margin by more than the
    /// Newton step of a loss with that `curvature`, it is shortened to it. Only SGD needs it.
    @inline(__always)
    func bounded(_ gradient: Double, curvature: Double, norm: Double) -> Double {
        let clipped = Numerics.clip(gradient, Self.largestGradient)
        guard optimizer == .sgd else { return clipped }
        let reach = curvature * (rate * norm + interceptRate)
        return reach > 1 ? clipped / reach : clipped
    }

    /// Moves one row's intercept and the weights of the present features against the gradient; `norm` is that of
    /// `marginAndNorm`.
    @inline(__always)
    func step(_ row: Int, _ example: Example, gradient: Double, norm: Double) {
        intercepts[row] -= interceptRate * gradient
        let weight = weights.base + row * width
        let slot = slots.base
        // No product can pass the largest gradient: the common case, without a branch per feature.
        if optimizer == .sgd, l2 == 0, gradient * gradient * norm < Self.largestGradient * Self.largestGradient {
            let stride = rate * gradient
            for index in 0..<width {
                let value = example.slots[Int(slot[index])]
                weight[index] -= stride * (value == value ? value : 0)
            }
            return
        }
        switch optimizer {
        case .sgd:
            for index in 0..<width {
                let value = example.slots[Int(slot[index])]
                guard value == value else { continue }
                let slope = Numerics.clip(gradient * value + l2 * weight[index], Self.largestGradient)
                weight[index] -= rate * slope
            }
        case .adagrad:
            let square = squares.base + row * width
            for index in 0..<width {
                let value = example.slots[Int(slot[index])]
                guard value == value else { continue }
                let slope = Numerics.clip(gradient * value + l2 * weight[index], Self.largestGradient)
                square[index] += slope * slope
                weight[index] -= rate / (square[index] + 1e-8).squareRoot() * slope
            }
        }
    }

    var bytes: Int { slots.bytes + weights.bytes + intercepts.bytes + squares.bytes }

    func write(to writer: inout SnapshotWriter) {
        intercepts.write(to: &writer)
        weights.write(to: &writer)
        squares.write(to: &writer)
    }

    func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        try intercepts.read(from: &reader)
        try weights.read(from: &reader)
        try squares.read(from: &reader, minimum: 0)
    }
}
