import Testing

@testable import Engine

@Suite struct SnapshotChunksTests {
    static func chunks(_ count: Int, sequence: UInt64 = 7, slot: UInt8 = 1) -> SnapshotChunks {
        let state = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8 &+ Int(sequence)) }
        return SnapshotChunks(
            manifest: Manifest(
                sequence: sequence, inputOffset: 99, slot: slot, state: state, digest: 5, events: 6, fingerprint: 8,
                topology: "name: x", cluster: "c"), state: state, lowerBound: 3)
    }

    /// Every record of an upload, and how many transactions it took.
    static func upload(_ chunks: SnapshotChunks) -> (records: [StateRecord], transactions: Int) {
        var chunks = chunks
        var records: [StateRecord] = []
        var transactions = 0
        while true {
            let (next, complete) = chunks.next(partition: 4)
            #expect(next.reduce(0) { $0 + $1.value.count } <= SnapshotChunks.transactionBytes + 64 << 10)
            records += next
            transactions += 1
            if complete { return (records, transactions) }
        }
    }

    @Test(arguments: [0, 1, 512 << 10, (512 << 10) + 1, 4 << 20, (9 << 20) + 17])
    func comesTogetherAgain(count: Int) {
        let chunks = Self.chunks(count)
        let (records, transactions) = Self.upload(chunks)
        #expect(transactions == count / (4 << 20) + 1)
        #expect(records.allSatisfy { $0.value.count <= (512 << 10) + 8 })
        var assembler = SnapshotAssembler(partition: 4, limit: .init(sequence: 20, offset: 100), cluster: "c")
        for record in records { assembler.add(key: record.key, value: record.value) }
        #expect(assembler.take() == .init(manifest: chunks.manifest, state: chunks.state))
        #expect(assembler.refusals.isEmpty)
    }

    @Test func aDamagedOrMissingChunkIsRefusedAndTheOneBeforeIsUsed() {
        let older = Self.chunks(1_000_000, sequence: 5, slot: 0)
        let newer = Self.chunks(1_200_000, sequence: 9, slot: 1)
        let olderRecords = Self.upload(older).records
        let newerRecords = Self.upload(newer).records
        for damaged in newerRecords.indices {
            for how in 0..<3 {
                var assembler = SnapshotAssembler(partition: 4, limit: .init(sequence: 20, offset: 100), cluster: "c")
                for record in olderRecords { assembler.add(key: record.key, value: record.value) }
                for (index, record) in newerRecords.enumerated() {
                    var value = record.value
                    if index == damaged {
                        if how == 0 { continue }
                        if how == 1 { value[value.count / 2] ^= 4 } else { value.removeLast(3) }
                    }
                    assembler.add(key: record.key, value: value)
                }
                #expect(assembler.newest?.sequence == 5)
            }
        }
    }

    /// After a crash a slot can hold chunks of an upload that never got its manifest.
    @Test func orphansOfAnotherSnapshotAreNotTaken() {
        let orphan = Self.upload(Self.chunks(1_000_000, sequence: 6, slot: 1)).records
        let whole = Self.chunks(1_000_000, sequence: 9, slot: 1)
        var assembler = SnapshotAssembler(partition: 4, limit: .init(sequence: 20, offset: 100), cluster: "c")
        for record in Self.upload(whole).records.dropFirst() { assembler.add(key: record.key, value: record.value) }
        #expect(assembler.newest == nil)
        for record in orphan.dropLast() { assembler.add(key: record.key, value: record.value) }
        for record in Self.upload(whole).records { assembler.add(key: record.key, value: record.value) }
        #expect(assembler.take()?.state == whole.state)
    }

    @Test func garbageIsPassedOver() {
        var assembler = SnapshotAssembler(partition: 4, limit: .init(sequence: 20, offset: 100), cluster: "c")
        var bytes: [UInt8] = []
        for round in 0..<2000 {
            bytes = (0..<(round % 97)).map { UInt8(truncatingIfNeeded: $0 &* round) }
            assembler.add(key: Array("4/manifest/0".utf8), value: bytes)
            assembler.add(key: bytes, value: bytes)
        }
        #expect(assembler.newest == nil)
    }
}
