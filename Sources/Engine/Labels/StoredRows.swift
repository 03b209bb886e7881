import OnlineLearning

/// Reads a task's rows from its store, and keeps the pages that were read last: the rows beside one are wanted soon.
///
/// One task's life: a page is written once in it. On the worker's thread. Memory: 64 pages of 16 rows.
final class StoredRows: RowStore {
    private static let pages = 64
    private static let none = UInt64.max

    private let store: WaitingStore
    private var names = [UInt64](repeating: none, count: pages)
    private var contents = [[UInt8]](repeating: [], count: pages)

    init(_ store: WaitingStore) { self.store = store }

    func read(segment: UInt32, item: UInt16, into row: UnsafeMutableRawBufferPointer) -> Bool {
        let page = Int(item) / WaitingStore.pageRows
        let name = UInt64(segment) << 16 | UInt64(page)
        let place = (Int(segment) &* 7 &+ page) % Self.pages
        if names[place] != name {
            guard let found = store.rows(of: segment, with: item) else { return false }
            names[place] = name
            contents[place] = found
        }
        let start = Int(item) % WaitingStore.pageRows * row.count
        guard start + row.count <= contents[place].count else { return false }
        contents[place].withUnsafeBytes {
            row.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + row.count]))
        }
        return true
    }
}
