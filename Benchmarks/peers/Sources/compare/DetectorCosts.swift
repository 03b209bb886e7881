import Foundation
import OnlineLearning

/// Nanoseconds per update of every detector of the catalog with its defaults, on errors written as `0` and `1`: a JSON line
/// each, the least of five passes after one that is not counted.
func printDetectorCosts(_ file: String) {
    guard let text = FileManager.default.contents(atPath: file) else { fail("\(file) cannot be read") }
    let errors = text.compactMap { $0 == 0x30 ? false : $0 == 0x31 ? true : nil }
    for type in Catalog.detectors {
        let description = type.description
        let detector = type.init(parameters: description.defaults, context: ComponentContext(features: []))
        var least = Double.infinity
        var alarms = 0
        for pass in 0...5 {
            detector.reset()
            alarms = 0
            let start = processorSeconds()
            for error in errors where detector.update(.error(error)) == .drift { alarms += 1 }
            if pass > 0 { least = min(least, (processorSeconds() - start) * 1e9 / Double(errors.count)) }
        }
        print("{\"detector\":\"\(description.name)\",\"nanoseconds\":\(least),\"alarms\":\(alarms)}")
    }
}
