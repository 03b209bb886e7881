extension Catalog {
    /// What a topology without `models:` gets.
    public static let standardModels: [ComponentRole: String] = [
        .classifier: "hoeffding_tree",
        .regressor: "linear_regression",
    ]

    /// What `models: auto` lets race, by the names they get; the first answers until another is proven better. Together
    /// they cost little more than the forest alone.
    public static let raced: [ComponentRole: [(name: String, component: String)]] = [
        .classifier: [
            ("tree", "hoeffding_tree"), ("linear", "logistic_regression"), ("bayes", "gaussian_nb"),
            ("forest", "streaming_random_patches"),
        ],
        .regressor: [
            ("tree", "hoeffding_tree_regressor"), ("linear", "linear_regression"), ("mean", "mean"),
            ("forest", "streaming_random_patches_regressor"),
        ],
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
