extension Catalog {
    /// What a topology without `models:` gets.
    public static let standardModels: [ComponentRole: String] = [
        .classifier: "hoeffding_tree",
        .regressor: "linear_regression",
    ]

    /// Every classifier, by name.
    public static let classifiers: [any Classifier.Type] = [
        AdaptiveRandomForest.self,
        AdwinBagging.self,
        Bagging.self,
        BernoulliNB.self,
        Boosting.self,
        ComplementNB.self,
        ExtremelyFastDecisionTree.self,
        GaussianNB.self,
        HoeffdingAdaptiveTree.self,
        HoeffdingTree.self,
        LeveragingBagging.self,
        LogisticRegression.self,
        Majority.self,
        MultinomialNB.self,
        NearestNeighbors.self,
        NoChange.self,
        StreamingRandomPatches.self,
        Voting.self,
    ]

    /// Every regressor, by name.
    public static let regressors: [any Regressor.Type] = [
        HoeffdingTreeRegressor.self,
        LinearRegression.self,
        NearestNeighborsRegressor.self,
        StreamingRandomPatchesRegressor.self,
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
