#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Rows of one size in blocks of pages of their own; blocks whose rows were put out go back to the system, others are used again.
///
/// Adding and freeing cost some nanoseconds. Not thread-safe.
final class RowArena {
    private struct Block {
        /// Nil: given back.
        var memory: UnsafeMutableRawPointer?
        /// Whose row stands in each place, or -1.
        var owners: [Int32] = []
        var free: [UInt16] = []
        var isRoomy = false
    }

    let rowBytes: Int
    /// Rows of a block: a power of two.
    private let rows: Int
    private let shift: Int
    private let blockBytes: Int
    @exclusivity(unchecked) private var blocks: [Block] = []
    /// Blocks with free places, and places of blocks that were given back.
    @exclusivity(unchecked) private var roomy: [Int32] = []
    private var gone: [Int32] = []
    @exclusivity(unchecked) private var held = 0

    init(rowBytes: Int) {
        self.rowBytes = max(rowBytes, 1)
        // About 256 KiB, so that little is lost where few wait.
        let most = max(8, min(4096, (256 << 10) / self.rowBytes))
        shift = Int.bitWidth - 1 - most.leadingZeroBitCount
        rows = 1 << shift
        blockBytes = rows * self.rowBytes
    }

    deinit { removeAll() }

    /// Bytes held. Cost: constant.
    var memoryBytes: Int { held * (blockBytes + rows * 6) + blocks.capacity * MemoryLayout<Block>.stride }
    /// The next row needs a block more.
    var isFull: Bool { roomy.isEmpty }
    /// Blocks, those that were given back included.
    var blockCount: Int { blocks.count }

    func pointer(_ row: Int32) -> UnsafeMutableRawPointer {
        blocks[Int(row) >> shift].memory! + Int(row) & (rows - 1) * rowBytes
    }

    /// Room for one row more.
    func make(owner: Int32) -> Int32 {
        if roomy.isEmpty { addBlock() }
        let block = Int(roomy[roomy.count - 1])
        let place = blocks[block].free.removeLast()
        if blocks[block].free.isEmpty {
            blocks[block].isRoomy = false
            roomy.removeLast()
        }
        blocks[block].owners[Int(place)] = owner
        return Int32(block * rows) + Int32(place)
    }

    func setOwner(_ owner: Int32, of row: Int32) { blocks[Int(row) >> shift].owners[Int(row) & (rows - 1)] = owner }

    func owner(of row: Int32) -> Int32 { blocks[Int(row) >> shift].owners[Int(row) & (rows - 1)] }

    func free(_ row: Int32) {
        let block = Int(row) >> shift
        blocks[block].owners[Int(row) & (rows - 1)] = -1
        blocks[block].free.append(UInt16(Int(row) & (rows - 1)))
        guard !blocks[block].isRoomy else { return }
        blocks[block].isRoomy = true
        roomy.append(Int32(block))
    }

    /// The owners of a block's rows, or nil: it was given back.
    func owners(of block: Int) -> [Int32]? { blocks[block].memory == nil ? nil : blocks[block].owners }

    /// Gives a block back; its rows are gone.
    func release(_ block: Int) {
        munmap(blocks[block].memory!, blockBytes)
        blocks[block] = Block()
        roomy.removeAll { Int($0) == block }
        gone.append(Int32(block))
        held -= 1
    }

    private func addBlock() {
        let memory = mmap(nil, blockBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let memory, memory != MAP_FAILED else { fatalError("no memory for events that wait for their label") }
        let block = Block(
            memory: memory, owners: [Int32](repeating: -1, count: rows),
            free: (0..<rows).reversed().map { UInt16($0) }, isRoomy: true)
        if let place = gone.popLast() {
            blocks[Int(place)] = block
            roomy.append(place)
        } else {
            blocks.append(block)
            roomy.append(Int32(blocks.count - 1))
        }
        held += 1
    }

    func removeAll() {
        for block in blocks { if let memory = block.memory { munmap(memory, blockBytes) } }
        blocks = []
        roomy = []
        gone = []
        held = 0
    }
}
