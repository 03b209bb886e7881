import ControlPlane
import Testing

@Suite struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), (":9000", "127.0.0.1", 9000), ("0.0.0.0:0", "0.0.0.0", 0),
        ("[::1]:80", "::1", 80), ("localhost:81", "localhost", 81),
    ])
    func read(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: UInt16(port)))
    }

    @Test(arguments: ["", "8080", "host:", "host:70000", "host:x", "::1:80"])
    func refused(text: String) { #expect(ListenAddress(text) == nil) }

    @Test func printed() {
        #expect(ListenAddress(host: "::1", port: 5).description == "[::1]:5")
        #expect(ListenAddress(port: 5).description == "127.0.0.1:5")
    }
}
