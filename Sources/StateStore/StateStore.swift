import CRocksDB

/// Why a folder cannot be a store, or does not answer.
public struct StateStoreError: Error, CustomStringConvertible {
    /// RocksDB's words.
    public let description: String
}

/// Keys and values on a local disk, by RocksDB: room for state that memory has none for, never the only copy of it.
///
/// What was written last may be gone with the process, some 48 MB of it, unless that closed the store: whoever reads looks
/// whether it is there.
/// Memory: about 100 MB at most, whatever is stored. Any thread may read while one writes.
public final class StateStore: @unchecked Sendable {
    private static let cacheBytes = 32 << 20
    private static let bufferBytes = 16 << 20

    private let handle: OpaquePointer
    private let reading: OpaquePointer
    private let writing: OpaquePointer
    private let cache: OpaquePointer

    /// Opens or makes a store; a folder has one owner at a time.
    public init(folder: String) throws(StateStoreError) {
        let options = rocksdb_options_create()!
        defer { rocksdb_options_destroy(options) }
        rocksdb_options_set_create_if_missing(options, 1)
        rocksdb_options_set_write_buffer_size(options, Self.bufferBytes)
        rocksdb_options_set_max_write_buffer_number(options, 3)
        rocksdb_options_set_max_open_files(options, 256)
        rocksdb_options_set_max_background_jobs(options, 2)
        rocksdb_options_set_compression(options, Int32(rocksdb_no_compression))
        rocksdb_options_set_keep_log_file_num(options, 2)
        cache = rocksdb_cache_create_lru(Self.cacheBytes)!
        let table = rocksdb_block_based_options_create()!
        defer { rocksdb_block_based_options_destroy(table) }
        rocksdb_block_based_options_set_block_cache(table, cache)
        // What finds the blocks counts as cached, so that the bound holds.
        rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1)
        rocksdb_options_set_block_based_table_factory(options, table)
        reading = rocksdb_readoptions_create()!
        writing = rocksdb_writeoptions_create()!
        rocksdb_writeoptions_disable_WAL(writing, 1)
        var error: UnsafeMutablePointer<CChar>?
        let opened = rocksdb_open(options, folder, &error)
        if let error {
            let text = String(cString: error)
            rocksdb_free(error)
            rocksdb_readoptions_destroy(reading)
            rocksdb_writeoptions_destroy(writing)
            rocksdb_cache_destroy(cache)
            throw StateStoreError(description: text)
        }
        handle = opened!
    }

    deinit {
        rocksdb_close(handle)
        rocksdb_readoptions_destroy(reading)
        rocksdb_writeoptions_destroy(writing)
        rocksdb_cache_destroy(cache)
    }

    private static func check(_ error: UnsafeMutablePointer<CChar>?) throws(StateStoreError) {
        guard let error else { return }
        let text = String(cString: error)
        rocksdb_free(error)
        throw StateStoreError(description: text)
    }

    /// The value of a key, or nil: there is none.
    public func value(of key: [UInt8]) throws(StateStoreError) -> [UInt8]? {
        var error: UnsafeMutablePointer<CChar>?
        var count = 0
        let value = key.withUnsafeBytes {
            rocksdb_get(handle, reading, $0.bindMemory(to: CChar.self).baseAddress, $0.count, &count, &error)
        }
        try Self.check(error)
        guard let value else { return nil }
        defer { rocksdb_free(value) }
        return [UInt8](UnsafeRawBufferPointer(start: value, count: count))
    }

    /// What keys begin with: the first `count` bytes, each once, in order. Cost: a search for each.
    public func beginnings(of count: Int) throws(StateStoreError) -> [[UInt8]] {
        let iterator = rocksdb_create_iterator(handle, reading)
        defer { rocksdb_iter_destroy(iterator) }
        var found: [[UInt8]] = []
        rocksdb_iter_seek_to_first(iterator)
        while rocksdb_iter_valid(iterator) != 0 {
            var length = 0
            let key = rocksdb_iter_key(iterator, &length)
            let beginning = [UInt8](UnsafeRawBufferPointer(start: key, count: min(length, count)))
            found.append(beginning)
            // Behind every key that begins so.
            guard let last = beginning.lastIndex(where: { $0 < .max }) else { break }
            var next = Array(beginning[...last])
            next[last] += 1
            next.withUnsafeBytes {
                rocksdb_iter_seek(iterator, $0.bindMemory(to: CChar.self).baseAddress, $0.count)
            }
        }
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_iter_get_error(iterator, &error)
        try Self.check(error)
        return found
    }

    /// Changes that are made together or not at all.
    public final class Batch {
        fileprivate let handle = rocksdb_writebatch_create()!

        /// Nothing yet.
        public init() {}

        deinit { rocksdb_writebatch_destroy(handle) }

        /// Sets a key's value.
        public func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
            rocksdb_writebatch_put(
                handle, key.bindMemory(to: CChar.self).baseAddress, key.count,
                value.bindMemory(to: CChar.self).baseAddress, value.count)
        }

        /// Takes every key from one on and below another away.
        public func delete(from first: [UInt8], to end: [UInt8]) {
            first.withUnsafeBytes { first in
                end.withUnsafeBytes { end in
                    rocksdb_writebatch_delete_range(
                        handle, first.bindMemory(to: CChar.self).baseAddress, first.count,
                        end.bindMemory(to: CChar.self).baseAddress, end.count)
                }
            }
        }
    }

    /// Makes a batch's changes.
    public func write(_ batch: Batch) throws(StateStoreError) {
        var error: UnsafeMutablePointer<CChar>?
        rocksdb_write(handle, writing, batch.handle, &error)
        try Self.check(error)
    }
}
