/// The text of `topologies/fraud.yaml`, in the binary so that the demo works from anywhere; a test holds them equal.
enum DemoTopology {
    static let text = #"""
        # Card payments with a few frauds among them. The thieves change their pattern: the error rises, a fresh tree is trained
        # beside the old one, and it takes over once it is proven better. `millrace demo` runs this one.
        name: fraud
        seed: 1
        kafka:
          bootstrap: ${KAFKA_BOOTSTRAP:-127.0.0.1:9092}
        input:
          topic: payments
          format: json
          item: payment
          id: id
          time: ts
        features:
          amount: {kind: numeric, label: Amount, unit: EUR, higher_means: spends more}
          hour: {kind: numeric, label: Hour of day}
          country: {kind: categorical, max_categories: 16, label: Country}
          merchant: {kind: categorical, max_categories: 16, label: Kind of merchant}
          distance_km: {kind: numeric, label: Distance from home, unit: km, higher_means: farther away}
          is_online: {kind: boolean, label: Online payment}
          payments_last_hour: {kind: numeric, label: Payments in the last hour}
          account_age_days: {kind: numeric, label: Age of the account, unit: days}
        label:
          field: fraud
          type: binary
          classes: [0, 1]
          positive: fraud
          other: honest
        models:
          tree: {hoeffding_tree: {grace_period: 100}}
          linear: logistic_regression
        drift:
          - {detector: adwin, signal: loss, action: background}
        metrics:
          window: 2000
        tests:
          - name: learns, notices the new pattern and recovers
            generate: {stream: fraud, events: 40000, seed: 1}
            expect: [{accuracy: "> 0.99"}, {roc_auc: "> 0.95"}, {drifts: ">= 1"}, {window.accuracy: "> 0.97"}]

        """#
}
