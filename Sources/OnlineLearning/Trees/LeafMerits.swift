/// How often each of a leaf's ways to answer was right of late.
struct LeafMerits: BitwiseCopyable {
    /// Of all that the leaf has seen: its majority class, naive Bayes. Of late: the same with the class shares of late.
    var majority = 0.0
    var bayes = 0.0
    var recentMajority = 0.0
    var recentBayes = 0.0

    /// A way to answer.
    enum Way { case majority, bayes, recentMajority, recentBayes }

    /// The way that was right most often; naive Bayes before the majority, all before the latest on ties.
    @inline(__always)
    var best: Way {
        let old = max(majority, bayes)
        let new = max(recentMajority, recentBayes)
        if old >= new { return bayes >= majority ? .bayes : .majority }
        return recentBayes >= recentMajority ? .recentBayes : .recentMajority
    }

    /// Lets the past count less.
    @inline(__always)
    mutating func fade(_ share: Double) {
        majority *= share
        bayes *= share
        recentMajority *= share
        recentBayes *= share
    }
}
