/// Names of the design that this version does not have: told apart from mistakes.
enum Planned {
    static let components: Set<String> = [
        "logistic_regression", "linear_regression", "softmax_regression", "pa_classifier", "pa_regressor",
        "bayesian_linear_regression", "factorization_machine", "field_aware_factorization_machine",
        "perceptron_network",
        "hoeffding_tree", "hoeffding_adaptive_tree", "extremely_fast_decision_tree", "last", "hoeffding_tree_regressor",
        "hoeffding_adaptive_tree_regressor", "amrules", "adaptive_random_forest", "adaptive_random_forest_regressor",
        "streaming_random_patches", "bagging", "adwin_bagging", "leveraging_bagging", "boosting", "online_smooth_boost",
        "gradient_boosted_trees", "aggregated_mondrian_forest", "dynamic_weighted_majority", "voting", "stacking",
        "gaussian_nb", "multinomial_nb", "bernoulli_nb", "complement_nb", "knn", "sam_knn", "no_change", "majority",
        "mean",
        "adwin", "ddm", "eddm", "rddm", "hddm_a", "hddm_w", "page_hinkley", "cusum", "kswin", "stepd", "fhddm", "ecdd",
        "gma", "seed", "seq_drift2", "optwin", "bocd", "sprt", "shewhart",
        "impute", "standardize", "min_max", "robust_scale", "clip", "one_hot", "hash", "cross", "polynomial",
        "text_hash",
        "tfidf", "target_encode", "aggregate", "select_k_best", "variance_threshold", "random_projection",
    ]

    private static let batches = "the engine sets it for its batches and its recovery"

    /// librdkafka properties that the guarantees rest on, with the reason.
    static let ownedProperties: [String: String] = [
        "bootstrap.servers": "give `kafka.bootstrap`", "metadata.broker.list": "give `kafka.bootstrap`",
        "group.id": "it is the topology's name", "group.instance.id": "give `--instance` to `millrace run`",
        "client.id": "it is the topology's name", "group.protocol": "the engine's rebalance rules rest on it",
        "group.remote.assignor": "the engine's rebalance rules rest on it",
        "isolation.level": "input is always read_committed", "enable.auto.commit": "offsets commit in the transaction",
        "auto.commit.interval.ms": "give `commit_interval`", "auto.commit.enable": "offsets commit in the transaction",
        "enable.auto.offset.store": "offsets commit in the transaction",
        "offset.store.method": "offsets commit in the transaction",
        "enable.partition.eof": "the engine needs it", "transactional.id": "it is made of the topology's name",
        "auto.offset.reset": "give `input.start`", "enable.idempotence": "exactly-once rests on it",
        "enable.gapless.guarantee": "exactly-once rests on it", "acks": "exactly-once rests on it",
        "request.required.acks": "exactly-once rests on it", "max.in.flight": "exactly-once rests on it",
        "max.in.flight.requests.per.connection": "exactly-once rests on it",
        "partition.assignment.strategy": "the engine's rebalance rules rest on it",
        "transaction.timeout.ms": "the engine derives it from `commit_interval`",
        "message.timeout.ms": "the engine derives it from the transaction's timeout",
        "delivery.timeout.ms": "the engine derives it from the transaction's timeout",
        "partitioner": "task p writes partition p", "allow.auto.create.topics": "`millrace run` creates the topics",
        "session.timeout.ms": batches, "heartbeat.interval.ms": batches, "linger.ms": batches,
        "queue.buffering.max.ms": batches, "queue.buffering.max.messages": batches,
        "queue.buffering.max.kbytes": batches, "queued.min.messages": batches, "queued.max.messages.kbytes": batches,
        "delivery.report.only.error": "commits rest on it", "log.queue": "the engine's log takes librdkafka's lines",
        "message.max.bytes": "give `input.max_record_bytes`",
    ]
}
