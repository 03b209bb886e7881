extension Catalog {
    public static let classifiers: [any Classifier.Type] = []
    public static let regressors: [any Regressor.Type] = []
    public static let transformers: [any Transformer.Type] = []
}
