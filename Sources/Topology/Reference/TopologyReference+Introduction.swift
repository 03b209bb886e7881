extension TopologyReference {
    static let introduction = """
        # Topology reference

        This page is generated from the table of keys and the catalog that `millrace lint` checks against; a test holds
        it to them. To write it again: `MILLRACE_WRITE_DOCS=1 swift test --filter ReferenceTests`.

        A topology is one YAML file. The shortest one that learns:

        ```yaml
        name: payments
        input: {topic: payments}
        features:
          amount: numeric
          country: categorical
        label: {field: fraud, type: binary}
        ```

        - **Checks.** Unknown keys, wrong types, values out of range, missing keys, unknown components and parameters,
          and properties that the engine owns are all reported at once, as `file:line:column: message (did you mean …)`.
        - **Environment variables.** `${NAME}` and `${NAME:-default}` stand in any value; `$${` is the characters `${`.
          Within `{…}` and `[…]` put quotes around them. A variable that is not set and has no default is a finding.
        - **Secrets.** Properties that hold a password, a secret, a token or a key must be `${NAME}` or `file:PATH`. They
          are never written into the stored copy of the topology.
        - **Overrides.** `--set path=value`, as `--set models.tree.hoeffding_tree.delta=0.01` or
          `--set drift.0.on=loss`. Everything after `kafka.properties.` is one key.
        - **Units.** Sizes: `64KiB`, `256MiB`, `1GB`, or bytes. Times: `100ms`, `5s`, `10m`, `24h`, `7d`.
        - **Editors.** `millrace schema` prints the JSON Schema; name it in the first line of a topology:
          `# yaml-language-server: $schema=millrace.schema.json`.

        """
}
