import Glibc

/// Where the log goes.
enum StandardError {
    /// Makes the journal's socket one that loses lines instead of holding the loop: a journal that hangs, because its disk
    /// does, must not look like the death of this node. Pipes, terminals and files are shared with others and left alone.
    static func neverWait() {
        var facts = stat()
        guard fstat(STDERR_FILENO, &facts) == 0, facts.st_mode & S_IFMT == S_IFSOCK else { return }
        let flags = fcntl(STDERR_FILENO, F_GETFL)
        // Where this fails the log works as before.
        if flags >= 0 { _ = fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK) }
    }
}
