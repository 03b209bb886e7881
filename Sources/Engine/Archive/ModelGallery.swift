public import OnlineLearning
public import Topology

/// The models of a topology as they are stored, one task after the other: restored beside the running engine, or read from a
/// file of `state export`. Writes nothing.
public enum ModelGallery {
    /// The models of every task, by input partition.
    ///
    /// Cost: a restore per task.
    ///
    /// - Parameter partition: that one alone.
    public static func stored(
        _ topology: TopologyPlan, partition: Int32? = nil, on brokers: Brokers = .kafka
    ) throws(EngineError) -> [(partition: Int32, models: [ModelPortrait])] {
        let stored = try StoredTasks(topology, as: "models", on: brokers)
        var all: [(Int32, [ModelPortrait])] = []
        for number in try stored.committed() where partition == nil || number == partition {
            all.append((number, try stored.restore(number).task.pipeline.portraits()))
        }
        return all
    }

    /// The models of every task in a file.
    public static func archived(
        _ path: String, _ topology: TopologyPlan
    ) throws(EngineError) -> [(partition: Int32, models: [ModelPortrait])] {
        let archive = try StateArchive(path: path, topology)
        var all: [(Int32, [ModelPortrait])] = []
        try archive.forEach { (task) throws(EngineError) in
            let loaded = try task.loaded(as: topology, Cluster(archive.head.cluster, key: topology.stateKey))
            all.append((task.partition, loaded.pipeline.portraits()))
        }
        return all
    }
}
