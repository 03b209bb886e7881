import ControlPlane
import Foundation
import Testing

@Suite struct HTTPOptionTests {
    @Test func theOldNameLeadsToTheNewOne() throws {
        let output = try Program.run("run", "x.yaml", "--dashboard", ":8080")
        #expect(output.code == 64)
        #expect(output.stderr.contains("option `--dashboard` is called `--http` now"))
    }

    @Test func aTakenPortIsRefusedInWords() throws {
        let scratch = try Scratch()
        let holder = try ControlPlane(ListenAddress(port: 0))
        let topology = Program.root.appendingPathComponent("topologies/fraud.yaml").path
        let output = try Program.run(
            "run", topology, "--http", "\(holder.address)", "--state-dir", scratch.path("state"))
        #expect(output.code == 69)
        #expect(output.stderr.contains("cannot listen at \(holder.address): another program listens there"))
    }

    @Test(arguments: [("short\n", "16 to 4096"), ("a token with blanks\n", "16 to 4096")])
    func aPoorTokenIsRefused(token: String, message: String) throws {
        let scratch = try Scratch()
        let topology = Program.root.appendingPathComponent("topologies/fraud.yaml").path
        let output = try Program.run(
            "run", topology, "--http", ":0", "--http-token-file", try scratch.file("token", token), "--state-dir",
            scratch.path("state"))
        #expect(output.code == 65 && output.stderr.contains(message), "\(output.stderr)")
    }
}
