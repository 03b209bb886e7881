import KafkaClient
import Testing

@Suite struct KeyPartitionerTests {
    /// Hashes of Kafka's own tests (UtilsTest.testMurmur2), without their sign; and the check value of CRC-32.
    @Test(arguments: [
        (KeyPartitioner.murmur2, "21", 1_173_551_340), (.murmur2, "foobar", 1_357_151_166),
        (.murmur2, "a-little-bit-long-string", 1_161_502_112), (.crc32, "123456789", 3_421_780_262),
    ])
    func aKeyComesToThePartitionOfItsProducers(partitioner: KeyPartitioner, key: String, hash: Int) {
        for count in [1, 7, 1000] {
            #expect(Int(partitioner.partition(of: Array(key.utf8), count: count)) == hash % count)
        }
    }
}
