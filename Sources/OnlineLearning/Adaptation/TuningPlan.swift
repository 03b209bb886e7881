/// Which model's parameters are tuned, and how.
public struct TuningPlan: Sendable, Equatable {
    /// The model, by its name.
    public var model: String
    /// The parameters that may move; empty: all that the catalog has steps for.
    public var parameters: [String]
    /// Models that learn beside it.
    public var challengers: Int
    /// Labelled events for which a challenger's parameters are tried first; every further try takes twice as many.
    public var lease: UInt64

    /// A plan of checked parts.
    public init(model: String, parameters: [String] = [], challengers: Int = 4, lease: UInt64 = 1000) {
        self.model = model
        self.parameters = parameters
        self.challengers = challengers
        self.lease = lease
    }

    /// One spelling per plan: stored in snapshots and compared on load.
    var text: String {
        "\(model), \(parameters.isEmpty ? "every parameter" : parameters.joined(separator: " ")), "
            + "\(challengers) challengers, lease \(lease)"
    }

    /// The names of the challengers.
    public var names: [String] { (1...challengers).map { "\(model)-\($0)" } }

    /// The challengers as models of a topology.
    public func models(beside model: ModelPlan) -> [ModelPlan] {
        names.map {
            var challenger = ModelPlan(name: $0, component: model.component, transforms: model.transforms)
            challenger.isTuned = true
            return challenger
        }
    }

    /// What is one parameter away from a component, in a fixed order.
    public func neighbours(of component: ComponentPlan, _ role: ComponentRole) -> [ComponentPlan] {
        let movable = Catalog.find(component.name, role)?.parameters ?? []
        return movable.filter { parameters.isEmpty || parameters.contains($0.name) }.flatMap {
            parameter -> [ComponentPlan] in
            guard let steps = parameter.steps, let value = component.parameters.value(parameter.name) else { return [] }
            return steps.neighbours(of: value, parameter.kind).map {
                ComponentPlan(component.name, component.parameters.setting(parameter.name, $0))
            }
        }
    }
}

extension ComponentPlan {
    /// How it differs from another one of its kind, in words: `learning_rate 0.15 (0.05)`; empty: it does not.
    public func difference(from other: ComponentPlan) -> String {
        parameters.names(differingFrom: other.parameters).map { name in
            "\(name) \(parameters.value(name)?.text ?? "none") (\(other.parameters.value(name)?.text ?? "none"))"
        }.joined(separator: ", ")
    }

    /// Writes how it differs from `origin`, to be read by `read(from:origin:)`.
    func write(to writer: inout SnapshotWriter, origin: ComponentPlan) {
        let moved = parameters.names(differingFrom: origin.parameters)
        writer.write(UInt32(moved.count))
        for name in moved {
            writer.write(name)
            writer.write(parameters.value(name)!.text)
        }
    }

    /// Reads what `write` wrote; throws where the catalog does not allow it.
    static func read(
        from reader: inout SnapshotReader, origin: ComponentPlan, _ role: ComponentRole
    ) throws(SnapshotError) -> ComponentPlan {
        var found = origin
        let known = Catalog.find(origin.name, role)?.parameters ?? []
        for _ in 0..<(try reader.read(UInt32.self)) {
            let (name, text) = (try reader.readText(), try reader.readText())
            guard let parameter = known.first(where: { $0.name == name }), parameter.steps != nil,
                let value = parameter.kind.value(spelled: text)
            else {
                throw SnapshotError("the snapshot tunes \(origin.name) by '\(name): \(text)', which it cannot have")
            }
            found.parameters = found.parameters.setting(name, value)
        }
        return found
    }
}
