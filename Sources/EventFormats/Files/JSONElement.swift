/// Where an element of a JSON array ends, by its brackets and quotes alone: a broken one must not take its neighbours with
/// it.
enum JSONElement {
    /// The length of the value in front, or nil where its end is not there yet.
    static func length(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var depth = 0
        var isText = false
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x5c where isText: index += 1
            case 0x22: isText.toggle()
            case _ where isText: break
            case 0x7b, 0x5b: depth += 1
            case 0x7d, 0x5d:
                if depth == 0 { return index }
                depth -= 1
                if depth == 0 { return index + 1 }
            case 0x2c where depth == 0: return index
            default: break
            }
            index += 1
        }
        return nil
    }
}
