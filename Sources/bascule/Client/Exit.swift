import ArgumentParser
import Glibc

/// Exit codes, as `bascule --help` lists them.
enum Exit {
    static let refused = ExitCode(1)
    static let failed = ExitCode(2)
    static let unavailable = ExitCode(69)
    static let configuration = ExitCode(78)
}

/// Standard output and standard error, a line at a time.
enum Terminal {
    static func say(_ line: String) {
        print(line)
    }

    static func complain(_ line: String) {
        let bytes = Array(("bascule: " + line + "\n").utf8)
        _ = write(2, bytes, bytes.count)  // there is nobody left to tell when this fails
    }

    /// Asks on the terminal; anything but a typed "yes" is no, and without a terminal the answer is no.
    static func confirm(_ question: String) -> Bool {
        guard isatty(0) == 1 else { return false }
        let prompt = Array((question + " Type yes to go on: ").utf8)
        _ = write(1, prompt, prompt.count)
        return readLine() == "yes"
    }

    static var isInteractive: Bool { isatty(1) == 1 }
}
