import Testing

/// All lab scenarios, one after the other: they share the machine's two cores, and their times are part of what they test.
@Suite(.serialized) enum OnTheRealKernel {}
