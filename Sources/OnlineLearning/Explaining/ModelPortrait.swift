/// One model as it is now, for people and for comparison with another: what it is made of, what it has learned, how good it
/// is, and what it looks at.
public struct ModelPortrait {
    /// Its name in the topology.
    public var name: String
    /// It is the one that answers.
    public var answers = false
    /// It answered before the last change: it is on probation, or kept by `recall`.
    public var isPredecessor = false
    /// Its component, with all parameters.
    public var component: ComponentPlan
    /// 1 at the start, one more for every replacement; nil of a model that was replaced.
    public var version: UInt32?
    /// Labels that it has learned.
    public var learned: UInt64
    /// Bytes of its state.
    public var bytes: Int
    /// Its figures, over the whole stream and of late; empty where none are kept of it.
    public var metrics: MetricValues = []
    /// Of the last labelled events.
    public var window: MetricValues = []
    /// What is inside.
    public var sketch: ModelSketch
}

extension Pipeline {
    /// Every model of the topology, in its order, and last the one that answered before the last change, where that is none
    /// of them any more. Cost: the models' sizes; allocates; not for every event.
    public func portraits() -> [ModelPortrait] {
        let report = report()
        var all = slots.enumerated().map { index, slot -> ModelPortrait in
            var portrait = portrait(of: slot.current, slot)
            portrait.answers = index == state.pointee.champion
            portrait.version = slot.version
            portrait.metrics = report.models[index].cumulative
            portrait.window = report.models[index].windowed
            return portrait
        }
        switch predecessor {
        case .model(let index): all[index].isPredecessor = true
        case .shadow: if let shadow = state.pointee.shadow { all.append(before(shadow)) }
        case .memory(let index): if let model = memories?.model(index) { all.append(before(model)) }
        case nil: break
        }
        return all
    }

    private func before(_ model: Incarnation) -> ModelPortrait {
        var portrait = portrait(of: model, slots[state.pointee.champion])
        portrait.isPredecessor = true
        return portrait
    }

    private func portrait(of model: Incarnation, _ slot: ModelSlot) -> ModelPortrait {
        var sketch = ModelSketch(slot.chain.outputFeatures, vocabulary, plan.schema)
        model.sketch(&sketch)
        sketch.finish()
        return ModelPortrait(
            name: slot.plan.name, component: slot.component, learned: model.learned, bytes: model.memoryBytes,
            sketch: sketch)
    }
}
