import CRDKafka

extension Admin {
    /// Creates topics. One answer per topic, in order: nil, or why not (`Code.topicAlreadyExists`).
    public func createTopics(_ topics: [NewTopic], timeout: Int32 = 30_000) throws(KafkaError) -> [KafkaError?] {
        guard !topics.isEmpty else { return [] }
        var handles: [OpaquePointer?] = []
        defer { for handle in handles { rd_kafka_NewTopic_destroy(handle) } }
        for topic in topics {
            var text = [CChar](repeating: 0, count: 512)
            guard
                let handle = rd_kafka_NewTopic_new(
                    topic.name, topic.partitions, topic.replicationFactor, &text, text.count)
            else { throw KafkaError(code: KafkaError.Code.invalidArgument, text.asString) }
            handles.append(handle)
            for partition in 0..<topic.partitions where !topic.nodes.isEmpty {
                var nodes = topic.nodes
                let code = rd_kafka_NewTopic_set_replica_assignment(
                    handle, partition, &nodes, nodes.count, &text, text.count)
                guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code: code.rawValue, text.asString) }
            }
            for (key, value) in topic.config {
                try KafkaError.check(rd_kafka_NewTopic_set_config(handle, key, value), "\(topic.name): \(key)")
            }
        }
        let event = try request(RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout: timeout) { handle, options, replies in
            rd_kafka_CreateTopics(handle, &handles, handles.count, options, replies)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)
        return topicErrors(results, count, names: topics.map(\.name))
    }

    /// Deletes topics. One answer per name, in order: nil, or why not.
    public func deleteTopics(_ names: [String], timeout: Int32 = 30_000) throws(KafkaError) -> [KafkaError?] {
        guard !names.isEmpty else { return [] }
        var handles: [OpaquePointer?] = names.map { rd_kafka_DeleteTopic_new($0) }
        defer { for handle in handles { rd_kafka_DeleteTopic_destroy(handle) } }
        let event = try request(RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout: timeout) { handle, options, replies in
            rd_kafka_DeleteTopics(handle, &handles, handles.count, options, replies)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)
        return topicErrors(results, count, names: names)
    }

    /// A topic's properties with their values; a sensitive one has no value and is left out.
    public func describeConfig(topic: String, timeout: Int32 = 30_000) throws(KafkaError) -> [String: String] {
        var resources: [OpaquePointer?] = [rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)]
        defer { rd_kafka_ConfigResource_destroy(resources[0]) }
        let event = try request(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout: timeout) { handle, options, replies in
            rd_kafka_DescribeConfigs(handle, &resources, 1, options, replies)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
        guard count > 0, let resource = results?[0] else { return [:] }
        let code = rd_kafka_ConfigResource_error(resource)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            let text = rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) }
            throw KafkaError(code: code.rawValue, text)
        }
        var entries = 0
        let list = rd_kafka_ConfigResource_configs(resource, &entries)
        var result: [String: String] = [:]
        for i in 0..<entries {
            guard let entry = list?[i], let value = rd_kafka_ConfigEntry_value(entry) else { continue }
            result[String(cString: rd_kafka_ConfigEntry_name(entry))] = String(cString: value)
        }
        return result
    }

    /// Deletes every record before the given offsets; answers the new first offsets. `PartitionOffset.end` deletes all.
    public func deleteRecords(
        before offsets: [PartitionOffset], timeout: Int32 = 30_000
    ) throws(KafkaError) -> [PartitionOffset] {
        guard !offsets.isEmpty else { return [] }
        let list = try PartitionList(offsets)
        var handles: [OpaquePointer?] = [rd_kafka_DeleteRecords_new(list.pointer)]
        defer { rd_kafka_DeleteRecords_destroy(handles[0]) }
        let event = try request(RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout: timeout) { handle, options, replies in
            rd_kafka_DeleteRecords(handle, &handles, 1, options, replies)
        }
        defer { rd_kafka_event_destroy(event) }
        let result = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))
        if let result {
            for i in 0..<Int(result.pointee.cnt) {
                let element = result.pointee.elems[i]
                try KafkaError.check(element.err, "delete records of \(String(cString: element.topic))")
            }
        }
        return PartitionList.offsets(of: result)
    }

    /// Deletes a consumer group with its offsets; it must have no members.
    public func deleteGroup(_ group: String, timeout: Int32 = 30_000) throws(KafkaError) {
        var handles: [OpaquePointer?] = [rd_kafka_DeleteGroup_new(group)]
        defer { rd_kafka_DeleteGroup_destroy(handles[0]) }
        let event = try request(RD_KAFKA_ADMIN_OP_DELETEGROUPS, timeout: timeout) { handle, options, replies in
            rd_kafka_DeleteGroups(handle, &handles, 1, options, replies)
        }
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        let results = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count)
        // The error belongs to the result: read here, destroyed with the event.
        guard count > 0, let error = rd_kafka_group_result_error(results?[0]) else { return }
        let text = String(cString: rd_kafka_error_string(error))
        throw KafkaError(code: rd_kafka_error_code(error).rawValue, "group \(group): \(text)")
    }

    func topicErrors(
        _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int, names: [String]
    ) -> [KafkaError?] {
        var byName: [String: KafkaError] = [:]
        for i in 0..<count {
            guard let result = results?[i] else { continue }
            let code = rd_kafka_topic_result_error(result)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            let text = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
            byName[String(cString: rd_kafka_topic_result_name(result))] = KafkaError(code: code.rawValue, text)
        }
        return names.map { byName[$0] }
    }
}
