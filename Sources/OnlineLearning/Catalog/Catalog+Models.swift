extension Catalog {
    /// Every classifier, by name.
    public static let classifiers: [any Classifier.Type] = [
        AdwinBagging.self,
        Bagging.self,
        GaussianNB.self,
        HoeffdingTree.self,
        LeveragingBagging.self,
        LogisticRegression.self,
        Majority.self,
        NoChange.self,
        StreamingRandomPatches.self,
    ]

    /// Every regressor, by name.
    public static let regressors: [any Regressor.Type] = [
        LinearRegression.self,
        TargetMean.self,
    ]

    /// Every transformer, by name.
    public static let transformers: [any Transformer.Type] = [
        Impute.self,
        MinMax.self,
        OneHot.self,
        Standardize.self,
    ]
}
